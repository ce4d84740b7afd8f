"""Whether a source still gives what it used to: counts of each run, compared with the source's own last runs. Pure, but for the store."""
