"""The frontier stores, each of which keeps the contract."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from newsbot.frontier import Entry, Frontier, SqliteFrontier, Visit

NOW = 1_800_000_000.0
SOURCES = ("town", "village")
Open = Callable[[str], Frontier]
"""A worker's view of one and the same frontier."""


def sqlite_store(folder: Path) -> Open:
    return lambda worker: SqliteFrontier(folder / "frontier.sqlite", worker, SOURCES)


STORES = [pytest.param(sqlite_store, id="sqlite")]


def entry(name, source="town", host="town.example", kind="article", **values) -> Entry:
    return Entry(name, source, host, kind, f'{{"url": "https://{host}/{name}"}}', **values)


def everything(host: str) -> int:
    return 1000


def take(frontier: Frontier, now: float = NOW, limit: int = 1000, room=everything) -> list[str]:
    """The keys of a lease."""
    return [lease.key for lease in frontier.lease(limit, room, now)]


def visit(at: float = NOW, **values) -> Visit:
    return Visit(at, **values)
