"""Which articles were taken down here and must not come back: in one SQLite file of the state, as digests, which tell nobody anything."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Final

from newsbot.database import open_database

FILE: Final = "forgotten.sqlite"
"""Its name in the state folder."""
_MIGRATIONS: Final = ("CREATE TABLE forgotten (key TEXT PRIMARY KEY, id TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID",)


def forgotten_keys(folder: Path) -> frozenset[str]:
    """Ids of the articles that are forgotten, and :func:`newsbot.urls.article_id` of each of their addresses. No file is none.

    Raises:
        StateError: one line; the file cannot be used.
    """
    if not (folder / FILE).exists():
        return frozenset()
    with closing(open_database(folder / FILE, _MIGRATIONS)) as database:
        return frozenset(key for (key,) in database.execute("SELECT key FROM forgotten"))


def forget_keys(folder: Path, article_id: str, keys: Collection[str], at: str) -> None:
    """Remember that the article *article_id* is forgotten, under *keys* too; on the disk when this returns. Twice is once.

    Raises:
        StateError: one line; the file cannot be used.
    """
    with closing(open_database(folder / FILE, _MIGRATIONS, "FULL")) as database:
        rows = [(key, article_id, at) for key in {article_id, *keys}]
        database.execute("BEGIN IMMEDIATE")
        database.executemany("INSERT INTO forgotten VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING", rows)
        database.execute("COMMIT")
