"""What is remembered of each article, in one SQLite file."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from newsbot.items import Article
from pipelines.revisions import Memory, Revision, id_of, memory_of, memory_of_article, next_revision

_TABLE = """
CREATE TABLE IF NOT EXISTS article (
    id TEXT PRIMARY KEY, revision INTEGER NOT NULL, processing INTEGER NOT NULL, content_hash TEXT NOT NULL,
    title TEXT, extractor TEXT NOT NULL, text BLOB NOT NULL
) WITHOUT ROWID
"""
_READ = "SELECT revision, processing, content_hash, title, extractor, text FROM article WHERE id = ?"
_STORE = """
INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
    revision = excluded.revision, processing = excluded.processing, content_hash = excluded.content_hash,
    title = excluded.title, extractor = excluded.extractor, text = excluded.text
WHERE (excluded.revision, excluded.processing) >= (article.revision, article.processing)
"""


class State:
    """The memory of the last record of each article; what it has stored survives any crash."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, timeout=30)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute(_TABLE)

    def last(self, article_id: str) -> Memory | None:
        """What is remembered of an article."""
        row = self._database.execute(_READ, (article_id,)).fetchone()
        if row is None:
            return None
        revision, processing, content_hash, title, extractor, text = row
        return Memory(revision, processing, content_hash, title, extractor, zlib.decompress(text).decode("utf-8", "surrogatepass"))

    def store(self, records: Iterable[dict[str, Any]]) -> None:
        """Remember *records*, all or none; an older revision never replaces a newer one, so that storing twice is storing once."""
        with self._database:
            self._database.executemany(_STORE, (_row(record["id"], memory_of(record)) for record in records))

    def renew_extractor(self, article_id: str, version: str) -> None:
        """Remember that extractor *version* gives the same result for an article."""
        with self._database:
            self._database.execute("UPDATE article SET extractor = ? WHERE id = ?", (version, article_id))

    def close(self) -> None:
        """Release the file."""
        self._database.close()


def _row(article_id: str, memory: Memory) -> tuple[Any, ...]:
    text = zlib.compress(memory.text.encode("utf-8", "surrogatepass"))
    return (article_id, memory.revision, memory.processing, memory.content_hash, memory.title, memory.extractor, text)


class History:
    """Which revision an article is. A record is remembered when it is on the disk, never before: a killed run forgets the rest."""

    def __init__(self, path: Path) -> None:
        self._state = State(path)
        self._unwritten: dict[str, Memory] = {}

    def judge(self, article: Article) -> Revision | None:
        """The revision that *article* is; ``None`` when nothing changed since its last record."""
        known = id_of(article)
        last = self._unwritten.get(known) or self._state.last(known)
        revision = next_revision(article, last)
        if revision is not None:
            self._unwritten[known] = memory_of_article(revision)
        elif last and last.extractor != article.extractor.version:
            self._state.renew_extractor(known, article.extractor.version)
        return revision

    def remember(self, records: Iterable[dict[str, Any]]) -> None:
        """Take *records* for written: they are on the disk."""
        stored = list(records)
        self._state.store(stored)
        for record in stored:
            self._unwritten.pop(record["id"], None)

    def close(self) -> None:
        """Release the file."""
        self._state.close()
