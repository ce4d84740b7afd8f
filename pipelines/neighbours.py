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
from itertools import islice
from typing import Any, Final

from newsbot.items import DuplicateOf
from newsbot.tables import Place, open_tables
from newsbot.urls import article_id, host_of
from pipelines.drafts import Drafts
from pipelines.finished import Finished
from pipelines.fleet_writer import FleetWriter
from pipelines.record_lines import plain
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
PART: Final = "neighbours"
FORMS: Final = (
    """
    CREATE TABLE algorithm (name TEXT NOT NULL);
    CREATE TABLE story (number INTEGER PRIMARY KEY, article TEXT NOT NULL UNIQUE, cluster TEXT, day TEXT NOT NULL,
        published TEXT NOT NULL, host TEXT NOT NULL, stretches INTEGER NOT NULL, indexed BLOB NOT NULL, minima BLOB NOT NULL);
    CREATE INDEX story_day ON story (day);
    CREATE TABLE minimum (value INTEGER NOT NULL, story INTEGER NOT NULL, PRIMARY KEY (value, story)) WITHOUT ROWID
    """,
)
_STORE: Final = """
INSERT INTO story (article, cluster, day, published, host, stretches, indexed, minima) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_SHARED: Final = " UNION ".join(
    f"SELECT story FROM (SELECT story FROM minimum WHERE value = ? ORDER BY story DESC LIMIT {_POSTINGS}) AS shared{place}"
    for place in range(INDEXED)
)
_STORIES: Final = f"SELECT article, cluster, published, host, stretches, minima FROM story WHERE number IN ({_SHARED}) ORDER BY number"
_MINIMA: Final = "INSERT INTO minimum SELECT * FROM unnest(?::bigint[], ?::bigint[]) ON CONFLICT (value, story) DO NOTHING"
"""All rows in one statement: in a fleet each goes over the network."""
_AT_ONCE: Final = 500
"""Records whose stories are looked up together."""
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
    """The stories of the last days, in one SQLite file; a thousandth of a second an article at a million of them. Or in a fleet's database.

    In a fleet writers see what the others have judged: of two copies that come at one moment, one knows the other.
    """

    def __init__(self, place: Place, window_days: int = WINDOW_DAYS, writer: FleetWriter | None = None) -> None:
        """Open *place*.

        Raises:
            StateError: it cannot be used.
        """
        self._tables = open_tables(place, PART, FORMS)
        self._window = window_days
        self._writer = writer
        self._drafts = Drafts(writer) if writer else None
        self._unwritten: dict[str, tuple[Story, Sketch]] = {}
        self._require_algorithm()

    def judge(self, revision: Revision) -> Revision:
        """*revision* with ``cluster`` and ``duplicate_of`` where its story is known."""
        story, sketch = _story(revision.article.record, revision.article.sketch), revision.article.sketch
        if story is None or sketch is None:
            return revision
        if self._writer is None:
            return self._judge(revision, story, sketch)
        return self._writer.database.run(lambda: self._judge(revision, story, sketch))

    def similar(self, article: Finished) -> list[Match]:
        """The remembered articles with the story of *article*, which is not remembered."""
        story = _story(article.record, article.sketch)
        return list(self._matches(story, article.sketch)) if story and article.sketch else []

    def remember(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Take *records* for written: they are on the disk. Records of killed runs, which nobody judged here, are sketched now."""
        waiting = iter(records)
        with self._tables.transaction():
            while some := list(islice(waiting, _AT_ONCE)):
                self._remember(some)

    def size_bytes(self) -> int:
        """Bytes of the file."""
        ((pages,),), ((size,),) = self._tables.rows("PRAGMA page_count"), self._tables.rows("PRAGMA page_size")
        return int(pages) * int(size)

    def close(self) -> None:
        """Release the file or the connection."""
        self._tables.close()

    def _judge(self, revision: Revision, story: Story, sketch: Sketch) -> Revision:
        matches = list(self._matches(story, sketch))
        story = replace(story, cluster=self._cluster_of(story.article) or _cluster(matches))
        if self._drafts:
            if story.article in self._unwritten:
                self._drafts.end([story.article])
            self._drafts.tell((story.article, story.cluster, story.published, story.host, story.stretches, story.packed), sketch)
        self._unwritten[story.article] = (story, sketch)
        duplicate_of = _original(matches, story.published, _credited(revision.article.record))
        return replace(revision, article=revision.article.but(cluster=story.cluster, duplicate_of=plain(duplicate_of)))

    def _matches(self, story: Story, sketch: Sketch) -> Iterator[Match]:
        for other in self._candidates(sketch):
            if other.article != story.article:
                found = likeness(story.packed, other.packed, (story.stretches, other.stretches))
                if is_copy(found):
                    yield Match(other, round(found.containment, 2))

    def _candidates(self, sketch: Sketch) -> Iterator[Story]:
        """Stories that share an indexed minimum, each once; of an article that was revised since, only what is not written yet."""
        drafts = {row[0]: Story(*row) for row in self._drafts.others(sketch)} if self._drafts else {}
        drafts |= {story.article: story for story, other in self._unwritten.values() if not sketch.indexed.isdisjoint(other.indexed)}
        yield from drafts.values()
        for row in self._tables.rows(_STORIES, tuple(sketch.indexed)):
            if row[0] not in drafts and row[0] not in self._unwritten:
                yield Story(*row)

    def _cluster_of(self, article: str) -> str | None:
        """The cluster that an article is in already: it stays there."""
        if article in self._unwritten:
            return self._unwritten[article][0].cluster
        return next((cluster for (cluster,) in self._tables.rows("SELECT cluster FROM story WHERE article = ?", (article,))), None)

    def _remember(self, records: Iterable[Mapping[str, Any]]) -> None:
        stories = {}
        for record in records:
            known, day = self._unwritten.get(record["id"]) or _of_record(record), (record["fetched_at"] or "")[:10]
            if known is not None and day:
                stories[record["id"]] = (*known, day)
        self._store(stories)
        for day in sorted({day for *_, day in stories.values()}):
            self._forget_before(_days_before(day, self._window))
        self._tables.afterwards(lambda: self._drop(stories))

    def _store(self, stories: Mapping[str, tuple[Story, Sketch, str]]) -> None:
        """Store *stories*, by article and with their days; in order, so that two writers never wait for each other."""
        articles = sorted(stories)
        if not articles:
            return
        self._forget(self._of_articles("number, indexed", articles))
        self._tables.change(_STORE, *(_row(*stories[article]) for article in articles))
        numbers: dict[str, int] = dict(self._of_articles("article, number", articles))
        minima = sorted((value, numbers[article]) for article in articles for value in stories[article][1].indexed)
        if self._drafts:
            self._tables.change(_MINIMA, [list(column) for column in zip(*minima, strict=True)])
            self._drafts.end(articles)
        else:
            self._tables.change("INSERT INTO minimum VALUES (?, ?) ON CONFLICT (value, story) DO NOTHING", *minima)

    def _of_articles(self, columns: str, articles: Sequence[str]) -> list[tuple[Any, Any]]:
        if not articles:
            return []
        places = ", ".join("?" * len(articles))
        return self._tables.rows(f"SELECT {columns} FROM story WHERE article IN ({places}) ORDER BY article", articles)

    def _forget_before(self, day: str) -> None:
        """Forget stories of days before *day*; in a fleet those that nobody else is at."""
        free = " FOR UPDATE SKIP LOCKED" if self._writer else ""
        self._forget(self._tables.rows(f"SELECT number, indexed FROM story WHERE day < ? LIMIT ?{free}", (day, _FORGOTTEN_AT_ONCE)))

    def _forget(self, rows: Sequence[tuple[Any, ...]]) -> None:
        values = [(value, number) for number, indexed in rows for value in struct.unpack(_BLOB, indexed)]
        self._tables.change("DELETE FROM minimum WHERE value = ? AND story = ?", *sorted(values))
        self._tables.change("DELETE FROM story WHERE number = ?", *((number,) for number, _ in rows))

    def _drop(self, stories: Mapping[str, tuple[Story, Sketch, str]]) -> None:
        """Hold no longer what is stored, unless it was judged anew since."""
        for article, (story, *_) in stories.items():
            if article in self._unwritten and self._unwritten[article][0] is story:
                del self._unwritten[article]

    def _require_algorithm(self) -> None:
        """Begin anew where the sketches are of another algorithm: they cannot be compared."""
        if self._tables.rows("SELECT name FROM algorithm") == [(ALGORITHM,)]:
            return
        with self._tables.transaction():
            self._tables.lock("algorithm")
            if self._tables.rows("SELECT name FROM algorithm") == [(ALGORITHM,)]:
                return
            for table in ("algorithm", "story", "minimum"):
                self._tables.change(f"DELETE FROM {table}", ())
            self._tables.change("INSERT INTO algorithm VALUES (?)", (ALGORITHM,))


def _row(story: Story, sketch: Sketch, day: str) -> tuple[Any, ...]:
    blob = struct.pack(_BLOB, *sketch.indexed)
    return (story.article, story.cluster, day, story.published, story.host, story.stretches, blob, story.packed)


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
    """The article that this one repeats: the credited original (the earliest of several), else the earliest.

    ``None`` where this one is the earliest.
    """
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
