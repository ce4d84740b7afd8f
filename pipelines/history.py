"""Scrapy's way to :class:`pipelines.state.History`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newsbot.items import Article
from pipelines.revisions import Revision
from pipelines.state import History
from pipelines.tally import count
from pipelines.writer import records_durable


class HistoryPipeline:
    """Scrapy shell of :class:`~pipelines.state.History`: articles in, revisions out, unchanged articles counted and dropped."""

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        name = crawler.settings["NEWSBOT_STATE"]
        self._history = History(Path(crawler.settings["NEWSBOT_OUT"]) / name) if name else None
        crawler.signals.connect(self._remember, records_durable)
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline with the crawler's settings ``NEWSBOT_OUT`` and ``NEWSBOT_STATE`` (empty: no memory at all)."""
        return cls(crawler)

    def process_item(self, item: Article) -> Revision:
        """The revision that *item* is.

        Raises:
            DropItem: nothing changed since its last record.
        """
        revision = self._history.judge(item) if self._history else Revision(item)
        if revision is None:
            count(self._stats, "unchanged", item.source)
            raise DropItem(f"unchanged: {item.url}")
        return revision

    def _remember(self, records: list[dict[str, Any]]) -> None:
        if self._history:
            self._history.remember(records)

    def _close(self) -> None:
        if self._history:
            self._history.close()
