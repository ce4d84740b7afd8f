"""What an operator may do to a fleet."""

from __future__ import annotations

from collections.abc import Mapping

from newsbot.errors import StateError
from newsbot.fleet import queries
from newsbot.fleet.parts import PARTS
from newsbot.frontier import postgresql_schema as schema
from newsbot.frontier.store import MAX_DEATHS
from newsbot.postgresql import Postgresql, upgrade
from newsbot.tables import connect, in_postgresql


def init(address: str) -> Mapping[str, tuple[int, int]]:
    """Make the tables of all parts, or bring them to the newest form; of each part the form before (0: none) and now.

    Raises:
        StateError: one line; the database cannot be reached or changed, or is of a newer newsbot.
    """
    return {part: upgrade(address, part, [in_postgresql(form) for form in forms]) for part, forms in PARTS.items()}


def drain(database: Postgresql, *, on: bool) -> None:
    """Hand out nothing from now on, or again."""
    with database.transaction():
        database.execute(schema.DRAIN, (on,))


def leased(database: Postgresql) -> int:
    """Addresses that workers have in hand."""
    with database.transaction():
        return int(database.execute(queries.LEASES).fetchall()[0][0])


def reclaim(database: Postgresql, worker: str | None, silent_s: float) -> tuple[int, int]:
    """Take back what *worker* holds, or what all hold that were not heard of for *silent_s*: leases and turns.

    Hosts are free one delay from now. A worker that lives all the same may ask a host once more than it should.

    Raises:
        StateError: one line; there is no worker of that name.
    """
    with database.transaction():
        if worker is None:
            rows = database.execute(queries.SILENT, (silent_s,)).fetchall()
        elif not (rows := database.execute(queries.WORKER_NAMED, (worker,)).fetchall()):
            raise StateError(f"{database.name}: there is no worker {worker!r}; scrapy fleet status names them")
        values = {"workers": [number for (number,) in rows], "deaths": MAX_DEATHS}
        leases = database.execute(queries.RECLAIM, values).fetchall()
        turns = database.execute(queries.RECLAIM_HOSTS, values).fetchall()
    return len(leases), len(turns)


def open_fleet(address: str) -> Postgresql:
    """The database at *address*, where there is a fleet.

    Raises:
        StateError: one line; it cannot be reached, or is of another newsbot.
    """
    return connect(address, "frontier", PARTS["frontier"])
