"""What the report shows, read from an output folder: bounded, however large the feed is."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from newsbot.errors import ManifestError
from newsbot.feed.places import Feed, Place, feed_at
from newsbot.health.store import Finding, HealthStore
from newsbot.tables import memory_place

logger = logging.getLogger(__name__)

RUNS: Final = 60
"""Runs that are shown, the newest."""
ARTICLES: Final = 150
"""Articles that are shown, the newest."""
_RECORDS: Final = 2_000
"""Records over which removals are counted."""
_FILES: Final = 400


@dataclass(frozen=True, slots=True)
class Run:
    """One run, over all its sources."""

    name: str
    started_at: str
    finished_at: str
    reason: str
    new: int
    revised: int
    fetched: int
    rejected: int
    failed: int


@dataclass(frozen=True, slots=True)
class RuleUse:
    """What one rule removed."""

    rule: str
    step: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that the report shows."""

    runs: tuple[Run, ...]
    """Oldest first."""
    sources: tuple[tuple[Finding, ...], ...]
    """The last runs of each source, oldest first; sources by id."""
    rules: tuple[RuleUse, ...]
    """Most used first."""
    articles: tuple[dict[str, Any], ...]
    """Records, newest first."""
    counted: int
    """Records over which ``rules`` were counted."""


def gather(out: Path, state: str, feed: Place | None = None) -> Gathered:
    """The report of output folder *out*, whose memory *state* is, and of a *feed* elsewhere. What is missing is left out.

    Raises:
        StateError: the memory of health cannot be read.
        ManifestError: the manifest is damaged.
    """
    records = list(islice(_newest_records(feed_at(feed or out)), _RECORDS))
    health = memory_place(out, state, "health")
    return Gathered(tuple(_runs(out)), tuple(_sources(health)), _rules(records), tuple(records[:ARTICLES]), len(records))


def _runs(out: Path) -> Iterator[Run]:
    for path in sorted((out / "runs").glob("*.json"))[-RUNS:]:
        try:
            yield _run(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            logger.warning("%s: is no summary of a run (%s)", path, error)


def _run(told: dict[str, Any]) -> Run:
    rows = told["sources"]
    return Run(
        told["run"],
        told["started_at"],
        told["finished_at"],
        told["reason"],
        sum(row["article"].get("new", 0) for row in rows),
        sum(row["article"].get("revised", 0) + row["article"].get("reprocessed", 0) for row in rows),
        sum(row["fetched"] for row in rows),
        sum(sum(row["rejected"].values()) for row in rows),
        sum(sum(row["failed"].values()) for row in rows),
    )


def _sources(place: Path | str) -> Iterator[tuple[Finding, ...]]:
    if isinstance(place, Path) and not place.exists():
        return
    store = HealthStore(place)
    try:
        for source in store.sources():
            yield tuple(store.findings(source, RUNS))
    finally:
        store.close()


def _newest_records(feed: Feed) -> Iterator[dict[str, Any]]:
    """Records of the newest finished files, newest first."""
    files = [entry.path for entry in feed.newest(2 * _FILES) if entry.kind == "articles" and entry.supersedes is None][-_FILES:]
    for path in reversed(files):
        try:
            with feed.open(path) as stream:
                lines = stream.read().splitlines()
            yield from (json.loads(line) for line in reversed(lines))
        except FileNotFoundError:
            continue  # pruned
        except (OSError, ValueError) as error:
            raise ManifestError(f"{feed.name(path)}: cannot be read as records ({error}); restore it from a back-up") from error


def _rules(records: list[dict[str, Any]]) -> tuple[RuleUse, ...]:
    uses: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for record in records:
        for cut in record["removed"]:
            key = (cut["rule"], cut["step"])
            uses[key] += 1
            examples.setdefault(key, cut["text"])
    return tuple(RuleUse(rule, step, count, examples[rule, step]) for (rule, step), count in uses.most_common())
