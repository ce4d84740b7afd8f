"""One row a record: CSV and SQLite. Columns are the keys of the record; lists and objects are JSON text."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, Final

from pipelines.records import Record

COLUMNS: Final = tuple(Record.__dataclass_fields__)
_BATCH: Final = 500
_INDEXED: Final = ("id", "source", "published_day", "fetched_at", "cluster")
_WHOLE: Final = frozenset(name for name, field in Record.__dataclass_fields__.items() if field.type == "int")


def write_csv(records: Iterable[dict[str, Any]], path: Path) -> int:
    """Write *records* as CSV (RFC 4180, UTF-8, one head line; ``null`` is an empty cell); how many there were.

    Raises:
        OSError: the file cannot be written.
    """
    count = 0
    with path.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for record in records:
            writer.writerow(_row(record))
            count += 1
    return count


def write_sqlite(records: Iterable[dict[str, Any]], path: Path) -> int:
    """Write *records* into the table ``articles`` of a new SQLite file; how many there were.

    Raises:
        OSError: the file cannot be written.
    """
    columns = ", ".join(f"{name} {'INTEGER' if name in _WHOLE else 'TEXT'}" for name in COLUMNS)
    places = ", ".join("?" * len(COLUMNS))
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", f"CREATE TABLE articles ({columns})", "BEGIN"):
                database.execute(statement)
            count = _insert(database, f"INSERT INTO articles VALUES ({places})", map(_row, records))
            for name in _INDEXED:
                database.execute(f"CREATE INDEX articles_{name} ON articles ({name})")
            database.execute("COMMIT")
    except sqlite3.Error as error:
        raise OSError(str(error)) from error
    return count


def _insert(database: sqlite3.Connection, statement: str, rows: Iterator[list[Any]]) -> int:
    count = 0
    while batch := list(islice(rows, _BATCH)):
        database.executemany(statement, batch)
        count += len(batch)
    return count


def _row(record: dict[str, Any]) -> list[Any]:
    return [_cell(record[name]) for name in COLUMNS]


def _cell(value: Any) -> Any:
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value
