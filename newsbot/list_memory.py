"""The last reading of each list, in one SQLite file of the state or a fleet's database."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any, Final, Self

from newsbot.discovery.readings import Entry, Reading
from newsbot.tables import Place, open_tables

FORMS: Final = (
    "CREATE TABLE reading (key TEXT PRIMARY KEY, news_at REAL NOT NULL, interval_s REAL, hubs TEXT NOT NULL, terms TEXT NOT NULL, "
    "entries BLOB NOT NULL) WITHOUT ROWID",
)
_LOAD: Final = "SELECT news_at, interval_s, hubs, terms, entries FROM reading WHERE key = ?"
_SAVE: Final = """
INSERT INTO reading (key, news_at, interval_s, hubs, terms, entries) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
    news_at = excluded.news_at, interval_s = excluded.interval_s, hubs = excluded.hubs, terms = excluded.terms, entries = excluded.entries
"""


class ListMemory:
    """What each list named when it was read last.

    A reading is written to the disk at the second :meth:`settle` after it, or at :meth:`close`: by then the frontier has stored what came
    of it. A run that is killed before that reads the list once more, and sees the same difference.
    """

    def __init__(self, place: Place) -> None:
        self._tables = open_tables(place, "lists", FORMS)
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
        """Write what is left, and release the file or the connection."""
        self.settle()
        self.settle()
        self._tables.close()

    def _written(self, key: str) -> Reading | None:
        for news_at, interval_s, hubs, terms, packed in self._tables.rows(_LOAD, (key,)):
            entries = json.loads(zlib.decompress(packed))
            return Reading(tuple(Entry(url, mark) for url, mark in entries), news_at, interval_s, tuple(json.loads(hubs)), terms)
        return None

    def _write(self, readings: Iterable[tuple[str, Reading]]) -> None:
        if rows := [_row(key, reading) for key, reading in readings]:
            self._tables.change(_SAVE, *rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _row(key: str, reading: Reading) -> tuple[Any, ...]:
    entries = json.dumps([(entry.url, entry.mark) for entry in reading.entries])
    return (key, reading.news_at, reading.interval_s, json.dumps(reading.hubs), reading.terms, zlib.compress(entries.encode(), 1))
