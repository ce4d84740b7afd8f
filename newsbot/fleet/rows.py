"""Rows of one machine's memory as a fleet's database has them, and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from newsbot.frontier.schema import LEASED, WAITING
from newsbot.polite.hosts import shared_host, without_twins

Row = tuple[Any, ...]
_COMMON: Final = (
    "key", "source", "kind", "state", "priority", "due_at", "changed_at", "request", "tries", "deaths", "reason", "fetched_at", "status",
    "etag", "last_modified", "digest", "unchanged",
)  # fmt: skip
"""Columns of an address that both have. What a worker has in hand, and what a run or a round has named, is not told."""
_REQUEST: Final = _COMMON.index("request")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    is_counted: bool
    """Its numbers are given by the database."""


def tables_of(file: sqlite3.Connection) -> list[tuple[str, list[Column]]]:
    """The tables of *file* and their columns; a fleet's database has the same."""
    names = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
    return [(name, _columns(file, name)) for name in names]


def plain_rows(file: sqlite3.Connection, table: str, columns: Sequence[Column]) -> Iterator[Row]:
    """All rows of *table*."""
    yield from file.execute(f"SELECT {', '.join(column.name for column in columns)} FROM {table}")


def frontier_to_fleet(file: sqlite3.Connection) -> Iterator[tuple[str, Sequence[str], Iterator[Row]]]:
    """Table, columns and rows of a fleet's frontier that are what *file* holds; leases wait again.

    A host is one for all its twins there, and has a row when an address has it.
    """
    hosts = {host: (host, 0.0, None) for host in map(_shared, file.execute("SELECT request FROM entry"))}
    for host, until, reason in file.execute("SELECT host, held_until, reason FROM host ORDER BY held_until"):
        hosts[without_twins(host)] = (without_twins(host), until, reason)
    yield "frontier_host", ("host", "held_until", "reason"), iter(hosts.values())
    rows = file.execute(f"SELECT {', '.join(_COMMON)} FROM entry ORDER BY id")
    yield "frontier_entry", (*_COMMON, "host", "place"), (_to_fleet(row) for row in rows)


def frontier_from_fleet() -> Iterator[tuple[str, Sequence[str], str, Callable[[Row], Row]]]:
    """Table and columns of a frontier of one machine, the query that finds its rows in a fleet's database, and what makes them of these."""
    yield "host", ("host", "held_until", "reason"), "SELECT host, held_until, reason FROM frontier_host WHERE reason IS NOT NULL", tuple
    yield "clock", ("latest",), "SELECT latest FROM frontier_clock", tuple
    yield "entry", (*_COMMON, "host"), f"SELECT {', '.join(_COMMON)} FROM frontier_entry ORDER BY due_at, place, id", _from_fleet


def _columns(file: sqlite3.Connection, table: str) -> list[Column]:
    """``INTEGER PRIMARY KEY`` alone is counted."""
    rows = file.execute(f"PRAGMA table_info({table})").fetchall()
    keys = [name for _, name, _, _, _, key in rows if key]
    return [Column(name, keys == [name] and kind == "INTEGER") for _, name, kind, *_ in rows]


def _shared(row: Row) -> str:
    return shared_host(json.loads(row[0])["url"])


def _to_fleet(row: Row) -> Row:
    values = dict(zip(_COMMON, row, strict=True))
    if values["state"] == LEASED:
        values["state"] = WAITING
    return (*values.values(), _shared((values["request"],)), 0)


def _from_fleet(row: Row) -> Row:
    return (*row, urlsplit(json.loads(row[_REQUEST])["url"]).hostname or "")
