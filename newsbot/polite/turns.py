"""Hosts that several workers share: this one asks only while it is its turn, and gives the turn away when nothing of its needs it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection

from newsbot.frontier.store import Turns


class SharedTurns:
    """The turns of one worker, by host.

    A request says that it waits (:meth:`want`), asks until it may go (:meth:`is_ours`), and says when it is over (:meth:`leave`). A
    host that no request waits for or has under way is given away by the next :meth:`let_go`, unless it is needed soon.
    """

    def __init__(self, turns: Turns, now: Callable[[], float], clock: Callable[[], float]) -> None:
        self._turns, self._now = turns, now
        self._clock = clock
        """Seconds that never run backwards; those of :meth:`leave`."""
        self._wanting: Counter[str] = Counter()
        self._idle: dict[str, float] = {}
        """Hosts that may be given away, and the latest moment at which a request may have reached each."""

    def want(self, host: str) -> None:
        """A request waits for *host*."""
        self._wanting[host] += 1
        self._idle.pop(host, None)

    def is_ours(self, host: str, delay_s: float) -> bool:
        """Whether *host*, which is asked every *delay_s* seconds, may be asked by this worker now.

        Raises:
            StateError: nobody can tell.
        """
        return self._turns.claim(host, delay_s, self._now())

    def leave(self, host: str, reached_at: float) -> None:
        """A request for *host* is over; none can have reached it after *reached_at*."""
        self._wanting[host] -= 1
        if self._wanting[host] <= 0:
            del self._wanting[host]
            self._idle[host] = reached_at

    def has_idle(self) -> bool:
        """Whether there is a host to be given away."""
        return bool(self._idle)

    def let_go(self, needed: Callable[[], Collection[str]]) -> list[str]:
        """Give away the hosts that nothing waits for, but for those that are *needed* soon; their names. Call :meth:`gone` when stored."""
        if not self._idle:
            return []
        kept = needed()
        given = [host for host in self._idle if host not in kept]
        for host in given:
            self._turns.let_go(host, self._clock() - self._idle[host])
        return given

    def gone(self, hosts: Collection[str]) -> None:
        """What :meth:`let_go` said is stored."""
        for host in hosts:
            self._idle.pop(host, None)
