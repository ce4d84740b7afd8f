"""``-a max_pages=``: a run that fetches so many article pages and leaves the others to the next one."""

from __future__ import annotations

import asyncio
import time
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from newsbot.errors import Postponed

REASON = "max_pages"


class PageLimitMiddleware:
    """Lets ``spider.bounds.max_pages`` articles pass, redirects and repetitions of one counted once, then ends the run."""

    def __init__(self, crawler: Crawler) -> None:
        bounds = getattr(crawler.spider, "bounds", None)
        if bounds is None or bounds.max_pages is None:
            raise NotConfigured
        self._crawler, self._most = crawler, bounds.max_pages
        self._passed: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of one run; none where the user set no limit."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let *request* pass, or leave it to the next run.

        Raises:
            Postponed: as many as were wanted have passed.
        """
        if request.meta.get("kind") != "article":
            return
        key = request.meta.get("lease") or request.url
        if key in self._passed or len(self._passed) < self._most:
            self._passed.add(key)
            return
        engine = self._crawler.engine
        if engine is not None and engine.spider is not None and not getattr(self, "_ending", None):
            self._ending = asyncio.ensure_future(engine.close_spider_async(reason=REASON))
        raise Postponed(time.time(), REASON)
