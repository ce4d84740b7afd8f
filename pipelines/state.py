"""What is remembered of each article, in one SQLite file."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipelines.revisions import Memory, memory_of

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
