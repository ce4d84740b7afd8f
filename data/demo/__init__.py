"""The demo newsroom: two invented news sites on loopback, and the run that crawls them."""
