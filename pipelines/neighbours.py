"""One story on several sites: which articles of the last days tell the same.

Candidates share one of sixteen indexed minima with the article (at a Jaccard index of .27, the least that two cut and edited copies of
one text have, one of sixteen is shared in 99 of 100 cases); their whole sketches decide. A record is remembered when it is on the disk,
never before, so that a killed run decides again as it did.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from newsbot.database import open_database, transaction
from newsbot.items import DuplicateOf
from newsbot.urls import article_id, host_of
from pipelines.finished import Finished
from pipelines.records import plain
from pipelines.revisions import Revision
from pipelines.sketches import ALGORITHM, INDEXED, Likeness, Sketch, likeness, sketch_of

WINDOW_DAYS: Final = 30
"""Days of fetching after which a story is forgotten."""
_LEAST_CONTAINMENT: Final = 0.4
_LEAST_JACCARD: Final = 0.15
"""A short quotation of a long text is contained in it, but is not its copy."""
LEAST_STRETCHES: Final = 20
"""Texts of fewer stretches (some 20 words) say too little to be told apart."""
_BLOB: Final = f"<{INDEXED}q"
_POSTINGS: Final = 64
"""Articles that are read of one minimum, the newest: a stretch that all share is no evidence."""
_FORMS: Final = (
    """
    CREATE TABLE algorithm (name TEXT NOT NULL);
    CREATE TABLE story (number INTEGER PRIMARY KEY, article TEXT NOT NULL UNIQUE, cluster TEXT, day TEXT NOT NULL,
        published TEXT NOT NULL, host TEXT NOT NULL, stretches INTEGER NOT NULL, indexed BLOB NOT NULL, minima BLOB NOT NULL);
    CREATE INDEX story_day ON story (day);
    CREATE TABLE minimum (value INTEGER NOT NULL, story INTEGER NOT NULL, PRIMARY KEY (value, story)) WITHOUT ROWID
    """,
)
_STORE: Final = """
INSERT INTO story (article, cluster, day, published, host, stretches, indexed, minima) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING number
"""
_SHARED: Final = " UNION ".join(
    f"SELECT story FROM (SELECT story FROM minimum WHERE value = ? ORDER BY story DESC LIMIT {_POSTINGS})" for _ in range(INDEXED)
)
_STORY: Final = "SELECT article, cluster, published, host, stretches, minima FROM story WHERE number = ?"
_FORGOTTEN_AT_ONCE: Final = 500
"""Stories that a checkpoint forgets at most: a day's stories leave over many, none of them waits long."""


@dataclass(frozen=True, slots=True)
class Story:
    """What is remembered of an article."""

    article: str
    """The id of its records."""
    cluster: str | None
    published: str
    """The instant of publication, else the local day, else the time of the fetch: ISO 8601, compared as text."""
    host: str
    stretches: int = 0
    packed: bytes = b""


@dataclass(frozen=True, slots=True)
class Credited:
    """Where an article says that its story comes from."""

    article: str | None
    """The id that the records of the original's address have."""
    host: str | None


@dataclass(frozen=True, slots=True)
class Match:
    """A remembered article with the same story."""

    story: Story
    similarity: float
    """The share of the shorter text that the other has too."""


