"""No host is asked more often than agreed, nor while it wants to be left alone. Nearest to the downloader: nothing goes past it."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import defaultdict
from contextlib import suppress
from typing import Any, NoReturn, Self
from weakref import WeakKeyDictionary, WeakSet

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, DownloadFailedError, DownloadTimeoutError
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.httpobj import urlparse_cached

from newsbot.config import Config
from newsbot.errors import Postponed, StateError
from newsbot.middlewares.wire import on_wire
from newsbot.polite.back_off import BackOff, Hold, Patience
from newsbot.polite.hosts import shared_host
from newsbot.polite.pace import Pace, Rate
from newsbot.polite.retry_after import read_retry_after
from newsbot.polite.turns import SharedTurns
from newsbot.sources import Source

logger = logging.getLogger(__name__)

_LOOK_S = 0.5
"""How often a request that waits for its turn looks whether the crawl is being stopped."""
_PATIENCE_S = 60.0
"""A request for a host that is another worker's for so long lets go of everything else that it holds, and is tried again later."""
_STUBBORN = 3
"""A page that is answered with 429 or 503 so often in one run, while its host may be asked, has failed."""
_SILENCE = (CannotResolveHostError, DownloadConnectionRefusedError, DownloadFailedError, DownloadTimeoutError)
"""Failures that tell of a host in trouble, unless it had begun to answer."""


