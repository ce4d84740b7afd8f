"""What the ``robots.txt`` of each host said, kept from run to run: asked once a day, and its rules known when it cannot be had."""

from __future__ import annotations

import zlib
from typing import Final

from newsbot.errors import StateError
from newsbot.polite.robots import MAX_BYTES, Verdict
from newsbot.tables import Place, open_tables

FORMS: Final = (
    """CREATE TABLE robots (origin TEXT PRIMARY KEY, meaning TEXT NOT NULL, read_at REAL NOT NULL, body BLOB NOT NULL,
    unreachable_since REAL) WITHOUT ROWID""",
)
_SAVE: Final = """
INSERT INTO robots (origin, meaning, read_at, body, unreachable_since) VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE SET
    meaning = excluded.meaning, read_at = excluded.read_at, body = excluded.body, unreachable_since = excluded.unreachable_since
"""
_LOAD: Final = "SELECT meaning, read_at, body, unreachable_since FROM robots WHERE origin = ?"


class RobotsMemory:
    """Verdicts by origin (``https://news.example``), in one SQLite file or a fleet's database; bodies are packed."""

    def __init__(self, place: Place) -> None:
        """Open it.

        Raises:
            StateError: it cannot be used.
        """
        self._tables = open_tables(place, "robots", FORMS)

    def get(self, origin: str) -> Verdict | None:
        """What was known last.

        Raises:
            StateError: it cannot be read.
        """
        for meaning, read_at, packed, since in self._tables.rows(_LOAD, (origin,)):
            return Verdict(meaning, read_at, _unpacked(origin, packed), since)
        return None

    def put(self, origin: str, verdict: Verdict) -> None:
        """Know *verdict* from now on.

        Raises:
            StateError: it cannot be written.
        """
        body = zlib.compress(verdict.body) if verdict.body else b""
        self._tables.change(_SAVE, (origin, verdict.meaning, verdict.read_at, body, verdict.unreachable_since))

    def close(self) -> None:
        """Release the file or the connection."""
        self._tables.close()


def _unpacked(origin: str, packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, MAX_BYTES) if packed else b""
    except zlib.error as error:
        raise StateError(f"robots.txt of {origin}: what is remembered cannot be read ({error}); remove robots.sqlite") from error
