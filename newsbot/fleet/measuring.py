"""What a fleet's frontier costs: leases a second, a lease and the status among many addresses, workers that wait for work."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import psycopg
from psycopg.conninfo import make_conninfo

from newsbot.errors import StateError
from newsbot.fleet.status import read_status
from newsbot.frontier import postgresql_schema as schema
from newsbot.frontier.fleet import FleetFrontier
from newsbot.frontier.schema import WAITING
from newsbot.frontier.store import LEASE_S
from newsbot.frontier.values import Entry, Lease, Visit
from newsbot.postgresql import Postgresql

HOSTS: Final = 40
BATCH: Final = 20
_SOURCE: Final = "load"
_LOOK_S: Final = 8.0
"""The pause of a worker that has found nothing for a while, as :mod:`newsbot.fleet_scheduler` has it."""
_EXTEND_S: Final = 20.0
_FILL: Final = f"""
INSERT INTO frontier_entry (key, source, host, kind, state, priority, due_at, place, request, named)
SELECT md5(n::text), '{_SOURCE}', 'host-' || n %% %(hosts)s || '.example', 'article', {WAITING}, 0, %(due_at)s, n / %(hosts)s %% 1000,
    '{{"url": "https://host-' || n %% %(hosts)s || '.example/news/a-story-of-some-length-number-' || n || '"}}', 0
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n"""
_STEP: Final = 250_000


@dataclass(frozen=True, slots=True)
class Many:
    """A frontier with many addresses."""

    addresses: int
    fill_s: float
    lease_ms: float
    """One address in a transaction of its own, the median."""
    batch_ms: float
    """One address, twenty in a transaction with the ends of the twenty before."""
    status_s: float


@dataclass(frozen=True, slots=True)
class Leases:
    """Leases with their ends."""

    a_second: float
    worker_ms: float
    """CPU time of the worker for one."""
    database_ms: float | None
    """CPU time of its process in the database; ``None``: that is on another machine."""


@contextmanager
def empty_schema(address: str) -> Iterator[str]:
    """The database at *address* with a schema of its own, which is dropped again.

    Raises:
        StateError: one line; it cannot be reached, or the role may make no schema.
    """
    name = f"newsbot_overhead_{secrets.token_hex(4)}"
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}".encode())
            try:
                yield make_conninfo(address, options=f"-csearch_path={name}")
            finally:
                connection.execute(f"DROP SCHEMA {name} CASCADE".encode())
    except psycopg.Error as error:
        raise StateError(f"NEWSBOT_STATE: {' '.join(str(error).split())}; the measurement makes and drops a schema of its own") from error


def measure_leases(place: str, seconds: float = 10.0) -> Leases:
    """What one worker does that takes leases and ends them, up to twenty in a transaction, over forty hosts."""
    with closing(_worker(place, "busy")) as frontier:
        _add(frontier, 20_000)
        pid, leases, ended = [_pid(frontier)], list[Lease](), 0
        began, own, its = time.perf_counter(), time.process_time(), _cpu_s(pid)
        while time.perf_counter() - began < seconds:
            leases = _turn(frontier, leases)
            ended += len(leases)
            if not leases:
                _add(frontier, 20_000)
        spent_s, own_s, after = time.perf_counter() - began, time.process_time() - own, _cpu_s(pid)
        database_ms = None if its is None or after is None else 1000 * (after - its) / max(ended, 1)
        return Leases(ended / spent_s, 1000 * own_s / max(ended, 1), database_ms)


def measure_many(place: str, addresses: int, hosts: int, told: Callable[[str], None]) -> Many:
    """Fill the frontier with *addresses*, then lease among them and ask for the status. *told* hears of the progress."""
    fill_s = _fill(place, addresses, hosts, 0.0, told)
    with closing(_worker(place, "first")) as frontier:
        now = frontier.clock()
        frontier.lease(1, _room, now)
        singles = [_timed(lambda: frontier.lease(1, _room, now)) for _ in range(300)]
        leases: list[Lease] = []
        batches = []
        for _ in range(100):
            seconds, leases = _timed_turn(frontier, leases)
            batches.append(seconds / BATCH)
        with closing(Postgresql(place, "frontier", schema.MIGRATIONS)) as database:
            status_s = min(_timed(lambda: read_status(database)) for _ in range(3))
    return Many(addresses, fill_s, 1000 * median(singles), 1000 * median(batches), status_s)


def idle_share(place: str, workers: int, hosts: int, *, held: bool, seconds: float = 40.0) -> float | None:
    """The share of a core that *workers* cost the database while addresses of *hosts* wait for later, or for hosts that are *held*.

    ``None``: the database is on another machine, whose processes cannot be seen.
    """
    _fill(place, 20 * hosts, hosts, 0.0 if held else time.time() + 86_400, lambda _: None)
    with ExitStack() as stack:
        crew = [stack.enter_context(closing(_worker(place, f"idle {number}"))) for number in range(workers)]
        if held:
            for number in range(hosts):
                crew[0].hold_host(f"host-{number}.example", crew[0].clock() + 86_400, "http_429", crew[0].clock())
        pids = [_pid(frontier) for frontier in crew]
        before = _cpu_s(pids)
        _idle(crew, seconds)
        after = _cpu_s(pids)
    return None if before is None or after is None else (after - before) / seconds


def _idle(crew: list[FleetFrontier], seconds: float) -> None:
    """Each looks and extends in its time, as workers do that nothing was found for."""
    began, looks = time.monotonic(), 0
    extends = 0
    while (spent := time.monotonic() - began) < seconds:
        for _ in range(int(spent / _LOOK_S * len(crew)) - looks):
            frontier = crew[looks % len(crew)]
            assert not frontier.lease(BATCH, _room, frontier.clock())
            looks += 1
        for _ in range(int(spent / _EXTEND_S * len(crew)) - extends):
            frontier = crew[extends % len(crew)]
            frontier.extend(frontier.clock())
            extends += 1
        time.sleep(0.02)


def _turn(frontier: FleetFrontier, ended: list[Lease]) -> list[Lease]:
    now = frontier.clock()
    with frontier.transaction():
        for lease in ended:
            frontier.finish(lease.key, Visit(now, 200, due_at=None), now)
        return frontier.lease(BATCH, _room, now)


def _timed_turn(frontier: FleetFrontier, ended: list[Lease]) -> tuple[float, list[Lease]]:
    began = time.perf_counter()
    leases = _turn(frontier, ended)
    return time.perf_counter() - began, leases


def _add(frontier: FleetFrontier, number: int) -> None:
    batch = secrets.token_hex(4)
    for first in range(0, number, 2_000):
        frontier.add((_entry(f"{batch}-{n}", n % HOSTS) for n in range(first, first + 2_000)), frontier.clock())


def _entry(name: str, host: int) -> Entry:
    url = f"https://host-{host}.example/news/a-story-of-some-length-{name}"
    return Entry(name, _SOURCE, f"host-{host}.example", "article", f'{{"url": "{url}", "callback": "parse_article"}}')


def _fill(place: str, addresses: int, hosts: int, due_at: float, told: Callable[[str], None]) -> float:
    began = time.perf_counter()
    with closing(_worker(place, "filler")) as frontier:
        database = frontier._database
        with database.transaction():
            database.execute("INSERT INTO frontier_host (host) SELECT 'host-' || n || '.example' FROM generate_series(0, %s) n", (hosts,))
        for first in range(1, addresses + 1, _STEP):
            values = {"first": first, "last": min(first + _STEP - 1, addresses), "hosts": hosts, "due_at": due_at}
            with database.transaction():
                database.execute(_FILL, values)
            told(f"{values['last']:,} addresses")
    with psycopg.connect(place, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) frontier_entry")
        connection.execute("VACUUM (ANALYZE) frontier_host")
    return time.perf_counter() - began


def _worker(place: str, name: str) -> FleetFrontier:
    return FleetFrontier(place, name, [_SOURCE], LEASE_S)


def _room(host: str) -> int:  # noqa: ARG001
    return 4


def _timed(step: Callable[[], Any]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


def _pid(frontier: FleetFrontier) -> int:
    with frontier._database.transaction():
        return int(frontier._database.execute("SELECT pg_backend_pid()").fetchall()[0][0])


def _cpu_s(pids: list[int]) -> float | None:
    """Seconds of CPU of the processes, where they are on this machine."""
    try:
        return sum(sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])) for pid in pids) / 100
    except OSError:
        return None