class PolitenessMiddleware:
    """Every request, be it for a page, for ``robots.txt``, redirected or repeated, waits here for its turn at its host."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._default = Rate(settings.getfloat("DOWNLOAD_DELAY"), 1, settings.getfloat("NEWSBOT_DELAY_JITTER"))
        self._longest_crawl_delay_s = settings.getfloat("NEWSBOT_MAX_CRAWL_DELAY_S")
        self._pace = Pace(time.monotonic, random.random)
        self._back_off = BackOff(time.time, random.random, _patience(settings))
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._changes: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._started: WeakKeyDictionary[Request, tuple[str, float]] = WeakKeyDictionary()
        self._answered: WeakSet[Request] = WeakSet()
        self._refusals: dict[str, int] = defaultdict(int)
        self._paced_for: dict[str, set[str]] = defaultdict(set)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware with the crawler's settings ``DOWNLOAD_DELAY``, ``DOWNLOAD_SLOTS`` and ``NEWSBOT_*``."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.robots_parsed, signals.robots_parsed)
        crawler.signals.connect(middleware.headers_received, signals.headers_received)
        crawler.signals.connect(middleware.sent, on_wire)
        return middleware

    async def process_request(self, request: Request) -> None:
        """Wait for the request's turn.

        Raises:
            Postponed: its host wants to be left alone, or the crawl is being stopped.
        """
        host = shared_host(request.url)
        request.meta["download_slot"] = host  # a redirected request would keep the slot of the host that it came from
        self._set_rate(host, request)
        self._want(host)
        try:
            async with self._turns[host]:
                await self._turn(host, request)
                self._pace.start(host)
                self._started[request] = (host, time.time())
        except BaseException:
            self._leave(host)
            raise

    def process_response(self, request: Request, response: Response) -> Response:
        """Hear what the answer says about the host.

        Raises:
            Postponed: it wants to be left alone, or has failed too often.
        """
        turn = self._end(request)
        if turn is None:
            return response
        host, started_at = turn
        wait_s = read_retry_after((response.headers.get("Retry-After") or b"").decode("latin-1"), time.time())
        if response.status == 429 or (response.status == 503 and wait_s is not None):
            self._refusals[request.url] += 1
            if self._refusals[request.url] < _STUBBORN:
                _postpone(request, self._back_off.refused(host, started_at, f"http_{response.status}", wait_s))
        elif response.status >= 500:
            if hold := self._back_off.failed(host, started_at):
                _postpone(request, hold)
        else:
            self._back_off.succeeded(host, started_at)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Hear what the failure says about the host: nothing, where the host had begun to answer.

        Raises:
            Postponed: the host has failed too often.
        """
        turn = self._end(request)
        if turn is None:
            return
        host, started_at = turn
        if request in self._answered:
            self._back_off.succeeded(host, started_at)
        elif isinstance(exception, _SILENCE) and (hold := self._back_off.failed(host, started_at)):
            _postpone(request, hold)

    def robots_parsed(self, robotparser: Any, request: Request) -> None:
        """Take over the ``Crawl-delay`` before the first page is asked for; the longer delay wins, an absurd one holds the host."""
        agent = self._crawler.settings["ROBOTSTXT_USER_AGENT"] or self._crawler.settings["USER_AGENT"]
        delay_s = robotparser.crawl_delay(agent)
        host = shared_host(request.url)
        if delay_s is not None and delay_s > self._longest_crawl_delay_s:
            self._back_off.keep(host, time.time() + delay_s, "crawl_delay")
        self._set_rate(host, request)
        self._use(host, self._pace.rate(host).gentler(delay_s))
        self._name_slot(request, host)

    def headers_received(self, request: Request) -> None:
        """The host has begun to answer."""
        if request in self._started:
            self._answered.add(request)
            self._pace.answered(self._started[request][0])
            self._changes[self._started[request][0]].set()

    def sent(self, url: str) -> None:
        """A request has left."""
        host = shared_host(url)
        self._pace.sent(host)
        self._changes[host].set()

    async def _turn(self, host: str, request: Request) -> None:
        """Return when the next request to *host* may start."""
        patient_until = time.monotonic() + _PATIENCE_S
        while True:
            if hold := self._back_off.hold(host):
                _postpone(request, hold)
            if self._is_stopping():
                raise Postponed(time.time(), "stopping")
            wait_s = self._pace.wait_s(host, alone=self._back_off.is_probing(host))
            if wait_s == 0 and self._is_ours(host):
                return
            if wait_s == 0 and time.monotonic() > patient_until:
                raise Postponed(time.time() + _PATIENCE_S / 10, "host_busy")
            self._changes[host].clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changes[host].wait(), min(wait_s or _LOOK_S, _LOOK_S))

    def _end(self, request: Request) -> tuple[str, float] | None:
        turn = self._started.pop(request, None)
        if turn is not None:
            self._pace.end(turn[0])
            self._changes[turn[0]].set()
            self._leave(turn[0])
        return turn

    @property
    def _shared(self) -> SharedTurns | None:
        """The turns of a fleet; a single machine has all hosts for itself."""
        turns: SharedTurns | None = getattr(getattr(self._crawler.engine, "scheduler", None), "turns", None)
        return turns

    def _want(self, host: str) -> None:
        if self._shared is not None:
            self._shared.want(host)

    def _leave(self, host: str) -> None:
        if self._shared is not None:
            self._shared.leave(host, self._pace.reached_at(host))

    def _is_ours(self, host: str) -> bool:
        """Whether no other worker of a fleet may ask *host* now; nobody may while the database does not answer."""
        if self._shared is None:
            return True
        try:
            return self._shared.is_ours(host, self._pace.rate(host).delay_s)
        except StateError as error:
            logger.warning("%s", error)
            return False

    def _is_stopping(self) -> bool:
        engine = self._crawler.engine
        return engine is not None and not engine.running

    def _set_rate(self, host: str, request: Request) -> None:
        """Pace *host* as the request's source wants, once a source; the gentlest of several wins. ``DOWNLOAD_SLOTS`` goes before."""
        source = self._source(request)
        name = source.id if source else ""
        if name not in self._paced_for[host]:
            wanted = self._rate_of(source, host)
            known = self._pace.rate(host) if self._paced_for[host] else wanted
            self._paced_for[host].add(name)
            self._use(host, Rate(max(wanted.delay_s, known.delay_s), min(wanted.concurrency, known.concurrency), wanted.jitter))
        self._name_slot(request, host)

    def _rate_of(self, source: Source | None, host: str) -> Rate:
        set_by_hand = self._crawler.settings.getdict("DOWNLOAD_SLOTS").get(host, {})
        delay_s, concurrency = self._default.delay_s, 1
        if source is not None:
            delay_s = self._default.delay_s if source.politeness.delay_s is None else source.politeness.delay_s
            concurrency = source.politeness.concurrency
        return Rate(float(set_by_hand.get("delay", delay_s)), int(set_by_hand.get("concurrency", concurrency)), self._default.jitter)

    def _use(self, host: str, rate: Rate) -> None:
        """Pace *host*, and tell Scrapy's slot the same floor."""
        self._pace.set_rate(host, rate)
        assert self._crawler.engine is not None
        downloader = self._crawler.engine.downloader
        downloader.per_slot_settings[host] = {"delay": rate.delay_s, "concurrency": rate.concurrency, "jitter": 0}
        if host in downloader.slots:
            slot = downloader.slots[host]
            slot.delay, slot.concurrency, slot.jitter = rate.delay_s, rate.concurrency, 0

    def _name_slot(self, request: Request, host: str) -> None:
        """Let the scheduler find the pace of *host* under the request's own host name, too."""
        assert self._crawler.engine is not None
        slots = self._crawler.engine.downloader.per_slot_settings
        slots[urlparse_cached(request).hostname or ""] = slots[host]

    def _source(self, request: Request) -> Source | None:
        """The source that *request* is made for; that of its host where it is made for none."""
        config: Config | None = getattr(self._crawler.spider, "config", None)
        if config is None:
            return None
        return config.sources.get(request.meta.get("source") or request.meta.get("robots_for") or "") or config.source_of(request.url)


def _postpone(request: Request, hold: Hold) -> NoReturn:
    raise Postponed(hold.until, hold.reason, urlparse_cached(request).hostname)


def _patience(settings: BaseSettings) -> Patience:
    return Patience(
        first_s=settings.getfloat("NEWSBOT_BACK_OFF_S"),
        longest_s=settings.getfloat("NEWSBOT_MAX_HOLD_S"),
        failures=settings.getint("NEWSBOT_HOST_FAILURES"),
    )
