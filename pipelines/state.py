"""What is remembered of each article, in one SQLite file or a fleet's database."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from newsbot.errors import StateError
from newsbot.items import ArchivePointer
from newsbot.tables import Place, is_database, open_tables
from pipelines.revisions import Memory, memory_of

PART: Final = "history"
_FIRST_FORM: Final = """
CREATE TABLE IF NOT EXISTS article (
    id TEXT PRIMARY KEY, revision INTEGER NOT NULL, processing INTEGER NOT NULL, content_hash TEXT NOT NULL,
    title TEXT, extractor TEXT NOT NULL, text BLOB NOT NULL
) WITHOUT ROWID
"""
_WITH_PAGE: Final = """
ALTER TABLE article ADD COLUMN source TEXT;
ALTER TABLE article ADD COLUMN fetched_at TEXT;
ALTER TABLE article ADD COLUMN first_at TEXT;
ALTER TABLE article ADD COLUMN archive_file TEXT;
ALTER TABLE article ADD COLUMN archive_offset INTEGER;
ALTER TABLE article ADD COLUMN archive_length INTEGER;
ALTER TABLE article ADD COLUMN archive_digest TEXT;
ALTER TABLE article ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX article_text ON article (source, content_hash)
"""
MIGRATIONS: Final = (_FIRST_FORM, _WITH_PAGE)
_READ: Final = """
SELECT revision, processing, content_hash, title, extractor, text, source, fetched_at, deleted,
       archive_file, archive_offset, archive_length, archive_digest
FROM article WHERE id = ?
"""
_STORE: Final = """
INSERT INTO article (id, revision, processing, content_hash, title, extractor, text, source, fetched_at, first_at,
                     archive_file, archive_offset, archive_length, archive_digest)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
    deleted = CASE WHEN excluded.revision = article.revision THEN article.deleted ELSE 0 END,
    revision = excluded.revision, processing = excluded.processing, content_hash = excluded.content_hash,
    title = excluded.title, extractor = excluded.extractor, text = excluded.text, source = excluded.source,
    fetched_at = excluded.fetched_at, archive_file = excluded.archive_file, archive_offset = excluded.archive_offset,
    archive_length = excluded.archive_length, archive_digest = excluded.archive_digest
WHERE (excluded.revision, excluded.processing) >= (article.revision, article.processing)
"""
_DELETE: Final = "UPDATE article SET deleted = 1 WHERE id = ? AND revision = ?"
_RENEW: Final = "UPDATE article SET extractor = ? WHERE id = ?"

Line = dict[str, Any]
"""A record or an event."""
_NONE: Final[Mapping[str, str]] = {}


class State:
    """The memory of the last record of each article; what it has stored survives any crash."""

    def __init__(self, place: Place) -> None:
        self._tables = open_tables(place, PART, MIGRATIONS, "FULL")

    def last(self, article_id: str) -> Memory | None:
        """What is remembered of an article."""
        return next(map(_memory, self._tables.rows(_READ, (article_id,))), None)

    def store(self, records: Iterable[Line], events: Iterable[Line] = (), renewed: Mapping[str, str] = _NONE) -> None:
        """Remember *records*, deletions and, by id, extractors that make the same record again: all or none.

        An older revision never replaces a newer one, so that storing twice is storing once.
        """
        with self._tables.transaction():
            self._tables.change(_STORE, *(_row(record["id"], memory_of(record)) for record in records))
            self._tables.change(_DELETE, *((event["id"], event["last_revision"]) for event in events))
            self._tables.change(_RENEW, *((extractor, article_id) for article_id, extractor in sorted(renewed.items())))

    def afterwards(self, call: Callable[[], object]) -> None:
        """*call* when what was stored is safe, see :meth:`newsbot.tables.Tables.afterwards`."""
        self._tables.afterwards(call)

    def close(self) -> None:
        """Release the file or the connection."""
        self._tables.close()


def history_place(out: Path, state: str) -> Path | str:
    """Where the memory is by the setting ``NEWSBOT_STATE``: :func:`history_path`, or the address that *state* is.

    Raises:
        StateError: as :func:`history_path`.
    """
    return state if is_database(state) else history_path(out, state)


def history_path(out: Path, state: str) -> Path:
    """The file of the memory in folder *state* below *out*; one that an earlier newsbot left in *out* itself is moved there.

    Raises:
        StateError: one line; that file cannot be used.
    """
    path, before = out / state / "history.sqlite", out / "state.sqlite"
    if before.is_file() and not path.exists():
        try:
            _move(before, path)
        except (OSError, sqlite3.Error) as error:
            raise StateError(f"{before}: cannot be moved to {path} ({error}); check the file and its rights, or move it away") from error
    return path


def _move(before: Path, path: Path) -> None:
    with closing(sqlite3.connect(before)) as database:
        database.execute("PRAGMA journal_mode = DELETE")  # takes the write-ahead log into the file, which then moves alone
    path.parent.mkdir(parents=True, exist_ok=True)
    before.rename(path)


def _memory(row: tuple[Any, ...]) -> Memory:
    revision, processing, content_hash, title, extractor, text, source, fetched_at, deleted, *place = row
    pointer = ArchivePointer(*place) if place[0] is not None else None
    plain = zlib.decompress(text).decode("utf-8", "surrogatepass")
    return Memory(revision, processing, content_hash, title, extractor, plain, source, fetched_at, pointer, bool(deleted))


def _row(article_id: str, memory: Memory) -> tuple[Any, ...]:
    text = zlib.compress(memory.text.encode("utf-8", "surrogatepass"))
    place = memory.archive
    where = (place.file, place.offset, place.length, place.digest) if place else (None,) * 4
    told = (memory.revision, memory.processing, memory.content_hash, memory.title, memory.extractor)
    return (article_id, *told, text, memory.source, memory.fetched_at, memory.fetched_at, *where)
