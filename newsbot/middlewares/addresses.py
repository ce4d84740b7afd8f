"""No request leaves for a machine that is not on the public internet, unless the source's own file names it.

Addresses that are written as numbers are judged before anything happens, after each redirect anew. Names are judged where they are
resolved: the address that was judged is the one that is connected to, so that a name cannot change its mind in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from ipaddress import ip_address
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from newsbot.failures import Refused
from newsbot.polite.addresses import Guard


class AddressRefused(Refused):
    """An address that may not be reached; *kind* is that of :func:`newsbot.polite.addresses.class_of`."""

    def __init__(self, url: str, kind: str) -> None:
        super().__init__(f"{url}: {kind} address", "private_address")


class AddressMiddleware:
    """Refuses requests whose address itself tells that it may not be reached; knows what the resolver refused."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self.refused_names: dict[str, str] = {}
        """Names that were refused since the start, with the kind of their address."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware for the sources of the crawler's spider."""
        return cls(crawler)

    @cached_property
    def guard(self) -> Guard:
        """Who may ask what."""
        config = getattr(self._crawler.spider, "config", None)
        return Guard.of(config.sources.values() if config else ())

    @cached_property
    def proxies(self) -> frozenset[str]:
        """Hosts of the environment's and the sources' proxies: the operator named them."""
        config = getattr(self._crawler.spider, "config", None)
        own = (source.access.proxy for source in config.sources.values()) if config else ()
        return frozenset(urlsplit(proxy).hostname or "" for proxy in (*getproxies().values(), *filter(None, own)))

    def process_request(self, request: Request) -> None:
        """Let *request* pass.

        Raises:
            AddressRefused: it may not be asked for its source.
        """
        kind = self.guard.refusal(request.url, request.meta.get("source") or request.meta.get("robots_for"))
        if kind is not None:
            raise AddressRefused(request.url, kind)

    def judge(self, name: str, address: str) -> str | None:
        """Why *name* may not lead to *address*; ``None`` when it may. Proxies were named by the operator and may be anywhere."""
        kind = None if name in self.proxies else self.guard.may_resolve_to(name, ip_address(address))
        if kind is not None:
            self.refused_names[name] = kind
        return kind


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver: a name that leads to an address which it may not lead to is not found."""

    def __init__(self, process: CrawlerProcess, reactor: ReactorBase, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._process = process

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: ReactorBase) -> Self:
        """The resolver of a process (which Scrapy hands over as *crawler*) with its settings ``DNSCACHE_SIZE`` and ``DNS_TIMEOUT``."""
        return cls(crawler, reactor, crawler.settings.getint("DNSCACHE_SIZE"), crawler.settings.getfloat("DNS_TIMEOUT"))

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802
        """The address of *name*; a ``DNSLookupError`` where it may not be reached."""
        return super().getHostByName(name, timeout).addCallback(self._judged, name)

    def _judged(self, address: str, name: str) -> str:
        """*address*, where one of the process's crawls may be led to it by *name*; the crawl itself judged for which source."""
        middlewares = [_middleware(crawler) for crawler in self._process.crawlers]
        kinds = [middleware.judge(name, address) for middleware in middlewares if middleware is not None]
        if kinds and None in kinds:
            return address
        raise DNSLookupError(f"{name} leads to a {kinds[0] if kinds else 'private'} address")


def refused_names(crawler: Crawler) -> Mapping[str, str]:
    """The names that were refused to *crawler*, with the kind of their address."""
    middleware = _middleware(crawler)
    return middleware.refused_names if middleware else {}


def _middleware(crawler: Crawler) -> AddressMiddleware | None:
    found: AddressMiddleware | None = crawler.get_downloader_middleware(AddressMiddleware)
    return found
