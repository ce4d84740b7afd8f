"""How long a host is left alone when it asks for it, or when it fails: one step a mishap, one probe afterwards."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Patience:
    """The measures of a back-off, in seconds."""

    first_s: float = 30.0
    """The first wait where the host names none; it doubles with each further mishap."""
    longest_s: float = 86_400.0
    """No wait is longer, whatever the host says: it is asked once more then."""
    failures: int = 5
    """Failures in a row after which a host is held."""
    jitter: float = 0.25
    """Up to this share is added to waits of our own choice."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A host is not asked until then."""

    until: float
    """Epoch seconds."""
    reason: str
    """``http_429``, ``http_503``, ``circuit_open`` ...: one word that can be counted."""


@dataclass(slots=True)
class _Host:
    failures: int = 0
    mishaps: int = 0
    """Holds in a row, without an answer between them."""
    held_at: float = float("-inf")
    hold: Hold | None = None
    probing: bool = False


@dataclass
class BackOff:
    """What hosts have asked for, and how they have failed.

    A mishap counts once: answers to requests that started before the host was held belong to the same one, however many come.
    """

    clock: Callable[[], float]
    """Epoch seconds, so that a hold means the same after a restart."""
    chance: Callable[[], float]
    """A number from 0 to 1, for the jitter."""
    patience: Patience = Patience()
    _hosts: dict[str, _Host] = field(default_factory=dict)

    def hold(self, host: str) -> Hold | None:
        """The hold that keeps *host* from being asked now."""
        state = self._hosts.get(host)
        return state.hold if state and state.hold and state.hold.until > self.clock() else None

    def is_probing(self, host: str) -> bool:
        """Whether the next request to *host* is a probe: one at a time, until one succeeds."""
        state = self._hosts.get(host)
        return state is not None and state.probing

    def keep(self, host: str, until: float, reason: str) -> Hold:
        """Hold *host* until then, or longer where it is held already."""
        state = self._host(host)
        until = min(until, self.clock() + self.patience.longest_s)
        if state.hold is None or state.hold.until <= until:
            state.hold = Hold(until, reason)
        state.held_at = self.clock()
        state.probing = True
        return state.hold

    def refused(self, host: str, started_at: float, reason: str, wait_s: float | None) -> Hold:
        """*host* answered the request of *started_at* that it wants to be left alone, for *wait_s* where it says so."""
        state = self._host(host)
        if started_at < state.held_at and state.hold is not None:  # of a mishap that is known
            return self._longer(state, wait_s, reason)
        state.mishaps += 1
        return self.keep(host, self.clock() + self._wait_s(state, wait_s), reason)

    def failed(self, host: str, started_at: float) -> Hold | None:
        """*host* gave no usable answer to the request of *started_at*; the hold that follows, if any."""
        state = self._host(host)
        if started_at < state.held_at:
            return self.hold(host)
        state.failures += 1
        if state.failures < self.patience.failures and not state.probing:
            return None
        state.mishaps += 1
        return self.keep(host, self.clock() + self._wait_s(state, None), "circuit_open")

    def succeeded(self, host: str, started_at: float) -> None:
        """*host* answered the request of *started_at*."""
        state = self._host(host)
        state.failures = 0
        if started_at >= state.held_at:
            state.mishaps, state.probing, state.hold = 0, False, None

    def _longer(self, state: _Host, wait_s: float | None, reason: str) -> Hold:
        assert state.hold is not None
        until = self.clock() + min(wait_s or 0.0, self.patience.longest_s)
        if until > state.hold.until:
            state.hold = Hold(until, reason)
        return state.hold

    def _wait_s(self, state: _Host, wait_s: float | None) -> float:
        if wait_s is not None:
            return min(wait_s, self.patience.longest_s)
        own = self.patience.first_s * math.pow(2, min(state.mishaps - 1, 30))
        return min(own, self.patience.longest_s) * (1 + self.patience.jitter * self.chance())

    def _host(self, host: str) -> _Host:
        return self._hosts.setdefault(host, _Host())
