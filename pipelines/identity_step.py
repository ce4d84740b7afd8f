"""Scrapy's way to :class:`pipelines.identity.Identities`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newsbot.items import Deletion
from pipelines.finished import Finished
from pipelines.identity import Duplicate, Identities
from pipelines.tally import count
from pipelines.writer import records_durable

STATE_FILE = "identities.sqlite"


class IdentityPipeline:
    """Articles and deletions in, each under the id of its first known address; the same text under another address counted and dropped."""

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        name = crawler.settings["NEWSBOT_STATE"]
        self._identities = Identities(Path(crawler.settings["NEWSBOT_OUT"]) / name / STATE_FILE) if name else None
        crawler.signals.connect(self._remember, records_durable)
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline with the crawler's settings ``NEWSBOT_OUT`` and ``NEWSBOT_STATE`` (empty: no memory at all)."""
        return cls(crawler)

    def process_item(self, item: Finished | Deletion) -> Finished | Deletion:
        """*item* under its id.

        Raises:
            DropItem: the text is known under another address, or an address is gone under which the article no longer lives.
        """
        if self._identities is None:
            return item
        if isinstance(item, Deletion):
            return self._deleted(item, self._identities)
        judged = self._identities.judge(item)
        if isinstance(judged, Duplicate):
            count(self._stats, "duplicate", item.source)
            raise DropItem(f"duplicate of {judged.of}: {item.url}")
        return judged

    def _deleted(self, deletion: Deletion, identities: Identities) -> Deletion:
        known = identities.known_as(deletion)
        if known is None:
            raise DropItem(f"lives on elsewhere: {deletion.url}")
        return known

    def _remember(self, records: list[dict[str, Any]]) -> None:
        if self._identities:
            self._identities.remember(records)

    def _close(self) -> None:
        if self._identities:
            self._identities.close()
