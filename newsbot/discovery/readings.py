"""What a list named when it was read last, beside what it names now: what is new, what changed, what was taken away."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from newsbot.discovery import FoundLink
from newsbot.urls import article_id

MAX_REMEMBERED: Final = 2_000
"""Entries of one list that are remembered, the first ones."""
MAX_VANISHED: Final = 20
"""Entries that may have vanished at once; more is another list under the same address."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list, as it is remembered."""

    url: str
    mark: str
    """Changes whenever the list tells the article's title, text or time of change otherwise."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One list, as it was read."""

    entries: tuple[Entry, ...]
    """In list order."""
    news_at: float
    """When it last named an article that it had not named before; seconds since 1970."""
    interval_s: float | None = None
    """How often it changes, as it says itself."""
    hubs: tuple[str, ...] = ()
    """Its WebSub hubs."""
    terms: str = ""
    """What the source wanted of it then; another reading is needed when that changes, though the list does not."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What one reading has that the one before had not, and the other way round."""

    new: int = 0
    changed: frozenset[str] = frozenset()
    """Addresses of entries that are told otherwise now."""
    vanished: tuple[str, ...] = ()
    """Addresses that the list had before others that it still has: they did not fall off its end, they were taken out."""


def remember(links: Sequence[FoundLink]) -> tuple[Entry, ...]:
    """The entries of *links* that are to be remembered."""
    return tuple(Entry(link.url, _mark(link)) for link in links[:MAX_REMEMBERED])


def difference(before: Sequence[Entry], now: Sequence[Entry]) -> Difference:
    """What became of the list: an empty one says nothing of what it had."""
    known, here = _by_key(before), _by_key(now)
    changed = frozenset(entry.url for key, entry in here.items() if key in known and known[key].mark != entry.mark)
    last = max((place for place, key in enumerate(known) if key in here), default=0)
    vanished = tuple(entry.url for entry in before[:last] if article_id(entry.url) not in here)
    return Difference(len(here.keys() - known.keys()), changed, vanished if len(vanished) <= MAX_VANISHED else ())


def _by_key(entries: Sequence[Entry]) -> dict[str, Entry]:
    """In list order; of two spellings of one address the first counts."""
    keyed: dict[str, Entry] = {}
    for entry in entries:
        keyed.setdefault(article_id(entry.url), entry)
    return keyed


def _mark(link: FoundLink) -> str:
    told = (link.title, link.updated, *((link.text.start, link.text.letters) if link.text else ()))
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()[:12]
