"""Scrapy's way to :class:`pipelines.identity.Identities`."""

from __future__ import annotations

from functools import partial
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newsbot.items import Deletion
from pipelines.finished import Finished
from pipelines.fleet import place_of, writer_of
from pipelines.fleet_writer import BusyError, when_free
from pipelines.identity import PART, Duplicate, Identities
from pipelines.tally import count
from pipelines.writer import records_kept


class IdentityPipeline:
    """Articles and deletions in, each under the id of its first known address; the same text under another address counted and dropped."""

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        place = place_of(crawler, PART)
        self._identities = Identities(place, writer_of(crawler)) if place else None
        crawler.signals.connect(self._remember, records_kept)
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline with the crawler's settings ``NEWSBOT_OUT`` and ``NEWSBOT_STATE`` (empty: no memory at all)."""
        return cls(crawler)

    async def process_item(self, item: Finished | Deletion) -> Finished | Deletion:
        """*item* under its id.

        Raises:
            DropItem: the text is known under another address, or an address is gone under which the article no longer lives.
        """
        if self._identities is None:
            return item
        if isinstance(item, Deletion):
            return self._deleted(item, self._identities)
        try:
            judged = await when_free(partial(_judged, self._identities, item))
        except BusyError as error:
            raise DropItem(f"busy: {item.url}: another worker is at the same article") from error
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


async def _judged(identities: Identities, article: Finished) -> Finished | Duplicate:
    return identities.judge(article)
