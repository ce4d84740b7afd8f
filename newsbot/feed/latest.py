"""Which line holds the newest record of each article, in a temporary SQLite file: millions of articles in little memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from newsbot.feed.record_files import Input, RecordFile, read_events, read_records
from newsbot.feed.selection import Selection

_BATCH: Final = 1000
_TABLES: Final = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "CREATE TABLE newest (id TEXT PRIMARY KEY, revision INT, processing INT, fetched_at TEXT, file INT, line INT) WITHOUT ROWID",
    "CREATE TABLE gone (id TEXT, event TEXT, seen_at TEXT)",
)
_KEEP: Final = """
INSERT INTO newest VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET revision = excluded.revision,
processing = excluded.processing, fetched_at = excluded.fetched_at, file = excluded.file, line = excluded.line
WHERE (excluded.revision, excluded.processing) >= (newest.revision, newest.processing)
"""
_DROP: Final = """
DELETE FROM newest WHERE EXISTS (
SELECT 1 FROM gone WHERE gone.id = newest.id AND (event <> 'deleted' OR seen_at >= coalesce(newest.fetched_at, '')))
"""


class Newest:
    """The newest (``revision``, ``processing``) of each article that is meant, the later line of equals; without articles that are gone.

    An article is gone when its publisher deleted it after the record was fetched, or when any other event names it.
    """

    def __init__(self, given: Input, selection: Selection) -> None:
        self._places = {file.path: number for number, file in enumerate(given.articles)}
        self._database = sqlite3.connect("", isolation_level=None)
        for statement in _TABLES:
            self._database.execute(statement)
        self._database.execute("BEGIN")
        for file in given.articles:
            self._insert(_KEEP, (_row(record, self._places[file.path], line) for line, record in _meant(file, selection)))
        for file in given.events:
            known = (event for event in read_events(file) if selection.until is None or str(event.get("seen_at")) < selection.until)
            self._insert("INSERT INTO gone VALUES (?, ?, ?)", ((event["id"], event["event"], event.get("seen_at")) for event in known))
        self._database.execute("CREATE INDEX whose ON gone (id)")
        self._database.execute(_DROP)
        self._database.execute("CREATE INDEX place ON newest (file, line)")

    def lines_of(self, file: RecordFile) -> Iterator[int]:
        """Numbers of the lines of *file* that hold a newest record, from 0, in order."""
        rows = self._database.execute("SELECT line FROM newest WHERE file = ? ORDER BY line", (self._places[file.path],))
        return (line for (line,) in rows)

    def _insert(self, statement: str, rows: Iterator[tuple[Any, ...]]) -> None:
        while batch := list(islice(rows, _BATCH)):
            self._database.executemany(statement, batch)


def _meant(file: RecordFile, selection: Selection) -> Iterator[tuple[int, dict[str, Any]]]:
    return ((line, record) for line, record in enumerate(read_records(file)) if selection.holds(record))


def _row(record: dict[str, Any], file: int, line: int) -> tuple[Any, ...]:
    return record["id"], record["revision"], record["processing"], record["fetched_at"], file, line
