"""The frontier of a fleet, in one PostgreSQL database: any number of workers, on any number of machines."""

from __future__ import annotations

import json
import os
import socket
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Final

from newsbot.errors import StateLost
from newsbot.frontier import postgresql_schema as schema
from newsbot.frontier.hand import Hand
from newsbot.frontier.naming import STATES, Decision, Known, decide
from newsbot.frontier.schema import QUARANTINED
from newsbot.frontier.store import CLOCK_SLACK_S, LEASE_S, MAX_DEATHS, MAX_TRIES, RETRY_S, Lane
from newsbot.frontier.values import Counts, Entry, Lease, Naming, Quarantined, Visit, Wait
from newsbot.postgresql import Postgresql

LOOK_S: Final = 1.0
"""Whether a host is still another worker's is looked at so often."""
_WANT_S: Final = 2.0
"""So long after a claim that failed nobody else leases more of the host: who holds it lets go, and who claims it again gets it."""


class PostgresqlFrontier:
    """A :class:`~newsbot.frontier.store.Frontier` of many workers, and a :class:`~newsbot.frontier.store.Turns`.

    A worker is dead when its leases were not extended in time. What a worker names and ends belongs to its *round* (by default the worker
    itself): what is visited once a run in a store of one machine is visited once a round here, by whichever worker.
    """

    def __init__(self, address: str, worker: str, sources: Collection[str], lease_s: float = LEASE_S, round_name: str = "") -> None:
        self._database = Postgresql(address, "frontier", schema.MIGRATIONS)
        self._lease_s, self._hand = lease_s, Hand()
        self._turn: Lane = ("", "")
        self._within = False
        try:
            self._join(worker, round_name or worker, sources)
        except BaseException:
            self._database.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All calls within happen together or not at all."""
        if self._within:
            yield
            return
        self._within, before = True, self._hand.copy()
        try:
            with self._database.transaction():
                yield
        except StateLost:
            self._hand = before.doubted()
            raise
        except BaseException:
            self._hand = before
            raise
        finally:
            self._within = False

    def clock(self) -> float:
        """Seconds since the epoch by the clock of the database, the one that all workers share."""
        with self.transaction():
            return float(self._one(schema.CLOCK))

    def begin(self, now: float) -> int:
        """What dead workers had in hand waits again. A clock that was set back since is made harmless."""
        with self.transaction():
            if self._one(schema.LATEST) > now + CLOCK_SLACK_S:
                for statement in schema.SET_BACK:
                    self._database.execute(statement, {"now": now, "until": now + self._lease_s})
            self._sign_of_life(now)
            return self._take_back(now)

    def revive_due(self, now: float) -> int:
        """Addresses whose ``due_at`` has come wait again."""
        with self.transaction():
            return len(self._database.execute(schema.REVIVE_DUE, {"now": now}).fetchall())

    def add(self, entries: Iterable[Entry], now: float) -> list[Naming]:
        """Store *entries*; what became of each."""
        named = list(entries)
        namings: dict[int, Naming] = {}
        with self.transaction():
            for places in _without_repeats(named):
                namings |= zip(places, self._add([named[place] for place in places], now), strict=True)
        return [namings[place] for place in range(len(named))]

    def lease(self, limit: int, room: Callable[[str], int], now: float) -> list[Lease]:
        """Up to *limit* addresses, lane by lane, going on after the lane served last; their hosts are this worker's."""
        leases: list[Lease] = []
        taken: Counter[str] = Counter()
        with self.transaction():
            self._take_back(now)
            start = self._turn
            for after, last in [(start, None), *([(("", ""), start)] if start[0] else [])]:
                while len(leases) < limit and (lanes := self._open_lanes(after, last, limit - len(leases), now)):
                    plan = _plan(lanes, lambda host: room(host) - taken[host], limit - len(leases))
                    self._turn = after = lanes[len(plan) - 1]
                    found = self._take({lane: number for lane, number in plan if number > 0}, now)
                    taken.update(lease.host for lease in found)
                    leases += found
        return leases

    def extend(self, now: float) -> None:
        """The worker keeps its leases and turns; those that it has lost already are forgotten."""
        with self.transaction():
            self._sign_of_life(now)
            until = now + self._lease_s
            values = {"me": self._me, "until": until, "keys": list(self._hand.leases), "hosts": list(self._hand.turns)}
            self._database.execute(schema.EXTEND, values)
            self._hand.turns = {host: until for (host,) in self._database.execute(schema.EXTEND_HOSTS, values).fetchall()}

    def finish(self, key: str, visit: Visit, now: float) -> None:  # noqa: ARG002
        """An address was visited."""
        with self.transaction():
            told = {name: value.replace("\0", "") if isinstance(value, str) else value for name, value in asdict(visit).items()}
            self._database.execute(schema.FINISH, {"key": key, "round": self._round, **told})
            self._ended(key)

    def postpone(self, key: str, until: float, reason: str, now: float) -> None:  # noqa: ARG002
        """A leased address waits until *until*."""
        with self.transaction():
            self._database.execute(schema.POSTPONE, {"key": key, "me": self._me, "until": until, "reason": reason})
            self._ended(key)

    def fail(self, key: str, reason: str, now: float) -> bool:
        """A leased address failed; whether it is in quarantine now."""
        limits = {"max_tries": MAX_TRIES, "retry_s": RETRY_S}
        with self.transaction():
            values = {"key": key, "me": self._me, "round": self._round, "reason": reason, "now": now, **limits}
            state = self._database.execute(schema.FAIL, values).fetchone()
            self._ended(key)
            return state == (QUARANTINED,)

    def hold_host(self, host: str, until: float, reason: str, now: float) -> None:  # noqa: ARG002
        """Nothing of *host* is handed out before *until*, to any worker."""
        with self.transaction():
            self._database.execute(schema.HOLD, {"host": host, "until": until, "reason": reason})

    def claim(self, host: str, delay_s: float, now: float) -> bool:
        """Whether *host* is this worker's to ask."""
        if self._hand.claims.get(host) == delay_s and self.is_mine(host, now):
            return True
        until = now + self._lease_s
        with self.transaction():
            self._database.execute(schema.TAKE_BACK_HOSTS, {"now": now})
            values = {"host": host, "me": self._me, "until": until, "delay_s": delay_s, "now": now}
            if self._database.execute(schema.CLAIM, values).fetchone() is None:
                self._database.execute(schema.WANT, {"host": host, "me": self._me, "patience_s": _WANT_S})
                return False
            self._hand.turns[host], self._hand.claims[host] = until, delay_s
            return True

    def is_mine(self, host: str, now: float) -> bool:
        """Whether it is safe to send *host* a request; not in the last third of a turn that nobody extended."""
        return now < self._hand.turns.get(host, 0.0) - self._lease_s / 3

    def let_go(self, host: str, ago_s: float) -> None:
        """It may be another worker's turn at *host*, a delay after *ago_s* seconds ago."""
        with self.transaction():
            self._hand.turns.pop(host, None)
            self._hand.claims.pop(host, None)
            self._database.execute(schema.LET_GO, {"host": host, "me": self._me, "ago_s": ago_s})

    def next_due(self, now: float) -> float | None:
        """When the next address may be fetched; of a host whose turn is another worker's: when to look again."""
        with self.transaction():
            due: float | None = self._one(schema.NEXT_DUE, {"me": self._me, "now": now, "look_s": LOOK_S})
            return due

    def waits(self, now: float) -> list[Wait]:
        """What waits."""
        with self.transaction():
            return [Wait(*row) for row in self._database.execute(schema.WAITS, {"me": self._me, "now": now}).fetchall()]

    def counts(self) -> Mapping[str, Counts]:
        """Addresses by state."""
        numbers: defaultdict[str, dict[str, int]] = defaultdict(dict)
        with self.transaction():
            for source, state, number in self._database.execute(schema.COUNTS, {"me": self._me}).fetchall():
                numbers[source][STATES[state]] = number
        return {source: Counts(**states) for source, states in numbers.items()}

    def quarantined(self) -> Iterator[Quarantined]:
        """The addresses in quarantine."""
        with self.transaction():
            rows = self._database.execute(schema.IN_QUARANTINE, {"me": self._me}).fetchall()
        for key, source, request, reason, tries in rows:
            yield Quarantined(key, source, json.loads(request)["url"], reason, tries)

    def release(self, key: str, now: float) -> bool:
        """An address in quarantine waits again."""
        with self.transaction():
            return self._database.execute(schema.RELEASE, {"key": key, "now": now}).fetchone() is not None

    def close(self) -> None:
        """End the connection; leases and turns are left to their time."""
        self._database.close()

    def _join(self, worker: str, round_name: str, sources: Collection[str]) -> None:
        with self.transaction():
            self._me: int = self._one(schema.WORKER, (worker, f"{socket.gethostname()} {os.getpid()}"))
            self._enter_round(round_name)
            self._database.execute(schema.FORGET_SOURCES, (self._me,))
            self._database.execute(schema.SOURCES, (self._me, sorted(set(sources))))

    def _enter_round(self, name: str) -> None:
        self._round: int = self._one(schema.ROUND, (name,))

    def _one(self, statement: str, values: Any = None) -> Any:
        row = self._database.execute(statement, values).fetchone()
        assert row is not None
        return row[0]

    def _sign_of_life(self, now: float) -> None:
        self._database.execute(schema.SEEN, {"me": self._me, "now": now})
        self._database.execute(schema.SET_LATEST, {"now": now})

    def _take_back(self, now: float) -> int:
        """Leases and turns that end before *now* are over; the number of leases."""
        self._database.execute(schema.TAKE_BACK_HOSTS, {"now": now})
        return len(self._database.execute(schema.TAKE_BACK, {"now": now, "deaths": MAX_DEATHS}).fetchall())

    def _add(self, entries: list[Entry], now: float) -> list[Naming]:
        """Store *entries*, each of which stands there once."""
        columns = {name: [getattr(entry, name) for entry in entries] for name in Entry.__slots__}
        self._database.execute(schema.HOSTS, (sorted(set(columns["host"])),))
        rows = self._database.execute(schema.INSERT, {**columns, "now": now, "round": self._round}).fetchall()
        new = {key for (key,) in rows}
        known = {entry.key: entry for entry in entries if entry.key not in new}
        decisions = self._name(known, now) if known else {}
        return [decisions[entry.key].naming if entry.key in known else "new" for entry in entries]

    def _name(self, entries: Mapping[str, Entry], now: float) -> dict[str, Decision]:
        """What naming known addresses comes to. Only those of which something changes are locked, and looked at once more."""
        decisions = self._decide(schema.KNOWN, entries, now)
        changing = {key: entries[key] for key, decision in decisions.items() if decision.naming != "again"}
        if not changing:
            return decisions
        locked = self._decide(schema.KNOWN_LOCKED, changing, now)
        if waking := [entries[key] for key, decision in locked.items() if decision.waits]:
            columns = {name: [getattr(entry, name) for entry in waking] for name in Entry.__slots__}
            self._database.execute(schema.REVIVE, {**columns, "now": now, "round": self._round})
        named = [key for key, decision in locked.items() if not decision.waits and decision.naming != "again"]
        self._database.execute(schema.NAME, {"round": self._round, "keys": named})
        return decisions | locked

    def _decide(self, statement: str, entries: Mapping[str, Entry], now: float) -> dict[str, Decision]:
        rows = self._database.execute(statement, {"keys": list(entries), "round": self._round}).fetchall()
        return {row[0]: decide(self._known(row), entries[row[0]], now) for row in rows}

    def _known(self, row: tuple[Any, ...]) -> Known:
        _, state, due_at, named_by_me, ended, fetched_at, changed_at = row
        ended_by: Any = "nobody" if ended is None else "me" if ended == self._round else "other"
        return Known(STATES[state], due_at, named_by_me, ended_by, fetched_at, changed_at)

    def _open_lanes(self, after: Lane, last: Lane | None, wanted: int, now: float) -> list[Lane]:
        """Up to *wanted* lanes after *after*, not beyond *last*, in which something may be leased."""
        rows = self._database.execute(schema.OPEN_LANES, (self._me, *after, now, wanted)).fetchall()
        return [(source, host) for source, host in rows if last is None or (source, host) <= last]

    def _take(self, lanes: Mapping[Lane, int], now: float) -> list[Lease]:
        """Lease of each lane so many; the turn of its host comes with it."""
        if not lanes:
            return []
        until = now + self._lease_s
        sources, hosts = [source for source, _ in lanes], [host for _, host in lanes]
        values = (self._me, self._round, sources, hosts, list(lanes.values()), now, until)
        rows = self._database.execute(schema.TAKE, values).fetchall()
        leases = [_lease(row) for row in sorted(rows, key=lambda row: (row[0], -row[1], *row[2:5]))]
        self._hand.leases |= {lease.key: lease.host for lease in leases}
        self._hand.turns |= {lease.host: until for lease in leases}
        return leases

    def _ended(self, key: str) -> None:
        """A lease is over; with the last one of its host the turn is, unless it was claimed."""
        host = self._hand.leases.pop(key, None)
        if host is not None and host not in self._hand.claims and host not in self._hand.leases.values():
            self.let_go(host, 0.0)


def _plan(lanes: list[Lane], room: Callable[[str], int], limit: int) -> list[tuple[Lane, int]]:
    """How many to take of each of the first *lanes*, *limit* in all; up to where a host comes again, whose room is not known before."""
    plan: list[tuple[Lane, int]] = []
    hosts: set[str] = set()
    for lane in lanes:
        if limit <= 0 or lane[1] in hosts:
            break
        hosts.add(lane[1])
        plan.append((lane, min(room(lane[1]), limit)))
        limit -= max(0, plan[-1][1])
    return plan


def _without_repeats(entries: list[Entry]) -> Iterator[list[int]]:
    """The places of *entries* in turns: in none stands a key twice."""
    rest = list(range(len(entries)))
    while rest:
        first: dict[str, int] = {}
        for place in rest:
            first.setdefault(entries[place].key, place)
        yield list(first.values())
        rest = [place for place in rest if first[entries[place].key] != place]


def _lease(row: tuple[Any, ...]) -> Lease:
    _lane, _priority, _due_at, _place, _id, key, source, host, kind, request, tries, first_named, fetched_at, *visit = row
    last = Visit(fetched_at, *visit) if fetched_at is not None else None
    return Lease(key, source, host, kind, request, tries, first_named, last)
