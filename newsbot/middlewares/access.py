"""What a source needs to be let in goes out with its requests, to its own hosts alone, and is taken off again at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware
from scrapy.http import Response

from newsbot.polite.credentials import Credentials, credentials_of, may_see
from newsbot.sources import Source

_PROXY_KEYS: Final = ("proxy", "_auth_proxy", "_scheme_proxy")


class AccessMiddleware:
    """Nearest to the wire: what lies above it (redirects, retries, frontier, archive, log) never sees a secret."""

    def __init__(self, sources: Mapping[str, Source], environment: Mapping[str, str]) -> None:
        self._sources = sources
        self._environment = environment
        self._known: dict[str, Credentials] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware for the sources of the crawler's spider and this process's environment."""
        config = getattr(crawler.spider, "config", None)
        return cls(config.sources if config else {}, os.environ)

    def process_request(self, request: Request) -> None:
        """Add what the request's source needs, where its address may see it."""
        source = self._sources.get(request.meta.get("source") or request.meta.get("robots_for") or "")
        if source is None:
            return
        credentials = self._credentials(source)
        if may_see(request.url, source) and "source" in request.meta:
            for name, value in credentials.headers.items():
                request.headers[name] = value
            request.meta["own_headers"] = list(credentials.headers)
        if credentials.proxy:
            _set_proxy(request, credentials.proxy)

    def process_response(self, request: Request, response: Response) -> Response:
        """Take it off again."""
        _strip(request)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:  # noqa: ARG002
        """Take it off again."""
        _strip(request)

    def _credentials(self, source: Source) -> Credentials:
        if source.id not in self._known:
            self._known[source.id] = credentials_of(source, self._environment)
        return self._known[source.id]


def _set_proxy(request: Request, address: str) -> None:
    credentials, proxy = HttpProxyMiddleware()._get_proxy(address, "")
    request.meta["proxy"] = proxy
    request.headers.pop("Proxy-Authorization", None)
    if credentials:
        request.headers["Proxy-Authorization"] = b"Basic " + credentials


def _strip(request: Request) -> None:
    for name in (*request.meta.pop("own_headers", ()), "Proxy-Authorization"):
        request.headers.pop(name, None)
    meta: dict[str, Any] = request.meta
    for key in _PROXY_KEYS:
        meta.pop(key, None)
