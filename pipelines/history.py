"""The memory between crawls: which revision of an article this is, and whether there is anything new to write."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newsbot.items import Article
from pipelines.revisions import Memory, Revision, id_of, memory_of_article, next_revision
from pipelines.state import State
from pipelines.tally import count
from pipelines.writer import records_durable


class HistoryPipeline:
    """Scrapy shell of :func:`~pipelines.revisions.next_revision`: articles in, revisions out, unchanged articles dropped.

    A record is remembered when the writer says that it is on the disk, never before: a killed run forgets what it had not written.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        name = crawler.settings["NEWSBOT_STATE"]
        self._state = State(Path(crawler.settings["NEWSBOT_OUT"]) / name) if name else None
        self._unwritten: dict[str, Memory] = {}
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
        if self._state is None:
            return Revision(item)
        known = id_of(item)
        last = self._unwritten.get(known) or self._state.last(known)
        revision = next_revision(item, last)
        if revision is None:
            if last and last.extractor != item.extractor.version:
                self._state.renew_extractor(known, item.extractor.version)
            count(self._stats, "unchanged", item.source)
            raise DropItem(f"unchanged: {item.url}", log_level="DEBUG")
        self._unwritten[known] = memory_of_article(revision)
        return revision

    def _remember(self, records: list[dict[str, Any]]) -> None:
        if self._state is not None:
            self._state.store(records)
            for record in records:
                self._unwritten.pop(record["id"], None)

    def _close(self) -> None:
        if self._state is not None:
            self._state.close()
