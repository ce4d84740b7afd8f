"""A small newsroom of our own pages: :mod:`stories` (what is told), :mod:`nahar` and :mod:`meridian` (two sites), :mod:`server`."""
