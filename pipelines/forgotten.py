"""Which articles were taken down here and must not come back: in a file or a fleet's database, as digests, which tell nobody anything."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Final

from newsbot.fleet_database import patiently
from newsbot.tables import Place, open_tables

PART: Final = "forgotten"
FILE: Final = f"{PART}.sqlite"
"""Its name in the state folder."""
FORMS: Final = ("CREATE TABLE forgotten (key TEXT PRIMARY KEY, id TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID",)


def forgotten_keys(place: Place) -> frozenset[str]:
    """Ids of the articles that are forgotten, and :func:`newsbot.urls.article_id` of each of their addresses. No file is none.

    *place* is a state folder, or a database.

    Raises:
        StateError: one line; the file or the database cannot be used.
    """
    if isinstance(place, Path) and not (place / FILE).exists():
        return frozenset()
    return _keys(place) if isinstance(place, Path) else patiently(lambda: _keys(place))


def forget_keys(place: Place, article_id: str, keys: Collection[str], at: str) -> None:
    """Remember that the article *article_id* is forgotten, under *keys* too; on the disk when this returns. Twice is once.

    Raises:
        StateError: one line; the file or the database cannot be used.
    """
    with closing(open_tables(_file(place), PART, FORMS, "FULL")) as tables:
        rows = [(key, article_id, at) for key in sorted({article_id, *keys})]
        tables.change("INSERT INTO forgotten (key, id, at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING", *rows)


def _keys(place: Place) -> frozenset[str]:
    with closing(open_tables(_file(place), PART, FORMS)) as tables:
        return frozenset(key for (key,) in tables.rows("SELECT key FROM forgotten"))


def _file(place: Place) -> Place:
    return place / FILE if isinstance(place, Path) else place
