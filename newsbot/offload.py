"""Extraction beside the event loop: pages go to worker processes, articles come back."""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import replace
from pathlib import Path
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newsbot.archive import read_page
from newsbot.batch import lost, open_pool
from newsbot.config import data_folders
from newsbot.errors import ArchiveError
from newsbot.items import ArchivePointer, Article, Deletion
from newsbot.page import RawPage
from newsbot.workers import WorkerError
from pipelines.tally import count

logger = logging.getLogger(__name__)


class OffloadPipeline:
    """Scrapy shell of :func:`newsbot.batch.process`: raw pages in, finished articles out, everything else counted and dropped."""

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        self._archive = Path(crawler.settings["NEWSBOT_OUT"]) / "archive"
        jobs = crawler.settings.getint("NEWSBOT_JOBS") or os.cpu_count() or 1
        self._pool = open_pool(data_folders(), jobs, crawler.settings.getfloat("NEWSBOT_PAGE_TIMEOUT_S"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline with the crawler's settings ``NEWSBOT_JOBS`` and ``NEWSBOT_PAGE_TIMEOUT_S``."""
        return cls(crawler)

    async def process_item(self, item: RawPage | Deletion) -> Article | Deletion:
        """The article of *item*; a deletion as it is.

        Raises:
            DropItem: the page was rejected, took too long or ended its worker; counted by code.
        """
        if isinstance(item, Deletion):
            return item
        try:
            outcome = await asyncio.wrap_future(self._pool.submit(item))
        except WorkerError as error:
            outcome = lost(item.url, error)
        if outcome.article is not None:
            return outcome.article
        if outcome.rejected:
            count(self._stats, "rejected", item.source, outcome.rejected)
            raise DropItem(f"{outcome.rejected}: {outcome.reason}")
        count(self._stats, "failed", item.source, outcome.error)
        logger.warning("%s: %s: %s", outcome.error, item.url, outcome.reason)
        raise DropItem(f"{outcome.error}: {outcome.reason}")

    async def extract_archived(self, pointer: ArchivePointer, source: str | None) -> Article | None:
        """The article of an archived page as today's extractor reads it; ``None`` when the page is gone, or no article any more."""
        try:
            raw = await asyncio.to_thread(read_page, self._archive, pointer)
            outcome = await asyncio.wrap_future(self._pool.submit(replace(raw, source=source)))
        except (ArchiveError, WorkerError) as error:
            logger.debug("%s", error)
            return None
        return outcome.article

    async def close_spider(self) -> None:
        """End the workers."""
        await asyncio.to_thread(self._pool.close)
