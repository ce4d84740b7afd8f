"""The frontier stores, each of which keeps the contract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from newsbot.frontier import Entry, Frontier, SqliteFrontier, Visit
from newsbot.frontier.postgresql import PostgresqlFrontier
from newsbot.frontier.store import LEASE_S
from tests.postgresql import Server

NOW = 1_800_000_000.0
SOURCES = ("town", "village")
Open = Callable[[str], Frontier]
"""A worker's view of one and the same frontier."""


@dataclass(frozen=True)
class Store:
    """A kind of frontier."""

    empty: Callable[[Path], Open]
    """A new one, given a folder that may be used."""
    dead_s: float
    """So long after its last sign of life a worker is known to be dead."""
    examples: int
    """Histories to try."""


def sqlite_store(folder: Path) -> Open:
    return lambda worker: SqliteFrontier(folder / "frontier.sqlite", worker, SOURCES)


def postgresql_store(server: Server) -> Store:
    def empty(folder: Path) -> Open:
        address = server.empty()
        return lambda worker: PostgresqlFrontier(address, worker, SOURCES)

    return Store(empty, LEASE_S + 1, 6)


SQLITE = Store(sqlite_store, 0.0, 40)


def entry(name, source="town", host="town.example", kind="article", **values) -> Entry:
    return Entry(name, source, host, kind, f'{{"url": "https://{host}/{name}"}}', **values)


def everything(host: str) -> int:
    return 1000


def take(frontier: Frontier, now: float = NOW, limit: int = 1000, room=everything) -> list[str]:
    """The keys of a lease."""
    return [lease.key for lease in frontier.lease(limit, room, now)]


def visit(at: float = NOW, **values) -> Visit:
    return Visit(at, **values)
