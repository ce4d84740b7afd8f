"""SQLite files that hold what newsbot remembers: opened alike, upgraded step by step, refused in one line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from newsbot.errors import StateError

BUSY_S: Final = 30.0
"""How long another process may hold the file before a statement fails with ``database is locked``."""


def open_database(path: Path, migrations: Sequence[str], synchronous: Literal["NORMAL", "FULL"] = "NORMAL") -> sqlite3.Connection:
    """The database in *path*, made or brought to the newest form: *migrations* are SQL scripts, each run once, in order.

    ``PRAGMA user_version`` counts those that were run, so that a script is never changed after its release, only followed by another.
    Write-ahead log; autocommit (begin transactions with ``BEGIN IMMEDIATE``). With ``NORMAL`` a power cut may take the last commits,
    never their order; with ``FULL`` a commit is on the disk when it returns.

    Raises:
        StateError: one line; the file cannot be opened or written, is no database, or comes from a newer newsbot.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(f"PRAGMA synchronous = {synchronous}")
        _upgrade(database, path, migrations)
    except (OSError, sqlite3.Error) as error:
        raise StateError(f"{path}: {error}; check the disk and the file's rights, or restore the file from a back-up") from error
    return database


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All statements within take effect together or not at all; one within another is part of it."""
    if database.in_transaction:
        yield
        return
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:  # a full disk ends it by itself
            database.execute("ROLLBACK")
        raise


def _upgrade(database: sqlite3.Connection, path: Path, migrations: Sequence[str]) -> None:
    """Run the scripts that *path* has not seen; two processes that open a new file at once run them once."""
    if _version(database) == len(migrations):
        return
    database.execute("BEGIN IMMEDIATE")
    try:
        version = _version(database)
        if version > len(migrations):
            raise StateError(f"{path}: was written by a newer newsbot (form {version}, known {len(migrations)}); update newsbot")
        for script in migrations[version:]:
            for statement in filter(str.strip, script.split(";")):
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {len(migrations)}")
        database.execute("COMMIT")
    except BaseException:
        database.execute("ROLLBACK")
        database.close()
        raise


def _version(database: sqlite3.Connection) -> int:
    row: tuple[int] = database.execute("PRAGMA user_version").fetchone()
    return row[0]
