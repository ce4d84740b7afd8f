"""``-a max_pages=``: a run that fetches so many article pages and leaves the others to the next one."""

from __future__ import annotations

import asyncio
import time
from typing import Final, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from newsbot.errors import Postponed

REASON: Final = "max_pages"
_LOOK_S: Final = 0.25


class PageLimitMiddleware:
    """Lets ``spider.bounds.max_pages`` articles pass, redirects and repetitions of one counted once, then ends the run."""

    def __init__(self, crawler: Crawler) -> None:
        bounds = getattr(crawler.spider, "bounds", None)
        if bounds is None or bounds.max_pages is None:
            raise NotConfigured
        self._crawler, self._most = crawler, bounds.max_pages
        self._passed: set[str] = set()
        self._ending: asyncio.Future[None] | None = None

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
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._end())
        raise Postponed(time.time(), REASON)

    async def _end(self) -> None:
        """End the run when everything has come of the articles that passed."""
        while self._is_busy():
            await asyncio.sleep(_LOOK_S)
        engine = self._crawler.engine
        if engine is not None and engine.spider is not None:
            await engine.close_spider_async(reason=REASON)

    def _is_busy(self) -> bool:
        slot = self._crawler.engine._slot if self._crawler.engine is not None else None
        return slot is not None and any(request.meta.get("lease") in self._passed for request in slot.inprogress)
