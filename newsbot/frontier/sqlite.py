"""The frontier of one machine, in one SQLite file."""

from __future__ import annotations

import json
import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, Literal

from newsbot.database import open_database, transaction
from newsbot.errors import StateError
from newsbot.frontier import schema
from newsbot.frontier.naming import STATES, Known, decide
from newsbot.frontier.store import CLOCK_SLACK_S, LEASE_S, MAX_DEATHS, MAX_TRIES, RETRY_S, Lane
from newsbot.frontier.values import Counts, Entry, Lease, Naming, Quarantined, Visit, Wait

_CACHE_KIB: Final = 32 * 1024
_BUSY_MS: Final = 5000
"""How long another program may hold the file: shorter than elsewhere, because nothing else is done meanwhile."""


class SqliteFrontier:
    """A :class:`~newsbot.frontier.store.Frontier`. One process at a time: who begins is the only worker, all others are dead.

    Choosing looks at the lanes in which something waits, in turn, never at all that waits.
    """

    def __init__(self, path: Path, worker: str, sources: Collection[str]) -> None:
        self._path, self._sources = path, frozenset(sources)
        self._database = open_database(path, schema.MIGRATIONS)
        self._turn: Lane = ("", "")
        self._database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._database.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        with self.transaction():
            self._me: int = self._database.execute(schema.WORKER, (worker,)).fetchone()[0]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All calls within happen together or not at all."""
        if self._database.in_transaction:
            yield
            return
        with self._refusals(), transaction(self._database):
            yield

    def begin(self, now: float) -> int:
        """What dead workers had in hand waits again. A clock that was set back since is made harmless."""
        with self.transaction():
            if self._database.execute(schema.LATEST).fetchone()[0] > now + CLOCK_SLACK_S:
                for statement in schema.SET_BACK:
                    self._database.execute(statement, {"now": now})
            self._database.execute(schema.SET_LATEST, {"now": now})
            return self._take_back(now, math.inf)

    def revive_due(self, now: float) -> int:
        """Addresses whose ``due_at`` has come wait again."""
        with self.transaction():
            return self._database.execute(schema.REVIVE_DUE, {"now": now}).rowcount

    def add(self, entries: Iterable[Entry], now: float) -> list[Naming]:
        """Store *entries*; what became of each."""
        with self.transaction():
            return [self._add(entry, now) for entry in entries]

    def lease(self, limit: int, room: Callable[[str], int], now: float) -> list[Lease]:
        """Up to *limit* addresses, lane by lane, going on after the lane served last."""
        leases: list[Lease] = []
        with self.transaction():
            self._take_back(now, now)
            held, taken = self._held(now), Counter[str]()
            for lane in self._lanes():
                if len(leases) >= limit:
                    break
                self._turn, host = lane, lane[1]
                wanted = min(limit - len(leases), room(host) - taken[host])
                if wanted > 0 and host not in held:
                    found = self._take(lane, wanted, now)
                    leases += found
                    taken[host] += len(found)
        return leases

    def extend(self, now: float) -> None:
        """The worker keeps its leases."""
        with self.transaction():
            self._database.execute(schema.EXTEND, {"me": self._me, "until": now + LEASE_S})
            self._database.execute(schema.SET_LATEST, {"now": now})

    def finish(self, key: str, visit: Visit, now: float) -> None:  # noqa: ARG002  stores that count by time need it
        """An address was visited."""
        with self.transaction():
            self._database.execute(schema.FINISH, {"key": key, "me": self._me, **asdict(visit)})

    def postpone(self, key: str, until: float, reason: str, now: float) -> None:  # noqa: ARG002
        """A leased address waits until *until*."""
        with self.transaction():
            self._database.execute(schema.POSTPONE, {"key": key, "me": self._me, "until": until, "reason": reason})

    def fail(self, key: str, reason: str, now: float) -> bool:
        """A leased address failed; whether it is in quarantine now."""
        with self.transaction():
            row = self._database.execute(schema.TRIES, {"key": key, "me": self._me}).fetchone()
            if row is None:
                return False
            tries: int = row[0]
            state = schema.QUARANTINED if tries >= MAX_TRIES else schema.WAITING
            until = now + RETRY_S * 4 ** (tries - 1)
            self._database.execute(schema.FAIL, {"key": key, "state": state, "until": until, "tries": tries, "reason": reason})
            return state == schema.QUARANTINED

    def hold_host(self, host: str, until: float, reason: str, now: float) -> None:  # noqa: ARG002
        """Nothing of *host* is handed out before *until*."""
        with self.transaction():
            self._database.execute(schema.HOLD, {"host": host, "until": until, "reason": reason})

    def next_due(self, now: float) -> float | None:
        """When the next address may be fetched."""
        with self.transaction():
            held = self._held(now)
            return min((max(self._earliest(lane), held.get(lane[1], (0.0, ""))[0]) for lane in self._lanes()), default=None)

    def waits(self, now: float) -> list[Wait]:
        """What waits."""
        with self.transaction():
            held = self._held(now)
            return [self._wait(lane, *held.get(lane[1], (0.0, None))) for lane in sorted(self._lanes())]

    def counts(self) -> Mapping[str, Counts]:
        """Addresses by state."""
        numbers: defaultdict[str, dict[str, int]] = defaultdict(dict)
        with self._refusals():
            for source, state, number in self._database.execute(schema.COUNTS):
                if source in self._sources:
                    numbers[source][STATES[state]] = number
        return {source: Counts(**states) for source, states in numbers.items()}

    def quarantined(self) -> Iterator[Quarantined]:
        """The addresses in quarantine."""
        with self._refusals():
            for key, source, request, reason, tries in self._database.execute(schema.IN_QUARANTINE).fetchall():
                if source in self._sources:
                    yield Quarantined(key, source, json.loads(request)["url"], reason, tries)

    def release(self, key: str, now: float) -> bool:
        """An address in quarantine waits again."""
        with self.transaction():
            return self._database.execute(schema.RELEASE, {"key": key, "now": now}).rowcount > 0

    def close(self) -> None:
        """Release the file."""
        self._database.close()

    def _add(self, entry: Entry, now: float) -> Naming:
        values = {**asdict(entry), "now": now, "me": self._me}
        if self._database.execute(schema.INSERT, values).rowcount:
            return "new"
        decision = decide(self._known(entry.key), entry, now)
        if decision.waits:
            self._database.execute(schema.REVIVE, values)
        elif decision.naming != "again":
            self._database.execute(schema.NAME, values)
        return decision.naming

    def _known(self, key: str) -> Known:
        row = self._database.execute(schema.KNOWN, {"key": key, "me": self._me}).fetchone()
        state, due_at, named_by_me, worker, fetched_at, changed_at = row
        ended_by: Literal["nobody", "me", "other"] = "nobody" if worker is None else "me" if worker == self._me else "other"
        return Known(STATES[state], due_at, bool(named_by_me), ended_by, fetched_at, changed_at)

    def _take_back(self, now: float, late: float) -> int:
        """Leases that end before *late* are over; their number."""
        return self._database.execute(schema.TAKE_BACK, {"now": now, "late": late, "deaths": MAX_DEATHS}).rowcount

    def _lanes(self) -> Iterator[Lane]:
        """The lanes of my sources in which something waits, each once, from the one after the last turn."""
        start = self._turn
        yield from self._lanes_after(start)
        for lane in self._lanes_after(("", "")):
            if lane > start:
                return
            yield lane

    def _lanes_after(self, place: Lane) -> Iterator[Lane]:
        while lane := self._next_lane(place):
            place = lane
            if lane[0] in self._sources:
                yield lane

    def _next_lane(self, lane: Lane) -> Lane | None:
        """The lane after *lane*; of a source that is not mine at most one is met. A row comparison in SQL would read all of a lane."""
        after: Lane | None = self._database.execute(schema.NEXT_HOST, lane).fetchone() if lane[0] in self._sources else None
        return after or self._database.execute(schema.NEXT_SOURCE, lane[:1]).fetchone()

    def _priorities(self, lane: Lane) -> Iterator[int]:
        priority: float | None = math.inf
        while (priority := self._database.execute(schema.NEXT_PRIORITY, (*lane, priority)).fetchone()[0]) is not None:
            yield int(priority)

    def _take(self, lane: Lane, wanted: int, now: float) -> list[Lease]:
        """Lease up to *wanted* addresses of *lane*."""
        rows: list[tuple[Any, ...]] = []
        for priority in self._priorities(lane):
            place = {"source": lane[0], "host": lane[1], "priority": priority, "now": now, "limit": wanted - len(rows), "me": self._me}
            rows += self._database.execute(schema.READY, place).fetchall()
            if len(rows) >= wanted:
                break
        self._database.executemany(schema.TAKE, [(self._me, self._me, now + LEASE_S, row[0]) for row in rows])
        return [_lease(row) for row in rows]

    def _earliest(self, lane: Lane) -> float:
        return min(float(self._database.execute(schema.EARLIEST, (*lane, priority)).fetchone()[0]) for priority in self._priorities(lane))

    def _wait(self, lane: Lane, held_until: float, why: str | None) -> Wait:
        addresses, due_at, reason = self._database.execute(schema.WAIT, {"source": lane[0], "host": lane[1]}).fetchone()
        return Wait(*lane, until=max(due_at, held_until), addresses=addresses, reason=why or reason)

    def _held(self, now: float) -> dict[str, tuple[float, str]]:
        return {host: (until, reason) for host, until, reason in self._database.execute(schema.HOLDS, (now,))}

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """What SQLite cannot do, in one line."""
        try:
            yield
        except sqlite3.Error as error:
            raise StateError(f"{self._path}: {error}; check the disk and which other program uses the file, then start again") from error


def _lease(row: tuple[Any, ...]) -> Lease:
    _, key, source, host, kind, request, tries, first_named, fetched_at, *visit = row
    last = Visit(fetched_at, *visit) if fetched_at is not None else None
    return Lease(key, source, host, kind, request, tries, bool(first_named), last)
