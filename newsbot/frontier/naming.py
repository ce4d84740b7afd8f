"""What becomes of an address that is named and already known: a pure decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from newsbot.frontier.values import NAMED_AGAIN, Entry, Naming

State = Literal["waiting", "leased", "done", "quarantined"]
STATES: Final[tuple[State, ...]] = ("waiting", "leased", "done", "quarantined")
"""By the numbers that stores write."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a store knows of an address."""

    state: State
    due_at: float | None
    named_by_me: bool
    """Whether this worker has named it before."""
    ended_by: Literal["nobody", "me", "other"]
    """The worker that visited it last or failed to; ``nobody`` while it is new or postponed."""
    fetched_at: float | None
    changed_at: float | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What naming it comes to."""

    naming: Naming
    waits: bool
    """Whether it is to wait from now on, with no failures counted."""


def decide(known: Known, entry: Entry, now: float) -> Decision:
    """What becomes of a *known* address when *entry* names it."""
    if known.state == "leased":
        return _unmoved(known, "waiting")
    if known.state == "waiting":
        return _of_waiting(known, entry)
    if _is_due(known, entry, now):
        return Decision("due", waits=True)
    return _unmoved(known, "not_due" if known.state == "done" else "quarantined")


def _of_waiting(known: Known, entry: Entry) -> Decision:
    """A list that failed in an earlier run is tried again at once: articles depend on it."""
    retried = entry.kind == "list" and known.ended_by == "other"
    return Decision("waiting", waits=True) if retried else _unmoved(known, "waiting")


def _is_due(known: Known, entry: Entry, now: float) -> bool:
    if _has_changed(known, entry):
        return True
    if known.state == "quarantined":
        return entry.kind == "list" and known.ended_by != "me"
    if known.due_at is None:
        return False
    if known.due_at == NAMED_AGAIN:
        return known.ended_by != "me"
    return known.due_at <= now


def _has_changed(known: Known, entry: Entry) -> bool:
    """Whether the list says so, and did not say it before the last visit."""
    seen = max(known.fetched_at or 0.0, known.changed_at or 0.0)
    return entry.changed_at is not None and entry.changed_at > seen


def _unmoved(known: Known, naming: Naming) -> Decision:
    return Decision("again" if known.named_by_me else naming, waits=False)
