"""What the ``robots.txt`` of each host said, kept from run to run: asked once a day, and its rules known when it cannot be had."""

from __future__ import annotations

import sqlite3
import zlib
from pathlib import Path
from typing import Final

from newsbot.database import open_database
from newsbot.errors import StateError
from newsbot.polite.robots import MAX_BYTES, Meaning, Verdict

_MIGRATIONS: Final = (
    """CREATE TABLE robots (origin TEXT PRIMARY KEY, meaning TEXT NOT NULL, read_at REAL NOT NULL, body BLOB NOT NULL,
    unreachable_since REAL) WITHOUT ROWID""",
)
_SAVE: Final = "INSERT OR REPLACE INTO robots VALUES (?, ?, ?, ?, ?)"
_LOAD: Final = "SELECT meaning, read_at, body, unreachable_since FROM robots WHERE origin = ?"


class RobotsMemory:
    """Verdicts by origin (``https://news.example``), in one SQLite file; bodies are packed."""

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            StateError: it cannot be used.
        """
        self._path = path
        self._database = open_database(path, _MIGRATIONS)

    def get(self, origin: str) -> Verdict | None:
        """What was known last.

        Raises:
            StateError: the file cannot be read.
        """
        try:
            row: tuple[Meaning, float, bytes, float | None] | None = self._database.execute(_LOAD, (origin,)).fetchone()
            if row is None:
                return None
            meaning, read_at, packed, since = row
            return Verdict(meaning, read_at, zlib.decompressobj().decompress(packed, MAX_BYTES) if packed else b"", since)
        except (sqlite3.Error, zlib.error) as error:
            raise StateError(f"{self._path}: {error}; remove the file, what it knows will be asked for again") from error

    def put(self, origin: str, verdict: Verdict) -> None:
        """Know *verdict* from now on.

        Raises:
            StateError: the file cannot be written.
        """
        body = zlib.compress(verdict.body) if verdict.body else b""
        try:
            self._database.execute(_SAVE, (origin, verdict.meaning, verdict.read_at, body, verdict.unreachable_since))
        except sqlite3.Error as error:
            raise StateError(f"{self._path}: {error}; check the disk and the file's rights") from error

    def close(self) -> None:
        """Close the file."""
        self._database.close()
