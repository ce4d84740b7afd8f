"""The scheduler of one worker of a fleet: the frontier is a database that others use too, and so are the hosts."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Collection
from typing import Any, Final

from scrapy import Request, Spider
from scrapy.crawler import Crawler

from newsbot.errors import StateError, StateLost
from newsbot.frontier import Entry, Lease, Naming
from newsbot.frontier.fleet import FleetFrontier
from newsbot.polite.hosts import shared_host, without_twins
from newsbot.polite.turns import SharedTurns
from newsbot.scheduler import TURN_S, Also, FrontierScheduler

logger = logging.getLogger(__name__)

_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Goes on while the machine sleeps, where the system has such a clock: what was a turn before is none afterwards."""
_PATIENCE_S: Final = 20.0
"""So long a lost database is tried again before the worker gives up; or a third of a lease, where that is shorter."""
_PAUSE_S: Final = 0.5
_LONGEST_LOOK_S: Final = 8.0
"""An idle worker looks for work at least so often: what others name meanwhile waits so long at most."""
_BUSY_LOOK_S: Final = 0.25
"""The same for one that has addresses in hand."""
_LOOK_SHARE: Final = 20.0
"""A look that found nothing is followed by a pause that many times as long."""


class FleetScheduler(FrontierScheduler):
    """Hands out what the fleet's frontier leases to this worker; the clock is the database's.

    Lists are not named by the spider but here, once a round for the whole fleet: by the worker that begins the round, or by nobody
    where ``NEWSBOT_ROUND_S`` is 0 and rounds are begun by ``scrapy fleet seed``.
    """

    names_lists = True
    """The spider need not."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.lease_s = self._settings.getfloat("NEWSBOT_LEASE_S")
        self.turns: SharedTurns | None = None
        """Asked before each request, whatever it is for."""
        self._round_s = self._settings.getfloat("NEWSBOT_ROUND_S")
        self._stays = self._settings.getbool("NEWSBOT_STAY")
        self._fleet: FleetFrontier
        self._round = 0
        self._look_at = self._pause_s = self._expect_again_at = 0.0
        self._is_expecting = True
        self._given: list[str] = []
        self._new: list[Lease] = []

    def open(self, spider: Spider) -> None:
        """Open the frontier, join the round or begin the next one.

        Raises:
            CloseSpider: it cannot be used; logged in one line.
        """
        super().open(spider)
        self._follow_round()

    def close(self, reason: str) -> None:
        """Store what ended, give back what did not; hosts are free a delay after now."""
        self._stays = False
        super().close(reason)

    def has_pending_requests(self) -> bool:
        """Whether there will be a request within ``NEWSBOT_MAX_WAIT_S``, perhaps one that another worker gives back; or one may be told."""
        if self._error is not None:
            return False
        if self._ready or self._named or self._stays:
            return True
        return not self._fleet.is_draining and self._is_due_soon()

    def hold_host(self, host: str, until: float, reason: str) -> None:
        """Nothing of *host* and its twins is asked for before *until*, by any worker."""
        super().hold_host(without_twins(host), until, reason)

    def seed(self, longest_s: float) -> None:
        """Name the lists of the sources that nobody has named in the round; where that began *longest_s* ago, the next one begins."""

        def name_lists(now: float) -> None:
            chosen = frozenset(self._fleet.join_round(now, longest_s))
            self._tell_round()
            self._fleet.add(self._lists_of(chosen), now)

        if self._store(name_lists):
            self._look_at = 0.0

    def _open_frontier(self, spider: Spider) -> FleetFrontier:
        sources = [source.id for source in getattr(spider, "chosen", ())]
        self._fleet = FleetFrontier(self._settings["NEWSBOT_STATE"], self._settings["NEWSBOT_RUN_ID"], sources, self.lease_s)
        self._set_clock()
        self.turns = SharedTurns(self._fleet, self.now, time.monotonic)
        return self._fleet

    def _begin(self) -> int:
        """What dead workers had in hand waits again; what is due is left to the worker that begins the round."""
        return self._fleet.begin(self.now())

    def _set_clock(self) -> None:
        self._began = self._fleet.clock() - time.clock_gettime(_CLOCK)

    def _host_of(self, request: Request) -> str:
        return shared_host(request.url)

    def _lists_of(self, sources: Collection[str]) -> list[Entry]:
        spider: Any = self._spider
        return [self._entry(request) for source in spider.chosen if source.id in sources for request in spider.list_requests(source)]

    def _follow_round(self) -> None:
        """Where a round began, or is to begin: see to it that the lists of this worker's sources are named in it."""
        number, is_over = self._fleet.round.number, self.now() - self._fleet.round.began_at >= self._round_s
        if number != self._round or is_over:
            self._tell_round()
            if self._round_s and hasattr(self._spider, "list_requests"):
                self.seed(self._round_s)

    def _tell_round(self) -> None:
        """Tell the spider of a new round: what it counts once a run is counted once a round."""
        if self._fleet.round.number != self._round and hasattr(self._spider, "begin_round"):
            self._spider.begin_round(self._fleet.round.began_at)
        self._round = self._fleet.round.number

    def _written(self, named: list[Entry], also: Also | None) -> tuple[list[Naming], list[tuple[Lease, str]]]:
        """The same, again and again while the connection is lost: a database that is started again is back within seconds.

        The whole worker waits, since what it made could not be stored. No turn at a host outlasts that.
        """
        deadline = time.monotonic() + min(_PATIENCE_S, self.lease_s / 3)
        while True:
            try:
                return self._write(named, also)
            except StateLost as error:
                if time.monotonic() > deadline:
                    raise
                logger.warning("%s; trying again", error)
            time.sleep(_PAUSE_S)

    def _write(self, named: list[Entry], also: Also | None) -> tuple[list[Naming], list[tuple[Lease, str]]]:
        """The same, and hosts that nothing of this worker needs any more are given away."""
        self._new, self._given = [], []
        with self._fleet.transaction():
            written = super()._write(named, also)
            if self.turns is not None:
                self._given = self.turns.let_go(self._needed)
        if self.turns is not None:
            self.turns.gone(self._given)
        return written

    def _needed(self) -> set[str]:
        """Hosts of requests that have not reached their turn yet; one that waits at another host keeps none from others."""
        asked = (request for key, request in self._started.items() if not self._in_hand.is_answered(key))
        return {lease.host for lease in self._new} | {self._host_of(request) for request in (*self._ready, *asked)}

    def now(self) -> float:
        """Seconds since the epoch by the clock of the database, as it stood when it was last asked; also after the machine slept."""
        return self._began + time.clock_gettime(_CLOCK)

    def _turn(self) -> None:
        """As on one machine; nothing is asked of the database while there is nothing to store and it is too soon to look again."""
        is_idle = not (self._named or self._in_hand.ended() or (self.turns is not None and self.turns.has_idle()))
        if is_idle and self.now() < self._look_at:
            self._dry = True
        else:
            super()._turn()
        if self._dry and self._error is None:
            self._wake_in(max(self._look_at - self.now(), TURN_S))

    def _wake(self) -> None:
        self._dry = False
        super()._wake()

    def _lease(self, limit: int, now: float) -> list[Lease]:
        """Leases; after a look that found none, none for a while that grows."""
        if now < self._look_at:
            return []
        began = time.monotonic()
        self._new = super()._lease(limit, now) if limit > 0 else []
        longest = _BUSY_LOOK_S if self._in_hand.working() else _LONGEST_LOOK_S
        self._pause_s = 0.0 if self._new else min(max(2 * self._pause_s, TURN_S, _LOOK_SHARE * (time.monotonic() - began)), longest)
        self._look_at = now + self._pause_s
        return self._new

    def _is_due_soon(self) -> bool:
        """Whether the fleet has something within ``NEWSBOT_MAX_WAIT_S``, or another worker may give something back."""
        now = self.now()
        if now >= self._expect_again_at:
            try:
                due_at, back_at = self._fleet.next_due(now), self._fleet.next_return()
            except StateLost:  # the next transaction tries for longer
                return True
            except StateError as error:
                self._give_up(error)
                return False
            self._is_expecting = back_at is not None or (due_at is not None and due_at <= now + self._max_wait_s)
            self._look_at = min(self._look_at, max(min(due_at or math.inf, back_at or math.inf), now + TURN_S))
            self._expect_again_at = now + max(self._pause_s, TURN_S)
        return self._is_expecting

    def _tick(self) -> None:
        """Once a second: as on one machine, and the next round in its time."""
        if self.turns is not None and self.turns.has_idle():
            self._store()
        self._follow_round()
        super()._tick()

    def _extend(self, now: float) -> None:
        super()._extend(now)
        self._set_clock()

    def _give_back(self, now: float) -> None:
        """What waits is the fleet's: ``scrapy fleet status`` tells it."""
        self._in_hand.give_back(self._fleet, now)
        self._fleet.let_go_all()
