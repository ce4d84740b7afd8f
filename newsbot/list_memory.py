"""The last reading of each list, in one SQLite file of the state."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Self

from newsbot.database import open_database
from newsbot.discovery.readings import Entry, Reading

_MIGRATIONS: Final = (
    "CREATE TABLE reading (key TEXT PRIMARY KEY, news_at REAL NOT NULL, interval_s REAL, hubs TEXT NOT NULL, terms TEXT NOT NULL, "
    "entries BLOB NOT NULL) WITHOUT ROWID",
)


class ListMemory:
    """What each list named when it was read last.

    A reading is written to the disk at the second :meth:`settle` after it, or at :meth:`close`: by then the frontier has stored what came
    of it. A run that is killed before that reads the list once more, and sees the same difference.
    """

    def __init__(self, path: Path) -> None:
        self._database = open_database(path, _MIGRATIONS)
        self._fresh: dict[str, Reading] = {}
        self._ripe: dict[str, Reading] = {}

    def last(self, key: str) -> Reading | None:
        """The last reading of the list *key* (``newsbot.frontier.list_key``)."""
        return self._fresh.get(key) or self._ripe.get(key) or self._written(key)

    def store(self, key: str, reading: Reading) -> None:
        """Remember *reading* instead of the one before."""
        self._fresh[key] = reading

    def settle(self) -> None:
        """Write what was remembered before the last call."""
        self._write(self._ripe.items())
        self._ripe, self._fresh = self._fresh, {}

    def close(self) -> None:
        """Write what is left, and release the file."""
        self.settle()
        self.settle()
        self._database.close()

    def _written(self, key: str) -> Reading | None:
        row = self._database.execute("SELECT news_at, interval_s, hubs, terms, entries FROM reading WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        entries = json.loads(zlib.decompress(row[4]))
        return Reading(tuple(Entry(url, mark) for url, mark in entries), row[0], row[1], tuple(json.loads(row[2])), row[3])

    def _write(self, readings: Iterable[tuple[str, Reading]]) -> None:
        rows = [_row(key, reading) for key, reading in readings]
        if rows:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany("INSERT OR REPLACE INTO reading VALUES (?, ?, ?, ?, ?, ?)", rows)
            self._database.execute("COMMIT")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _row(key: str, reading: Reading) -> tuple[Any, ...]:
    entries = json.dumps([(entry.url, entry.mark) for entry in reading.entries])
    return (key, reading.news_at, reading.interval_s, json.dumps(reading.hubs), reading.terms, zlib.compress(entries.encode(), 1))
