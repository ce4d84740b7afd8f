"""When the next request to a host may start: never sooner than its delay after the one before, and never more at once than agreed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

Clock = Callable[[], float]
"""Seconds that never run backwards."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How gently a host is asked."""

    delay_s: float = 0.0
    """From the start of one request to the start of the next."""
    concurrency: int = 1
    """Requests at the same time."""
    jitter: float = 0.0
    """Up to this share is added to a delay; nothing is ever taken off."""

    def gentler(self, delay_s: float | None) -> Rate:
        """The same with the longer of the two delays; a delay of robots.txt also means one request at a time."""
        if delay_s is None or not math.isfinite(delay_s) or delay_s <= 0:
            return self
        return Rate(max(self.delay_s, delay_s), 1, self.jitter)


@dataclass(slots=True)
class _Host:
    rate: Rate = field(default_factory=Rate)
    under_way: int = 0
    unsent: int = 0
    """Requests that were let go and are not known to be on the wire: the next one waits for them."""
    last: float = -math.inf
    """The latest moment at which a request may have reached the host."""
    stretch: float = 1.0


class Pace:
    """Turns of the hosts, by name.

    A request takes its turn (:meth:`start`), is on the wire (:meth:`sent`), is answered (:meth:`answered`), and is done (:meth:`end`).
    The delay counts from the latest moment at which the request can have reached the host: where one request runs at a time, that
    is the first byte of its answer, so that the gap which the host itself sees is never shorter than its delay, however slow the way.
    """

    def __init__(self, clock: Clock, chance: Callable[[], float]) -> None:
        self._clock = clock
        self._chance = chance
        """A number from 0 to 1, for the jitter."""
        self._hosts: dict[str, _Host] = {}

    def set_rate(self, host: str, rate: Rate) -> None:
        """Ask *host* at *rate* from now on."""
        self._host(host).rate = rate

    def rate(self, host: str) -> Rate:
        """How *host* is asked."""
        return self._host(host).rate

    def wait_s(self, host: str, *, alone: bool = False) -> float | None:
        """Seconds until the next request to *host* may start; 0: now; ``None``: when another one has gone on.

        With *alone* it also waits until no other is under way.
        """
        state = self._host(host)
        if state.under_way >= (1 if alone else state.rate.concurrency) or (state.unsent and state.rate.delay_s):
            return None
        return max(0.0, state.last + state.rate.delay_s * state.stretch - self._clock())

    def start(self, host: str) -> float:
        """Let a request go; the moment, by the clock."""
        state = self._host(host)
        state.under_way += 1
        state.unsent += 1
        state.stretch = 1 + state.rate.jitter * self._chance()
        state.last = self._clock()
        return state.last

    def sent(self, host: str) -> None:
        """The one unsent request of *host* is on the wire."""
        state = self._host(host)
        if state.unsent:
            state.unsent -= 1
            state.last = self._clock()

    def answered(self, host: str) -> None:
        """A request of *host* got the first bytes of its answer."""
        state = self._host(host)
        if state.under_way == 1:
            state.unsent = 0
            state.last = self._clock()

    def end(self, host: str) -> None:
        """A request of *host* is over, whatever came of it."""
        state = self._host(host)
        if state.unsent:  # it failed on its way, at an unknown moment
            state.last = self._clock()
        state.under_way = max(0, state.under_way - 1)
        state.unsent = min(state.unsent, state.under_way)

    def reached_at(self, host: str) -> float:
        """The latest moment, by the clock, at which one of the requests so far may have reached *host*; none is under way."""
        state = self._host(host)
        return state.last if state.rate.concurrency == 1 else self._clock()

    def _host(self, host: str) -> _Host:
        return self._hosts.setdefault(host, _Host())
