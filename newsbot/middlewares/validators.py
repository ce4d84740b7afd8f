"""Conditional requests (RFC 9110, 13): a server that has nothing new says so and sends no body."""

from __future__ import annotations

from typing import Final, Self

from scrapy import Request
from scrapy.crawler import Crawler

_HEADERS: Final = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}


class ValidatorsMiddleware:
    """Sends the validators of the last visit along, unless the spider wants the whole answer (``spider.wants_whole(request)``)."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of one run."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Add the headers. Those of an answer that was no page (404, 403 ...), or of a page that scripts fill, validate nothing."""
        visit = request.meta.get("visit") or {}
        if visit.get("status") not in (200, 304) or "render" in request.meta or self._wants_whole(request):
            return
        for name, header in _HEADERS.items():
            if visit.get(name):
                request.headers.setdefault(header, visit[name])

    def _wants_whole(self, request: Request) -> bool:
        spider = self._crawler.spider
        return spider is not None and hasattr(spider, "wants_whole") and spider.wants_whole(request)
