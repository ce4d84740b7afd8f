"""The last reading of each list, in one SQLite file of the state."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Final, Self

from newsbot.database import open_database
from newsbot.discovery.readings import Entry, Reading

_MIGRATIONS: Final = (
    "CREATE TABLE reading (key TEXT PRIMARY KEY, news_at REAL NOT NULL, interval_s REAL, hubs TEXT NOT NULL, terms TEXT NOT NULL, entries BLOB NOT NULL) WITHOUT ROWID",
)


class ListMemory:
    """What each list named when it was read last."""

    def __init__(self, path: Path) -> None:
        self._database = open_database(path, _MIGRATIONS)

    def last(self, key: str) -> Reading | None:
        """The last reading of the list *key* (``newsbot.frontier.list_key``)."""
        row = self._database.execute("SELECT news_at, interval_s, hubs, terms, entries FROM reading WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        entries = json.loads(zlib.decompress(row[4]))
        return Reading(tuple(Entry(url, mark) for url, mark in entries), row[0], row[1], tuple(json.loads(row[2])), row[3])

    def store(self, key: str, reading: Reading) -> None:
        """Remember *reading* instead of the one before."""
        entries = zlib.compress(json.dumps([(entry.url, entry.mark) for entry in reading.entries]).encode(), 1)
        row = (key, reading.news_at, reading.interval_s, json.dumps(reading.hubs), reading.terms, entries)
        self._database.execute("INSERT OR REPLACE INTO reading VALUES (?, ?, ?, ?, ?, ?)", row)

    def close(self) -> None:
        """Release the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
