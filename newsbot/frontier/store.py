"""What every frontier store can do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Final, Protocol

from newsbot.frontier.values import Counts, Entry, Lease, Naming, Quarantined, Visit, Wait

MAX_TRIES: Final = 3
"""Failures after which an address is quarantined."""
MAX_DEATHS: Final = 10
"""Workers that died or hung with an address in hand after which it is quarantined. Higher than :data:`MAX_TRIES`: what was in hand is
nearly always innocent."""
LEASE_S: Final = 600.0
"""A lease that is not extended comes back after that long."""
RETRY_S: Final = 300.0
"""Pause after the first failure; four times as long after each further one."""
CLOCK_SLACK_S: Final = 900.0
"""A clock that is further behind the latest time seen was set back."""
Lane = tuple[str, str]
"""Source and host: what waits in one lane is handed out by priority, then in the order in which it came to wait."""


class Frontier(Protocol):
    """The addresses of all sources, as one worker of some of the sources sees them.

    An address is waiting, leased, done or quarantined, and never vanishes. Every call is one transaction, or part of the one that
    :meth:`transaction` opens. What was stored survives the death of the process; a power cut may undo the last calls, never their order.
    Every call may raise :class:`~newsbot.errors.StateError`: the store cannot be used; nothing of the transaction happened.
    """

    def transaction(self) -> AbstractContextManager[None]:
        """All calls within happen together or not at all."""

    def begin(self, now: float) -> int:
        """A worker starts: what dead workers had in hand waits again, at the end of its line; their number."""

    def revive_due(self, now: float) -> int:
        """Addresses whose ``due_at`` has come wait again, whether a list names them or not; their number."""

    def add(self, entries: Iterable[Entry], now: float) -> list[Naming]:
        """Store *entries*; what became of each, in order."""

    def lease(self, limit: int, room: Callable[[str], int], now: float) -> list[Lease]:
        """Up to *limit* addresses that may be fetched now, of as many hosts as possible and at most ``room(host)`` of each host."""

    def extend(self, now: float) -> None:
        """The worker lives, and keeps all its leases."""

    def finish(self, key: str, visit: Visit, now: float) -> None:
        """An address was visited, and everything that came of the visit is stored. Twice is once."""

    def postpone(self, key: str, until: float, reason: str, now: float) -> None:
        """A leased address waits again, not before *until*; no failure is counted."""

    def fail(self, key: str, reason: str, now: float) -> bool:
        """A leased address could not be fetched or worked on: it waits again for later, or (true) is quarantined with *reason*."""

    def hold_host(self, host: str, until: float, reason: str, now: float) -> None:
        """Nothing of *host* is handed out before *until*."""

    def next_due(self, now: float) -> float | None:
        """When the next address of this worker's sources may be fetched, at the earliest (the past: at once); ``None``: none waits."""

    def waits(self, now: float) -> list[Wait]:
        """What waits, by source and host."""

    def counts(self) -> Mapping[str, Counts]:
        """Addresses by state, of this worker's sources."""

    def quarantined(self) -> Iterable[Quarantined]:
        """The addresses in quarantine, of this worker's sources."""

    def release(self, key: str, now: float) -> bool:
        """An address in quarantine waits again; false when it is not there."""

    def close(self) -> None:
        """Release the store. Leases are left to :meth:`begin`."""


class Turns(Protocol):
    """Whose turn it is at a host, where several workers share it: one at a time, and never sooner than the host's delay after the last.

    A lease brings the turn of its host, which ends with the last lease of the host unless it was claimed. Whoever sends requests claims
    before each, sends while :meth:`is_mine` says so, and lets go when none is under way.
    """

    def claim(self, host: str, delay_s: float, now: float) -> bool:
        """Whether *host*, which is asked every *delay_s* seconds, is this worker's to ask until :meth:`let_go`."""

    def is_mine(self, host: str, now: float) -> bool:
        """Whether it is safe to send *host* a request: the turn is this worker's, and not about to run out for want of extending."""

    def let_go(self, host: str, ago_s: float) -> None:
        """It may be another worker's turn, a delay after this one's last request reached *host*: at least *ago_s* seconds ago."""
