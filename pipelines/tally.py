"""Counts of a crawl, in Scrapy's stats: in all, and by source."""

from __future__ import annotations

from typing import Final

from scrapy.statscollectors import StatsCollector

UNKNOWN_SOURCE: Final = "_unknown"
"""Stands for "no source claims the host", in counts and in folders."""


def count(stats: StatsCollector, what: str, source: str | None, family: str | None = None) -> None:
    """One more *what*: ``newsbot/<what>_count[/<family>]``, and under ``newsbot/source/<source>/<what>[/<family>]``."""
    tail = f"/{family}" if family else ""
    stats.inc_value(f"newsbot/{what}_count{tail}")
    stats.inc_value(f"newsbot/source/{source or UNKNOWN_SOURCE}/{what}{tail}")
