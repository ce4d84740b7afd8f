"""What a fleet is at, as its database says: parts and forms, the round, workers and what each holds, hosts that wait, sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from newsbot.fleet import queries
from newsbot.fleet.parts import PARTS
from newsbot.frontier import postgresql_schema as schema
from newsbot.frontier.naming import STATES
from newsbot.frontier.values import Counts
from newsbot.postgresql import Postgresql

_LONGEST: Final = 100
"""Hosts and addresses that are told one by one."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One process. Workers that hold nothing and were not heard of for a minute are not told."""

    name: str
    about: str
    """Machine and process."""
    seen_s: float
    """Seconds since it was last heard of."""
    leases: int
    turns: int
    """Hosts that only this one may ask now."""
    back_in_s: float | None
    """Seconds until its leases come back to the others unless it extends them; ``None``: it has none."""


@dataclass(frozen=True, slots=True)
class HeldHost:
    """A host that wants to be left alone."""

    host: str
    for_s: float
    """Seconds from now."""
    reason: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Addresses in quarantine, by source and reason."""

    source: str
    reason: str
    addresses: int


@dataclass(frozen=True, slots=True)
class Status:
    """A fleet at one moment."""

    forms: Mapping[str, tuple[int, int]]
    """Of each part, the form in the database and the one that this newsbot knows."""
    round_number: int
    """0: none has begun."""
    round_s: float | None
    """Seconds since it began."""
    is_draining: bool
    workers: tuple[Worker, ...]
    held: tuple[HeldHost, ...]
    """The longest first, at most a hundred."""
    quarantined: tuple[Lost, ...]
    due: int
    """Addresses whose time has come; counted up to 10,000."""
    sources: Mapping[str, Counts]

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "forms": {part: {"found": found, "known": known} for part, (found, known) in self.forms.items()},
            "round": {"number": self.round_number, "age_s": self.round_s},
            "draining": self.is_draining,
            "workers": [asdict(worker) for worker in self.workers],
            "held": [asdict(host) for host in self.held],
            "quarantined": [asdict(lost) for lost in self.quarantined],
            "due": self.due,
            "sources": {source: asdict(counts) for source, counts in sorted(self.sources.items())},
        }


def read_status(database: Postgresql) -> Status:
    """The fleet whose memory is *database*.

    Raises:
        StateError: one line.
    """
    with database.transaction():
        found = dict(database.execute(queries.FORMS).fetchall())
        number, began_at, draining = database.execute(schema.FLEET).fetchall()[0]
        now = float(database.execute(schema.CLOCK).fetchall()[0][0])
        return Status(
            {part: (found.get(part, 0), len(forms)) for part, forms in PARTS.items()},
            number,
            now - began_at if number else None,
            draining,
            tuple(Worker(*row) for row in database.execute(queries.WORKERS).fetchall()),
            tuple(HeldHost(*row) for row in database.execute(queries.HELD_HOSTS, {"now": now, "most": _LONGEST}).fetchall()),
            tuple(Lost(*row) for row in database.execute(queries.LOST).fetchall()),
            database.execute(queries.DUE, {"now": now}).fetchall()[0][0],
            _counts(database),
        )


def _counts(database: Postgresql) -> dict[str, Counts]:
    numbers: dict[str, dict[str, int]] = {}
    for source, state, number in database.execute(queries.COUNTS_OF_ALL).fetchall():
        numbers.setdefault(source, {})[STATES[state]] = number
    return {source: Counts(**states) for source, states in numbers.items()}
