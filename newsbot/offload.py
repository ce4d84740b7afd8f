"""Extraction beside the event loop: pages go to worker processes, articles come back."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newsbot.batch import lost, open_pool
from newsbot.config import data_folders
from newsbot.items import Article
from newsbot.page import RawPage
from newsbot.workers import WorkerError
from pipelines.tally import count

logger = logging.getLogger(__name__)


class OffloadPipeline:
    """Scrapy shell of :func:`newsbot.batch.process`: raw pages in, finished articles out, everything else counted and dropped."""

    def __init__(self, crawler: Crawler) -> None:
        self._stats = crawler.stats
        jobs = crawler.settings.getint("NEWSBOT_JOBS") or os.cpu_count() or 1
        self._pool = open_pool(data_folders(), jobs, crawler.settings.getfloat("NEWSBOT_PAGE_TIMEOUT_S"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline with the crawler's settings ``NEWSBOT_JOBS`` and ``NEWSBOT_PAGE_TIMEOUT_S``."""
        return cls(crawler)

    async def process_item(self, item: RawPage) -> Article:
        """The article of *item*.

        Raises:
            DropItem: the page was rejected, took too long or ended its worker; counted by code.
        """
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

    async def close_spider(self) -> None:
        """End the workers."""
        await asyncio.to_thread(self._pool.close)
