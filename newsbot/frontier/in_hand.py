"""The leases that one worker holds, from the moment it takes them until all that came of them is safely stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any, Final

from newsbot.frontier.store import Frontier
from newsbot.frontier.values import NAMED_AGAIN, NEVER, Lease, Visit

_UNSAID: Final = object()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    at: float
    """Seconds since the epoch."""
    status: int
    etag: str | None
    last_modified: str | None
    digest: str


@dataclass(slots=True)
class _Work:
    """What is known of one lease so far."""

    lease: Lease
    answer: Answer | None = None
    failure: str | None = None
    """Why it is to be tried again later."""
    postponed: tuple[float, str] | None = None
    unchanged: bool = False
    wrote: bool = False
    """Whether it made a record that may not be on the disk yet."""
    recheck_s: Any = field(default=_UNSAID)


class InHand:
    """Leases by how far they are.

    Working until everything that was made of them went its way; then unsafe, while a record of theirs may not be on the disk; then
    ended, ready to be told to the frontier.
    """

    def __init__(self) -> None:
        self._working: dict[str, _Work] = {}
        self._unsafe: dict[str, _Work] = {}
        self._ended: dict[str, _Work] = {}
        self._hosts: Counter[str] = Counter()
        """Leases of each host that are being fetched; a page that came keeps its host no longer busy."""

    def take(self, lease: Lease) -> None:
        """A lease begins."""
        self._working[lease.key] = _Work(lease)
        self._hosts[lease.host] += 1

    def working(self) -> int:
        """Leases that are worked on."""
        return len(self._working)

    def of_host(self, host: str) -> int:
        """Leases of *host* whose answer has not come yet."""
        return self._hosts[host]

    def answered(self, key: str, answer: Answer) -> None:
        """A server answered."""
        if work := self._working.get(key):
            self._leave_host(work)
            work.answer = answer

    def is_answered(self, key: str) -> bool:
        """Whether a server has answered, so that nothing more is asked under this lease."""
        work = self._working.get(key)
        return work is not None and work.answer is not None

    def failed(self, key: str, reason: str) -> None:
        """It is to be tried again later; the first reason counts."""
        if work := self._working.get(key):
            work.failure = work.failure or reason

    def postponed(self, key: str, until: float, reason: str) -> None:
        """It must not be fetched before *until*."""
        if work := self._working.get(key):
            work.postponed = (until, reason)

    def found_unchanged(self, key: str) -> None:
        """Its page says nothing new."""
        if work := self._working.get(key):
            work.unchanged, work.postponed = True, None

    def wrote(self, key: str) -> None:
        """It made a record, also when it was to be given up because the run ends."""
        if work := self._working.get(key):
            work.wrote, work.postponed = True, None

    def over(self, key: str, recheck_s: Any = _UNSAID) -> None:
        """Its callback has ended, what it asked for is handed over, what it made has gone through the pipelines.

        *recheck_s* are the seconds until it is due again, ``None``: never; when nothing is said, the next run in which a list names it.
        """
        if work := self._working.pop(key, None):
            work.recheck_s = recheck_s
            self._leave_host(work)
            (self._unsafe if work.wrote else self._ended)[key] = work

    def durable(self) -> None:
        """All records written so far are on the disk."""
        self._ended |= self._unsafe
        self._unsafe.clear()

    def ended(self) -> bool:
        """Whether there is something to tell the frontier."""
        return bool(self._ended)

    def tell(self, frontier: Frontier, now: float) -> list[tuple[Lease, str]]:
        """Tell *frontier* of all that ended; which leases went to quarantine, and why. Call :meth:`told` when it is stored."""
        return [(work.lease, why) for work in self._ended.values() if (why := _end(work, frontier, now))]

    def told(self) -> None:
        """What :meth:`tell` said is stored."""
        self._ended.clear()

    def _leave_host(self, work: _Work) -> None:
        if work.answer is None:
            self._hosts[work.lease.host] -= 1

    def give_back(self, frontier: Frontier, now: float) -> int:
        """Hand back what did not end, nothing counted: the run is over. The number of leases."""
        left = [*self._working.values(), *self._unsafe.values()]
        for work in left:
            until, reason = work.postponed or (now, "stopped")
            frontier.postpone(work.lease.key, until, reason, now)
        return len(left)


def _end(work: _Work, frontier: Frontier, now: float) -> str | None:
    """End one lease; the reason when that is quarantine."""
    key = work.lease.key
    if work.postponed:
        frontier.postpone(key, *work.postponed, now)
    elif work.failure:
        return work.failure if frontier.fail(key, work.failure, now) else None
    else:
        frontier.finish(key, visit_of(work.lease.visit, work.answer, work.recheck_s, work.unchanged, now), now)
    return None


def visit_of(last: Visit | None, answer: Answer | None, recheck_s: Any, unchanged: bool, now: float) -> Visit:
    """The visit that *answer* was; without one what is known of the page stays."""
    if answer is None:
        return replace(last or Visit(now), fetched_at=now, status=None, due_at=_due_at(now, recheck_s))
    same = unchanged or answer.status == 304 or (last is not None and answer.digest == last.digest)
    before = last if answer.status == 304 else None
    return Visit(
        fetched_at=answer.at,
        status=answer.status,
        etag=answer.etag or (before.etag if before else None),
        last_modified=answer.last_modified or (before.last_modified if before else None),
        digest=before.digest if before else answer.digest,
        unchanged=last.unchanged + 1 if last and same else 0,
        due_at=_due_at(answer.at, recheck_s),
    )


def _due_at(at: float, recheck_s: Any) -> float | None:
    if recheck_s is None:
        return NEVER
    return at + recheck_s if isinstance(recheck_s, int | float) and recheck_s > 0 else NAMED_AGAIN
