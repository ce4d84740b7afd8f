"""Extraction beside the event loop: pages go to worker processes, finished articles come back."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newsbot.archive import read_page
from newsbot.batch import Judge, Outcome, judge, judge_finished, lost, open_pool
from newsbot.config import data_folders
from newsbot.errors import ArchiveError, StateError, StateLost
from newsbot.fleet_database import FleetDatabase, patiently
from newsbot.items import ArchivePointer, Deletion
from newsbot.later_pages import FetchedPages
from newsbot.page import RawPage
from newsbot.signs import Template
from newsbot.tables import Place, memory_place
from newsbot.workers import WorkerError
from pipelines.finished import Finished
from pipelines.tally import count
from pipelines.templates import PART, Templates
from pipelines.writer import records_durable

logger = logging.getLogger(__name__)


class OffloadPipeline:
    """Scrapy shell of :func:`newsbot.batch.judge_finished`: raw pages in, finished articles out, everything else counted and dropped."""

    judged: Judge[Any] = staticmethod(judge_finished)
    """What workers do with a page."""

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        self._later = FetchedPages(crawler) if getattr(crawler.spidercls, "reads_on", False) else None
        self._archive = Path(crawler.settings["NEWSBOT_OUT"]) / "archive"
        jobs = crawler.settings.getint("NEWSBOT_JOBS") or os.cpu_count() or 1
        self._templates = Templates(place) if (place := _place(crawler)) else None
        timeout_s = crawler.settings.getfloat("NEWSBOT_PAGE_TIMEOUT_S")
        self._pool = open_pool(data_folders(), jobs, timeout_s, self._template_of, self.judged)
        if self._templates:
            crawler.signals.connect(self._remember, records_durable)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline with the crawler's ``NEWSBOT_JOBS``, ``NEWSBOT_PAGE_TIMEOUT_S``, and ``NEWSBOT_OUT`` and ``NEWSBOT_STATE``."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Tell Python's collector that what is there now stays: looking through it again and again takes half a millisecond a page."""
        gc.freeze()

    async def process_item(self, item: RawPage | Deletion) -> Any:
        """The article of *item*, as the workers give it; a deletion as it is.

        Raises:
            DropItem: the page was rejected, took too long or ended its worker; counted by code.
        """
        if isinstance(item, Deletion):
            return item
        if self._templates and item.source:
            self._templates.open(item.source)
        outcome = await self._judged(item)
        if outcome.article is not None:
            self._learn(outcome.article)
            return outcome.article
        if outcome.rejected:
            count(self._stats, "rejected", item.source, outcome.rejected)
            raise DropItem(f"{outcome.rejected}: {outcome.reason}")
        count(self._stats, "failed", item.source, outcome.error)
        logger.warning("%s: %s: %s", outcome.error, item.url, outcome.reason)
        raise DropItem(f"{outcome.error}: {outcome.reason}")

    async def _judged(self, item: RawPage) -> Outcome[Any]:
        """What the workers make of *item*, and of the pages on which its story goes on."""
        try:
            outcome = await asyncio.wrap_future(self._pool.submit(item))
            missing = 0
            while self._later and outcome.article is not None and (addresses := outcome.article.following) and not missing:
                pages = await self._later.of(item, addresses)
                missing = len(addresses) - len(pages)
                if pages:
                    item = replace(item, later=(*item.later, *pages))
                    outcome = await asyncio.wrap_future(self._pool.submit(item))
        except WorkerError as error:
            return lost(item.url, error)
        return outcome

    async def extract_archived(self, pointer: ArchivePointer, source: str | None) -> Finished | None:
        """The article of an archived page as today's extractor reads it; ``None`` when the page is gone, or no article any more."""
        try:
            raw = await asyncio.to_thread(read_page, self._archive, pointer)
            outcome = await asyncio.wrap_future(self._pool.submit(replace(raw, source=source)))
        except (ArchiveError, WorkerError) as error:
            logger.debug("%s", error)
            return None
        article: Finished | None = outcome.article
        return article

    async def close_spider(self) -> None:
        """End the workers, and keep what was learned."""
        await asyncio.to_thread(self._pool.close)
        try:
            if self._templates:
                self._templates.close()
        except StateError as error:  # what was not kept is learned again
            logger.error("%s", error)

    def _remember(self) -> None:
        """Store what was learned where it is much; what cannot be stored now is stored later."""
        assert self._templates is not None
        try:
            self._templates.checkpoint()
            self._templates.refresh()
        except StateLost as error:
            logger.warning("%s", error)

    def _template_of(self, page: RawPage) -> Template | None:
        return self._templates.of(page.source) if self._templates else None

    def _learn(self, article: Finished) -> None:
        """Have the memory of its source's pages learn from *article*."""
        lesson = self._templates.learn(article) if self._templates else None
        if lesson and lesson.layout:
            count(self._stats, "layout", article.source, lesson.layout)
        if lesson and lesson.redesigned:
            count(self._stats, "redesigned", article.source)
            logger.warning("%s: the layout of its pages has changed to %s; its memory learns anew", article.source, lesson.layout)


def _place(crawler: Crawler) -> Place | None:
    """Where the templates are; in a fleet by a connection of their own, since they are no part of what is decided together."""
    state = crawler.settings["NEWSBOT_STATE"]
    if not state:
        return None
    place = memory_place(Path(crawler.settings["NEWSBOT_OUT"]), state, PART)
    return place if isinstance(place, Path) else patiently(lambda: FleetDatabase(place))


class WholeArticles(OffloadPipeline):
    """The same for looking at articles: all that was read of a page comes out, :class:`newsbot.items.Article`."""

    judged = staticmethod(judge)
