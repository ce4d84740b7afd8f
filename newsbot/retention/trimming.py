"""What the memory can do without: rows that only save a visit, and rows about archive files that are gone.

The memory of revisions and identities is never trimmed: without it an article that a list names once more would come as new. Nor are
the last readings of the lists, nor the addresses that they name: a sitemap names old articles for ever, and would have them all fetched.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from newsbot.errors import StateError
from newsbot.frontier.schema import DONE
from newsbot.retention.memory import changing
from newsbot.retention.pruning import DAY_S
from newsbot.urls import article_id

_VISITED: Final = (
    f"FROM entry WHERE state = {DONE} AND due_at IS NULL AND kind = 'article' AND fetched_at < :before "
    "AND key NOT IN (SELECT key FROM temp.named)"
)
"""Articles that are never due again and that no list names any more: if one does, the page is fetched, and found unchanged."""
_OLD: Final = {"frontier.sqlite": _VISITED, "robots.sqlite": "FROM robots WHERE read_at < :before AND unreachable_since IS NULL"}
_OF_FILE: Final = {"archive.sqlite": "FROM capture WHERE file = :file", "reextraction.sqlite": "FROM progress WHERE file = :file"}


@dataclass(frozen=True, slots=True)
class Trimmed:
    """Rows of one file of the state."""

    file: str
    rows: int


def count_old(folder: Path, before: float, files: Collection[str]) -> list[Trimmed]:
    """The rows that :func:`trim` would delete.

    Raises:
        StateError: one line; a file cannot be read.
    """
    counted = []
    for name, rows, values in _work(folder, before, files):
        try:
            with closing(sqlite3.connect(f"{(folder / name).resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)) as database:
                _name(database, folder, name)
                found = (database.execute(f"SELECT count(*) {rows}", one).fetchone()[0] for one in values)
                counted.append(Trimmed(name, sum(found)))
        except sqlite3.Error as error:
            raise _fault(folder / name, error) from error
    return counted


def trim(folder: Path, before: float, files: Collection[str]) -> list[Trimmed]:
    """Delete from the state in *folder* what was last seen before *before* (seconds since 1970), and what is known of the archive *files*.

    A file that lost rows is packed, so that the disk has its room back.

    Raises:
        StateError: one line; a file cannot be used.
    """
    trimmed = []
    for name, rows, values in _work(folder, before, files):
        with changing(folder / name) as database:
            assert database is not None
            _name(database, folder, name)
            deleted = sum(database.execute(f"DELETE {rows}", one).rowcount for one in values)
        trimmed.append(Trimmed(name, deleted))
        if deleted:
            _pack(folder / name)
    return trimmed


def cutoff(now: float, days: float | None) -> float:
    """Seconds since 1970 before which rows are old; nothing is without *days*."""
    return now - days * DAY_S if days is not None else 0.0


def _work(folder: Path, before: float, files: Collection[str]) -> list[tuple[str, str, list[Mapping[str, Any]]]]:
    """File, rows and values of every deletion."""
    old: list[tuple[str, str, list[Mapping[str, Any]]]] = [(name, rows, [{"before": before}]) for name, rows in _OLD.items() if before > 0]
    lost: list[tuple[str, str, list[Mapping[str, Any]]]] = [
        (name, rows, [{"file": file} for file in files]) for name, rows in _OF_FILE.items() if files
    ]
    return [one for one in (*old, *lost) if (folder / one[0]).is_file()]


def _name(database: sqlite3.Connection, folder: Path, name: str) -> None:
    """The table ``temp.named``: the keys of all addresses that the lists named when they were read last."""
    database.execute("CREATE TEMP TABLE named (key TEXT PRIMARY KEY) WITHOUT ROWID")
    if name == "frontier.sqlite" and (folder / "lists.sqlite").is_file():
        database.executemany(
            "INSERT OR IGNORE INTO temp.named VALUES (?)", ((article_id(url),) for url in _listed(folder / "lists.sqlite"))
        )


def _listed(path: Path) -> Iterator[str]:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            for (packed,) in database.execute("SELECT entries FROM reading"):
                yield from (entry[0] for entry in json.loads(zlib.decompress(packed)))
    except sqlite3.Error as error:
        raise _fault(path, error) from error


def _pack(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("VACUUM")
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise _fault(path, error) from error


def _fault(path: Path, error: sqlite3.Error) -> StateError:
    return StateError(f"{path}: {error}; end the other program that uses the file, or restore it from a back-up")
