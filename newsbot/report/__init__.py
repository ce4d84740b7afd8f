"""The crawl as people look at it: one HTML page that works from a file, without network and without scripts."""
