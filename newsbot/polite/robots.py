"""What an answer to ``/robots.txt`` means (RFC 9309, sections 2.3.1 and 2.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

MAX_BYTES: Final = 500 * 1024
"""Parsed of one file (section 2.5)."""
FRESH_S: Final = 86_400.0
"""A file is asked for again after this (section 2.4)."""
UNREACHABLE_S: Final = 600.0
"""An unreachable file is asked for again after this: our choice."""
MAX_REDIRECTS: Final = 5

Meaning = Literal["rules", "unavailable", "unreachable"]
"""``rules``: read the body. ``unavailable``: everything is allowed. ``unreachable``: nothing is."""


def meaning_of(status: int) -> Meaning:
    """What an answer with *status*, redirects followed, says."""
    if 200 <= status < 300:
        return "rules"
    return "unavailable" if 300 <= status < 500 else "unreachable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of one host's file."""

    meaning: Meaning
    read_at: float
    """Epoch seconds."""
    body: bytes = b""
    """At most :data:`MAX_BYTES`; with ``rules`` only."""
    unreachable_since: float | None = None
    """When it was first not to be had; rules that are known from before stay in force as long."""

    def is_fresh(self, now: float) -> bool:
        """Whether it holds at *now*; a clock that was set back makes nothing fresh for ever."""
        age_s = now - self.read_at
        return 0 <= age_s < (UNREACHABLE_S if self.unreachable_since is not None else FRESH_S)

    def to_be_asked_again(self) -> Verdict:
        """The same; where the file could not be had it is asked for at once: a new run may have a new line."""
        return self if self.unreachable_since is None else replace(self, read_at=-FRESH_S)


def after_failure(known: Verdict | None, now: float, patience_s: float) -> Verdict:
    """The verdict at *now*, when the file could not be had.

    Rules that were read before stay in force (section 2.4). Otherwise nothing is allowed, until the file has been out of reach for
    *patience_s*: then it counts as one that is not there (section 2.3.1.4).
    """
    since = now if known is None or known.unreachable_since is None else known.unreachable_since
    if known is not None and known.meaning == "rules":
        return Verdict("rules", now, known.body, since)
    return Verdict("unavailable" if now - since >= patience_s else "unreachable", now, unreachable_since=since)
