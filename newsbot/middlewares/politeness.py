"""The delay between two requests to one host is the source's, and never less."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.utils.httpobj import urlparse_cached

from newsbot.config import Config
from newsbot.sources import Source


def slot_settings(delay_s: float, concurrency: int, jitter: float) -> dict[str, float]:
    """A download slot whose gaps lie between *delay_s* and ``delay_s * (1 + jitter)``.

    Scrapy draws from both sides of a slot's delay, so its middle is moved up: 2 s with 0.25 becomes 2.25 s ± 11 %.
    """
    return {"delay": delay_s * (1 + jitter / 2), "jitter": jitter / (2 + jitter), "concurrency": concurrency}


class PolitenessMiddleware:
    """Sets the slot of each host before its first request, which is that for ``robots.txt``. Entries of ``DOWNLOAD_SLOTS`` win."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._delay_s = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._jitter = crawler.settings.getfloat("NEWSBOT_DELAY_JITTER")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware with the crawler's settings ``DOWNLOAD_DELAY`` and ``NEWSBOT_DELAY_JITTER``."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Set the slot of the request's host, once."""
        source = self._source(request)
        host = urlparse_cached(request).hostname or ""
        assert self._crawler.engine is not None
        slots = self._crawler.engine.downloader.per_slot_settings
        if source is not None and host not in slots:
            politeness = source.politeness
            delay_s = self._delay_s if politeness.delay_s is None else politeness.delay_s
            slots[host] = slot_settings(delay_s, politeness.concurrency, self._jitter)

    def _source(self, request: Request) -> Source | None:
        """The source that *request* is made for; that of the host where it is made for none (``robots.txt``)."""
        config: Config = self._crawler.spider.config  # type: ignore[union-attr]
        return config.sources.get(request.meta.get("source", "")) or config.source_of(request.url)
