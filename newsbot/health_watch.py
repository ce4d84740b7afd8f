"""Scrapy's way to :mod:`newsbot.health`: what a run saw of each source is judged and kept when it closes."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from newsbot.errors import StateError
from newsbot.health.metrics import write_metrics
from newsbot.health.observations import Observation, Watch
from newsbot.health.store import Finding, HealthStore
from newsbot.run import utc_now
from newsbot.summary import SourceTally, tally
from newsbot.tables import is_database

logger = logging.getLogger(__name__)


class HealthWatch:
    """Scrapy extension: warns of what broke, keeps the observations, leaves ``<out>/metrics/newsbot.prom`` for Prometheus."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._watches: defaultdict[str, Watch] = defaultdict(Watch)
        crawler.signals.connect(self.item_scraped, signals.item_scraped)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The extension for one run."""
        return cls(crawler)

    def item_scraped(self, item: Any) -> None:
        """Count a record in; events are none."""
        if isinstance(item, dict) and item.get("source") and "content_text" in item:
            self._watches[item["source"]].see(item)

    def spider_closed(self, spider: Spider) -> None:
        """Judge the run, source by source. Sources that were not looked at (nothing due) are left out."""
        settings = self._crawler.settings
        chosen = [source.id for source in getattr(spider, "chosen", ())]
        if not settings["NEWSBOT_STATE"] or not chosen or is_database(settings["NEWSBOT_STATE"]):
            return  # a worker of a fleet saw a part of each source, which tells nothing beside earlier runs
        rows = [row for row in tally(self._crawler.stats.get_stats(), chosen) if row.source in chosen and _was_looked_at(row)]
        out = Path(settings["NEWSBOT_OUT"])
        try:
            findings = self._judge(rows, out / settings["NEWSBOT_STATE"] / "health.sqlite")
            write_metrics(out / "metrics" / "newsbot.prom", findings)
        except (StateError, OSError) as error:
            logger.error("health: cannot be kept (%s)", error)

    def _judge(self, rows: Iterable[SourceTally], path: Path) -> list[Finding]:
        store = HealthStore(path)
        try:
            findings = [store.add(self._watches[row.source].observe(self._observed(row))) for row in rows]
        finally:
            store.close()
        for finding in findings:
            for alarm in finding.alarms:
                logger.warning("%s: %s (since %s); see scrapy health", alarm.source, alarm.message, alarm.since)
        return findings

    def _observed(self, row: SourceTally) -> Observation:
        return Observation(
            row.source,
            self._crawler.settings["NEWSBOT_RUN_ID"],
            utc_now(),
            lists=row.list,
            found=row.found,
            fetched=row.fetched,
            not_modified=row.not_modified,
            new=row.article.get("new", 0),
            rejected=dict(row.rejected),
            failed=dict(row.failed),
            layout_changed="redesigned" in row.more,
        )


def _was_looked_at(row: SourceTally) -> bool:
    return bool(row.list or row.list_failed or row.found or row.fetched or row.not_modified)
