"""Scrapy's way to :mod:`newsbot.frontier`: requests are stored before they are made, and end when all that came of them is stored.

What the spider may put into ``request.meta`` (JSON only): ``source``, its id; ``kind``, ``list`` or ``article`` (default);
``changed_at``, seconds since the epoch, when the list says that the article changed last. Added to a request that is fetched: ``lease``,
its key; ``visit``, what is known of the last one. A callback may set ``response.meta["recheck_s"]``: seconds until the address is due
again, ``None`` for never; without it the next run fetches it again in which a list names it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.utils.asyncio import call_later, create_looping_call
from scrapy.utils.httpobj import urlparse_cached

from newsbot.errors import StateError
from newsbot.frontier import Entry, Frontier, Lease, Naming, SqliteFrontier
from newsbot.frontier.in_hand import InHand
from newsbot.frontier.store import LEASE_S
from newsbot.lease_watch import LeaseWatch
from newsbot.stored_requests import entry_of, from_json
from newsbot.tables import is_database
from pipelines.tally import count
from pipelines.writer import records_durable

logger = logging.getLogger(__name__)

STATE_FAILED: Final = "state_failed"
"""Why the spider was closed, when the frontier could not be used."""
TURN_S: Final = 0.025
"""Pause between two transactions while there is work: many addresses share one."""
TICK_S: Final = 1.0
"""An address that has ended is stored that much later at most."""
_STORED_AT_ONCE: Final = 500
"""Named addresses that are kept in memory at most."""
_HOST_LEASES: Final = 4
"""Leases of a host without a delay, for each connection that it may have; with a delay it is one."""


Also = Callable[[float], object]
"""What else is to be done in a transaction, given the time."""


class FrontierScheduler(BaseScheduler):
    """Hands out leased requests; with an empty ``NEWSBOT_STATE`` from a frontier in memory."""

    lease_s: float = LEASE_S
    """A lease that is not extended comes back after that long."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler, self._settings = crawler, crawler.settings
        self._concurrency = crawler.settings.getint("CONCURRENT_REQUESTS") or 100
        self._max_wait_s = crawler.settings.getfloat("NEWSBOT_MAX_WAIT_S")
        self._named: list[Entry] = []
        self._in_hand = InHand()
        self._ready: deque[Request] = deque()
        self._started: dict[str, Request] = {}
        self._held: dict[str, float] = {}
        self._error: StateError | None = None
        self._dry = False
        self._next_turn = self._extended = 0.0
        self._began = time.time() - time.monotonic()
        self._timer: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        """The scheduler with the crawler's ``NEWSBOT_OUT``, ``NEWSBOT_STATE``, ``NEWSBOT_MAX_WAIT_S``, ``CONCURRENT_REQUESTS``.

        That of a fleet where ``NEWSBOT_STATE`` is the address of a database.
        """
        if not is_database(crawler.settings["NEWSBOT_STATE"]):
            return cls(crawler)
        from newsbot.fleet_scheduler import FleetScheduler  # its database takes 0.1 s to load

        return FleetScheduler(crawler)

    def now(self) -> float:
        """Seconds since the epoch by the clock as it stood when the run began: setting it does not move this one."""
        return self._began + time.monotonic()

    def open(self, spider: Spider) -> None:
        """Open the frontier; what earlier runs left in hand waits again.

        Raises:
            CloseSpider: it cannot be used; logged in one line.
        """
        self._spider = spider
        try:
            self._frontier = self._open_frontier(spider)
            back = self._begin()
        except StateError as error:
            self._give_up(error)
            raise CloseSpider(STATE_FAILED) from error
        if back:
            logger.info("%d addresses that an earlier run had in hand wait again", back)
        self._watch = LeaseWatch(self._crawler, self._in_hand, self.now, self.hold_host)
        self._crawler.signals.connect(self._records_durable, records_durable)
        self._clock = create_looping_call(self._tick)
        self._clock.start(TICK_S, now=False)

    def close(self, reason: str) -> None:  # noqa: ARG002  Scrapy's interface
        """Store what ended, give back what did not, and say what waits."""
        if not hasattr(self, "_clock"):
            return
        self._clock.stop()
        if self._timer:
            self._timer.cancel()
        self._settle()
        self._store(self._give_back)
        self._frontier.close()

    def enqueue_request(self, request: Request) -> bool:
        """Take *request*: one that goes on under its lease (a redirect, a retry) is next; any other is stored before it is made."""
        if lease := request.meta.get("lease"):
            self._started.pop(lease, None)
            self._ready.append(request)
            return True
        self._named.append(self._entry(request))
        self._dry = False
        if len(self._named) >= _STORED_AT_ONCE:
            self._store()
        return True

    def next_request(self) -> Request | None:
        """The next request that may be made; ``None``: none for now."""
        self._settle()
        request = self._pop()
        if request is None and not self._dry and self._error is None:
            if self._in_hand.working() and time.monotonic() < self._next_turn:
                self._wake_in(TURN_S)
                return None
            self._turn()
            request = self._pop()
        return request

    def has_pending_requests(self) -> bool:
        """Whether there will be a request within ``NEWSBOT_MAX_WAIT_S``."""
        if self._error is not None:
            return False
        return bool(self._ready or self._named) or self._is_due_soon()

    def hold_host(self, host: str, until: float, reason: str) -> None:
        """Nothing of *host* is asked for before *until*, in this run and later ones."""
        self._held[host] = max(until, self._held.get(host, 0.0))
        self._store(lambda now: self._frontier.hold_host(host, until, reason, now))

    def abandon(self, reason: str) -> None:
        """Everything that is being fetched waits again, whatever Scrapy makes of it from now on."""
        for key in self._started:
            self._in_hand.postponed(key, self.now(), reason)

    def _begin(self) -> int:
        """What dead workers had in hand waits again, and what is due; the number of the former."""
        with self._frontier.transaction():
            back = self._frontier.begin(self.now())
            self._frontier.revive_due(self.now())
        return back

    def _host_of(self, request: Request) -> str:
        """The name under which the frontier knows the host of *request*."""
        return urlparse_cached(request).hostname or ""

    def _open_frontier(self, spider: Spider) -> Frontier:
        state = self._settings["NEWSBOT_STATE"]
        path = Path(self._settings["NEWSBOT_OUT"]) / state / "frontier.sqlite" if state else Path(":memory:")
        return SqliteFrontier(path, self._settings["NEWSBOT_RUN_ID"], [source.id for source in getattr(spider, "chosen", ())])

    def _entry(self, request: Request) -> Entry:
        return entry_of(request, self._spider, self._host_of(request))

    def _pop(self) -> Request | None:
        """The next of what is in hand; what a host that is held now would get is given back."""
        while self._ready:
            request = self._ready.popleft()
            key, host = request.meta["lease"], self._host_of(request)
            if self._held.get(host, 0.0) <= self.now():
                self._started[key] = request
                return request
            self._in_hand.postponed(key, self._held[host], "host_held")
            self._in_hand.over(key)
        return None

    def _turn(self) -> None:
        """One transaction: what was named and what ended is stored, new leases are taken."""
        self._next_turn = time.monotonic() + TURN_S
        leases: list[Lease] = []

        def lease(now: float) -> None:
            leases[:] = self._lease(2 * self._concurrency - self._in_hand.working(), now)

        if self._store(lease):
            self._dry = not leases
            for one in leases:
                self._take(one)

    def _lease(self, limit: int, now: float) -> list[Lease]:
        return self._frontier.lease(limit, self._room, now)

    def _take(self, lease: Lease) -> None:
        self._in_hand.take(lease)
        if lease.first_named and lease.kind == "article":
            count(self._crawler.stats, "found", lease.source)
        self._ready.append(self._watch.watched(from_json(lease.request, self._spider), lease))

    def _room(self, host: str) -> int:
        """How many more addresses of *host* may be in hand."""
        assert self._crawler.engine is not None
        slot = self._crawler.engine.downloader.per_slot_settings.get(host, {})
        connections = slot.get("concurrency", self._settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"))
        delay_s = slot.get("delay", self._settings.getfloat("DOWNLOAD_DELAY"))
        return int(connections if delay_s else connections * _HOST_LEASES) - self._in_hand.of_host(host)

    def _settle(self) -> None:
        """Find the requests that Scrapy has done with: downloaded, their callbacks ended, what these made handed over and worked on.

        Scrapy takes a request off its list in progress after all that; no signal says so.
        """
        slot = self._crawler.engine._slot if self._crawler.engine is not None else None
        busy = slot.inprogress if slot is not None else set()
        for key in [key for key, request in self._started.items() if request not in busy]:
            meta = self._started.pop(key).meta
            self._in_hand.over(key, *([meta["recheck_s"]] if "recheck_s" in meta else []))
            self._dry = False

    def _store(self, also: Also | None = None) -> bool:
        """Store what was named and what ended, and what *also* does, in one transaction; whether that went well.

        What an address made others of is stored with its end or before it, never after.
        """
        if self._error is not None:
            return False
        named = self._named
        try:
            namings, lost = self._written(named, also)
        except StateError as error:
            self._give_up(error)
            return False
        self._named = []
        self._in_hand.told()
        self._count(zip(named, namings, strict=True), lost)
        return True

    def _written(self, named: list[Entry], also: Also | None) -> tuple[list[Naming], list[tuple[Lease, str]]]:
        """What *named* came to, and which leases went to quarantine and why."""
        return self._write(named, also)

    def _write(self, named: list[Entry], also: Also | None) -> tuple[list[Naming], list[tuple[Lease, str]]]:
        now = self.now()
        with self._frontier.transaction():
            namings = self._frontier.add(named, now)
            lost = self._in_hand.tell(self._frontier, now)
            if also is not None:
                also(now)
        return namings, lost

    def _count(self, named: Any, lost: list[tuple[Lease, str]]) -> None:
        stats = self._crawler.stats
        for entry, naming in named:
            if entry.kind == "article" and naming != "again":
                count(stats, "found", entry.source)
                if naming == "not_due":
                    count(stats, "not_due", entry.source)
        for lease, reason in lost:
            count(stats, "quarantined", lease.source, reason)

    def _give_back(self, now: float) -> None:
        self._in_hand.give_back(self._frontier, now)
        waits = self._frontier.waits(now)
        for wait in waits:
            count(self._crawler.stats, "waiting", wait.source, wait.reason or "ready", wait.addresses)
        self._crawler.stats.set_value("newsbot/waits", waits)

    def _give_up(self, error: StateError) -> None:
        """End the run, once and with one line: what cannot be stored must not be fetched."""
        self._error = error
        logger.error("%s", error)
        engine = self._crawler.engine
        if engine is not None and engine.spider is not None and hasattr(self, "_clock"):
            self._ending = asyncio.ensure_future(engine.close_spider_async(reason=STATE_FAILED))

    def _records_durable(self) -> None:
        self._settle()
        self._in_hand.durable()

    def _is_due_soon(self) -> bool:
        """Whether something that waits is due soon; then there will be a turn at that time."""
        try:
            due_at = self._frontier.next_due(self.now())
        except StateError as error:
            self._give_up(error)
            return False
        if due_at is None or due_at > self.now() + self._max_wait_s:
            return False
        self._dry = False
        self._wake_in(max(due_at - self.now(), TURN_S))
        return True

    def _tick(self) -> None:
        """Once a second: store what ended, keep the leases, look again for what has become due."""
        self._settle()
        if self._named or self._in_hand.ended():
            self._store()
        if self.now() > self._extended + self.lease_s / 3:
            self._extended = self.now()
            self._store(self._extend)
        self._dry = False
        self._wake()

    def _extend(self, now: float) -> None:
        self._frontier.extend(now)

    def _wake_in(self, seconds: float) -> None:
        if self._timer is None:
            self._timer = call_later(seconds, self._wake)

    def _wake(self) -> None:
        """Have Scrapy ask for the next request: its engine polls only when something of its own has happened."""
        self._timer = None
        engine = self._crawler.engine
        if engine is not None and engine._slot is not None and engine._slot.closing is None:
            engine._slot.nextcall.schedule()
