"""Scrapy's way to :class:`pipelines.memory.History`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.misc import load_object

from newsbot.items import ArchivePointer, Deletion
from pipelines.events import Event
from pipelines.finished import Finished
from pipelines.fleet import writer_of
from pipelines.fleet_writer import BusyError, when_free
from pipelines.memory import History
from pipelines.revisions import Revision
from pipelines.state import history_path
from pipelines.tally import count
from pipelines.writer import records_kept

_WORKERS: Final = "newsbot.offload.OffloadPipeline"
"""Named, not imported: this room knows nothing of extraction."""


class _Workers(Protocol):
    async def extract_archived(self, pointer: ArchivePointer, source: str | None) -> Finished | None: ...


class HistoryPipeline:
    """Scrapy shell of :class:`~pipelines.memory.History`: articles in, revisions out; deletions in, events out; no news is dropped."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        name, writer = crawler.settings["NEWSBOT_STATE"], writer_of(crawler)
        place = writer.database if writer else history_path(Path(crawler.settings["NEWSBOT_OUT"]), name) if name else None
        self.history = History(place, writer) if place else None
        """``None`` without memory."""
        crawler.signals.connect(self._remember, records_kept)
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline with the crawler's settings ``NEWSBOT_OUT`` and ``NEWSBOT_STATE`` (empty: no memory at all)."""
        return cls(crawler)

    async def process_item(self, item: Finished | Deletion) -> Revision | Event:
        """The revision or the event that *item* is.

        Raises:
            DropItem: nothing changed since the article's last record; or what was deleted has none, or is known to be gone.
        """
        try:
            return await self._judged(item)
        except BusyError as error:
            raise DropItem(f"busy: {item.url}: another worker is at the same article") from error

    async def _judged(self, item: Finished | Deletion) -> Revision | Event:
        if isinstance(item, Deletion):
            event = await when_free(partial(_judged_deletion, self.history, item)) if self.history else None
            if event is None:
                raise DropItem(f"no record, or known to be gone: {item.url}")
            return event
        revision = await self._judge(self.history, item) if self.history else Revision(item)
        if revision is None:
            count(self._crawler.stats, "unchanged", item.source)
            raise DropItem(f"unchanged: {item.url}")
        return revision

    async def _judge(self, history: History, article: Finished) -> Revision | None:
        """The judgement; nothing stays claimed for an article without news."""
        revision = None
        try:
            revision = await when_free(partial(self._compared, history, article))
        finally:
            if revision is None:
                history.give_up(article.id)
        return revision

    async def _compared(self, history: History, article: Finished) -> Revision | None:
        """The judgement, with the old page extracted anew where that decides; again when another page of the article came meanwhile."""
        pointer, old = history.page_to_compare(article), None
        while pointer is not None:
            old = await self._workers().extract_archived(pointer, article.source)
            if (now := history.page_to_compare(article)) == pointer:
                break
            pointer, old = now, None
        return history.judge(article, old)

    def _workers(self) -> _Workers:
        found: _Workers | None = self._crawler.get_item_pipeline(load_object(_WORKERS))
        assert found is not None
        return found

    def _remember(self, records: list[dict[str, Any]], events: list[dict[str, Any]]) -> None:
        if self.history:
            self.history.remember(records, events)

    def _close(self) -> None:
        if self.history:
            self.history.close()


async def _judged_deletion(history: History, deletion: Deletion) -> Event | None:
    return history.judge_deletion(deletion)
