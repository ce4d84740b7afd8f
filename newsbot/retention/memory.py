"""What the memory holds of an article, taken out row by row."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from newsbot.database import BUSY_S
from newsbot.errors import StateError
from newsbot.urls import article_id

_OF_ARTICLE: Final = {
    "history.sqlite": ("DELETE FROM article WHERE id = :id",),
    "neighbours.sqlite": (
        "DELETE FROM minimum WHERE story IN (SELECT number FROM story WHERE article = :id)",
        "DELETE FROM story WHERE article = :id",
    ),
    "frontier.sqlite": ("DELETE FROM entry WHERE key = :key",),
    "archive.sqlite": ("DELETE FROM capture WHERE file = :file AND place = :place",),
}
"""``identities.sqlite`` stays: it holds digests only, and by them the article is known when it comes under another address."""
Places = Collection[tuple[str, int]]
"""File below ``archive/`` and byte of each archived page."""


def forget_article(folder: Path, known: str, keys: Collection[str], places: Places) -> None:
    """Take the article with id *known* out of the state in *folder*; *keys* are the digests of its addresses. Twice is once.

    Raises:
        StateError: one line; a file cannot be used.
    """
    values: Mapping[str, list[dict[str, Any]]] = {
        "frontier.sqlite": [{"key": key} for key in {known, *keys}],
        "archive.sqlite": [{"file": file, "place": place} for file, place in places],
    }
    for name, statements in _OF_ARTICLE.items():
        with changing(folder / name) as database:
            for statement in statements if database else ():
                assert database is not None
                database.executemany(statement, values.get(name, [{"id": known}]))
    with changing(folder / "lists.sqlite") as database:
        if database:
            _forget_listed(database, frozenset((known, *keys)))


@contextmanager
def changing(path: Path) -> Iterator[sqlite3.Connection | None]:
    """The database in *path*, in one transaction; ``None`` where there is no such file. What is deleted is overwritten, in the log too.

    Raises:
        StateError: one line; the file cannot be used, and is as it was.
    """
    if not path.is_file():
        yield None
        return
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)) as database:
            database.execute("PRAGMA secure_delete = ON")
            database.execute("BEGIN IMMEDIATE")
            yield database
            database.execute("COMMIT")
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise StateError(f"{path}: {error}; end the other program that uses the file, or restore it from a back-up") from error


def _forget_listed(database: sqlite3.Connection, keys: frozenset[str]) -> None:
    """Take addresses out of the last reading of each list (:mod:`newsbot.list_memory`)."""
    for key, packed in database.execute("SELECT key, entries FROM reading").fetchall():
        named = json.loads(zlib.decompress(packed))
        kept = [entry for entry in named if article_id(entry[0]) not in keys]
        if len(kept) < len(named):
            packed = zlib.compress(json.dumps(kept).encode(), 1)
            database.execute("UPDATE reading SET entries = ? WHERE key = ?", (packed, key))
