"""Downloader middlewares: thin shells around decisions made elsewhere."""