class Neighbours:
    """The stories of the last days, in one SQLite file; a thousandth of a second an article at a million of them."""

    def __init__(self, path: Path, window_days: int = WINDOW_DAYS) -> None:
        """Open *path*.

        Raises:
            StateError: it cannot be used.
        """
        self._database = open_database(path, _FORMS)
        self._window = window_days
        self._unwritten: dict[str, tuple[Story, Sketch]] = {}
        self._require_algorithm()

    def judge(self, revision: Revision) -> Revision:
        """*revision* with ``cluster`` and ``duplicate_of`` where its story is known."""
        article = revision.article
        story, sketch = _story(article.record, article.sketch), article.sketch
        if story is None or sketch is None:
            return revision
        matches = list(self._matches(story, sketch))
        cluster = self._cluster_of(story.article) or _cluster(matches)
        self._unwritten[story.article] = (replace(story, cluster=cluster), sketch)
        duplicate_of = _original(matches, story.published, _credited(article.record))
        return replace(revision, article=article.but(cluster=cluster, duplicate_of=plain(duplicate_of)))

    def similar(self, article: Finished) -> list[Match]:
        """The remembered articles with the story of *article*, which is not remembered."""
        story = _story(article.record, article.sketch)
        return list(self._matches(story, article.sketch)) if story and article.sketch else []

    def remember(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Take *records* for written: they are on the disk. Records of killed runs, which nobody judged here, are sketched now."""
        with transaction(self._database):
            for record in records:
                known = self._unwritten.pop(record["id"], None) or _of_record(record)
                day = (record["fetched_at"] or "")[:10]
                if known is not None and day:
                    self._store(*known, day)
                    self._forget_before(_days_before(day, self._window))

    def size_bytes(self) -> int:
        """Bytes of the database."""
        (pages,), (size,) = self._database.execute("PRAGMA page_count").fetchone(), self._database.execute("PRAGMA page_size").fetchone()
        return int(pages) * int(size)

    def close(self) -> None:
        """Release the file."""
        self._database.close()

    def _matches(self, story: Story, sketch: Sketch) -> Iterator[Match]:
        for other in self._candidates(sketch):
            if other.article != story.article:
                found = likeness(story.packed, other.packed, (story.stretches, other.stretches))
                if is_copy(found):
                    yield Match(other, round(found.containment, 2))

    def _candidates(self, sketch: Sketch) -> Iterator[Story]:
        """Stories that share an indexed minimum, each once; of an article that was revised since, only what is not written yet."""
        yield from (story for story, other in self._unwritten.values() if not sketch.indexed.isdisjoint(other.indexed))
        for (number,) in sorted(self._database.execute(_SHARED, tuple(sketch.indexed))):
            story = Story(*self._database.execute(_STORY, (number,)).fetchone())
            if story.article not in self._unwritten:
                yield story

    def _cluster_of(self, article: str) -> str | None:
        """The cluster that an article is in already: it stays there."""
        if article in self._unwritten:
            return self._unwritten[article][0].cluster
        row = self._database.execute("SELECT cluster FROM story WHERE article = ?", (article,)).fetchone()
        return row[0] if row else None

    def _store(self, story: Story, sketch: Sketch, day: str) -> None:
        self._forget(self._database.execute("SELECT number, indexed FROM story WHERE article = ?", (story.article,)).fetchall())
        blob = struct.pack(_BLOB, *sketch.indexed)
        values = (story.article, story.cluster, day, story.published, story.host, story.stretches, blob, story.packed)
        (number,) = self._database.execute(_STORE, values).fetchone()
        self._database.executemany("INSERT OR IGNORE INTO minimum VALUES (?, ?)", ((value, number) for value in sketch.indexed))

    def _forget_before(self, day: str) -> None:
        rows = self._database.execute("SELECT number, indexed FROM story WHERE day < ? LIMIT ?", (day, _FORGOTTEN_AT_ONCE))
        self._forget(rows.fetchall())

    def _forget(self, rows: Iterable[tuple[int, bytes]]) -> None:
        for number, indexed in rows:
            values = ((value, number) for value in struct.unpack(_BLOB, indexed))
            self._database.executemany("DELETE FROM minimum WHERE value = ? AND story = ?", values)
            self._database.execute("DELETE FROM story WHERE number = ?", (number,))

    def _require_algorithm(self) -> None:
        """Begin anew where the sketches are of another algorithm: they cannot be compared."""
        row = self._database.execute("SELECT name FROM algorithm").fetchone()
        if row == (ALGORITHM,):
            return
        with transaction(self._database):
            for table in ("algorithm", "story", "minimum"):
                self._database.execute(f"DELETE FROM {table}")
            self._database.execute("INSERT INTO algorithm VALUES (?)", (ALGORITHM,))


def is_copy(found: Likeness) -> bool:
    """Whether texts so alike tell the same story."""
    return found.containment >= _LEAST_CONTAINMENT and found.jaccard >= _LEAST_JACCARD


def _cluster(matches: Sequence[Match]) -> str | None:
    """The cluster of the most similar article; its id where it is in none yet."""
    if not matches:
        return None
    nearest = max(matches, key=lambda match: (match.similarity, match.story.article)).story
    return nearest.cluster or nearest.article


def _credited(record: Mapping[str, Any]) -> Credited:
    url, original = record["external_url"], record["attribution"]["original"]
    return Credited(article_id(url) if url else None, original["domain"] if original else None)


def _original(matches: Sequence[Match], published: str, credited: Credited) -> DuplicateOf | None:
    """The article that this one repeats: the credited original (the earliest of several), else the earliest; ``None`` where this one is the earliest."""
    in_order = sorted(matches, key=lambda match: (match.story.published, match.story.article))
    for match in in_order:
        if match.story.article == credited.article or match.story.host == credited.host:
            return DuplicateOf(match.story.article, match.similarity)
    first = next((match for match in in_order if match.story.published <= published), None)
    return DuplicateOf(first.story.article, first.similarity) if first else None


def _of_record(record: Mapping[str, Any]) -> tuple[Story, Sketch] | None:
    sketch = sketch_of(record["content_text"])
    story = _story(record, sketch)
    return (story, sketch) if story and sketch else None


def _story(record: Mapping[str, Any], sketch: Sketch | None) -> Story | None:
    """What is remembered of *record*; ``None`` where its text is too short."""
    if sketch is None or sketch.stretches < LEAST_STRETCHES:
        return None
    published = record["published_utc"] or record["fetched_at"] or ""
    host = host_of(record["canonical_url"] or record["url"] or "")
    return Story(record["id"], record["cluster"], published, host, sketch.stretches, sketch.packed)


def _days_before(day: str, days: int) -> str:
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()
