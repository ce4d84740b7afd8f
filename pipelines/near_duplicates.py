"""Scrapy's way to :class:`pipelines.neighbours.Neighbours`."""

from __future__ import annotations

from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler

from pipelines.events import Event
from pipelines.fleet import place_of, writer_of
from pipelines.neighbours import PART, Neighbours
from pipelines.revisions import Revision
from pipelines.tally import count
from pipelines.writer import records_kept


class NearDuplicatesPipeline:
    """Scrapy shell of :class:`~pipelines.neighbours.Neighbours`: revisions in, the same with ``cluster`` and ``duplicate_of`` out."""

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        place, days = place_of(crawler, PART), crawler.settings.getint("NEWSBOT_DUPLICATE_DAYS")
        self._neighbours = Neighbours(place, days, writer_of(crawler)) if place and days else None
        crawler.signals.connect(self._remember, records_kept)
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline with the settings ``NEWSBOT_OUT``, ``NEWSBOT_STATE`` (empty: no memory) and ``NEWSBOT_DUPLICATE_DAYS``."""
        return cls(crawler)

    def process_item(self, item: Revision | Event) -> Revision | Event:
        """*item*, compared with the stories of the last days; an event passes through."""
        if self._neighbours is None or isinstance(item, Event):
            return item
        judged = self._neighbours.judge(item)
        if judged.article.record["duplicate_of"]:
            count(self._stats, "copy", item.article.source)
        return judged

    def _remember(self, records: list[dict[str, Any]]) -> None:
        if self._neighbours and records:
            self._neighbours.remember(records)

    def _close(self) -> None:
        if self._neighbours:
            self._neighbours.close()
