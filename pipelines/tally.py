"""Counts of a crawl, in Scrapy's stats: in all, and by source."""

from __future__ import annotations

from scrapy.statscollectors import StatsCollector

from pipelines.record_files import UNKNOWN_SOURCE


def count(stats: StatsCollector, what: str, source: str | None, family: str | None = None, number: int = 1) -> None:
    """One more *what*, or *number*: ``newsbot/<what>_count[/<family>]``, and under ``newsbot/source/<source>/<what>[/<family>]``."""
    tail = f"/{family}" if family else ""
    stats.inc_value(f"newsbot/{what}_count{tail}", number)
    stats.inc_value(f"newsbot/source/{source or UNKNOWN_SOURCE}/{what}{tail}", number)
