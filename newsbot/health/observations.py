"""What one run saw of one source: counts, and shares of counts, ready to be compared."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from statistics import median
from typing import Any, Final

FIELDS: Final[Mapping[str, Callable[[Mapping[str, Any]], bool]]] = {
    "title": lambda record: bool(record["title"]),
    "summary": lambda record: bool(record["summary"]),
    "section": lambda record: bool(record["section"]),
    "language": lambda record: bool(record["language"]),
    "date": lambda record: bool(record["date_published"]),
    "time": lambda record: bool(record["published_utc"]),
    "author": lambda record: bool(record["authors"]),
    "publisher": lambda record: bool(record["attribution"]["publisher"]),
    "image": lambda record: bool(record["image"]),
}
"""Fields whose coverage is watched."""
_LOW: Final = "low_confidence"
_SAMPLE: Final = 1_000
"""Lengths and lags that are kept of one run."""
_NUMBERS: Final = ("lists", "found", "fetched", "not_modified", "new", "records", "low_confidence")
_COUNTS: Final = ("rejected", "failed", "fields", "languages")
_LISTS: Final = ("words", "lags_h")


@dataclass(frozen=True, slots=True)
class Observation:
    """One run of one source. Only new and changed articles make records, so most counts are those of what is new."""

    source: str
    run: str
    at: str
    """RFC 3339, UTC: the end of the run."""
    lists: int = 0
    """Feeds, sitemaps and section pages that were read; those that had not changed are not among them."""
    found: int = 0
    fetched: int = 0
    not_modified: int = 0
    new: int = 0
    """First records of articles."""
    records: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    """Pages that are no article, by code."""
    failed: Mapping[str, int] = field(default_factory=dict)
    """Pages that did not come, by reason."""
    fields: Mapping[str, int] = field(default_factory=dict)
    """Records that have each of :data:`FIELDS`."""
    languages: Mapping[str, int] = field(default_factory=dict)
    words: tuple[int, ...] = ()
    """Of each record."""
    lags_h: tuple[float, ...] = ()
    """Hours from publication to fetch, of each new article that has both; below zero: published after it was fetched."""
    low_confidence: int = 0
    removed_share: float | None = None
    """Median share of the letters inside or beside the story that were cut; ``None`` without records."""
    layout_changed: bool = False
    """The memory of the source's template saw pages that look like none before."""

    @property
    def judged(self) -> int:
        """Pages that were extracted."""
        return self.records + sum(self.rejected.values())

    @property
    def empty(self) -> int:
        """Pages without a text."""
        return self.rejected.get("no_text", 0) + self.rejected.get("empty_page", 0)

    @property
    def main_language(self) -> str | None:
        """The language of most records, without region."""
        return max(self.languages, key=lambda name: (self.languages[name], name), default=None)


class Watch:
    """Adds up what the records of one source say. The one mutable value here: it lives as long as the run."""

    def __init__(self) -> None:
        self.records = self.low_confidence = 0
        self.fields: Counter[str] = Counter()
        self.languages: Counter[str] = Counter()
        self.words: list[int] = []
        self.lags_h: list[float] = []
        self.removed: list[float] = []

    def see(self, record: Mapping[str, Any]) -> None:
        """Count *record* in."""
        self.records += 1
        self.fields.update(name for name, has in FIELDS.items() if has(record))
        if record["language"]:
            self.languages[record["language"].split("-")[0]] += 1
        self.words.append(record["quality"]["words"])
        self.low_confidence += _LOW in record["quality"]["flags"]
        lag_h = _lag_h(record)
        if lag_h is not None and record["revision"] == 1:
            self.lags_h.append(round(lag_h, 2))
        cut = sum(len(removal["text"]) for removal in record["removed"])
        self.removed.append(cut / (cut + len(record["content_text"])) if cut else 0.0)

    def observe(self, observation: Observation) -> Observation:
        """*observation*, which has the counts of the run, with what the records say."""
        return replace(
            observation,
            records=self.records,
            fields=dict(self.fields),
            languages=dict(self.languages),
            words=tuple(self.words[:_SAMPLE]),
            lags_h=tuple(self.lags_h[:_SAMPLE]),
            low_confidence=self.low_confidence,
            removed_share=round(median(self.removed), 3) if self.removed else None,
        )


def pooled(observations: Iterable[Observation]) -> Observation:
    """Several runs as one: for sources that publish little. The newest comes last and gives the name.

    Raises:
        ValueError: there is none.
    """
    every = list(observations)
    if not every:
        raise ValueError("no observation to pool")
    shares = [one.removed_share for one in every if one.removed_share is not None]
    sums: dict[str, Any] = {name: sum(getattr(one, name) for one in every) for name in _NUMBERS}
    counts: dict[str, Any] = {name: _added(getattr(one, name) for one in every) for name in _COUNTS}
    lists: dict[str, Any] = {name: tuple(value for one in every for value in getattr(one, name)) for name in _LISTS}
    share = median(shares) if shares else None
    return replace(every[-1], **sums, **counts, **lists, removed_share=share, layout_changed=any(one.layout_changed for one in every))


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(total)


def _lag_h(record: Mapping[str, Any]) -> float | None:
    if not record["published_utc"] or not record["fetched_at"]:
        return None
    lag_s = (datetime.fromisoformat(record["fetched_at"]) - datetime.fromisoformat(record["published_utc"])).total_seconds()
    return lag_s / 3600 if math.isfinite(lag_s) else None
