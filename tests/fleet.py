"""The fleet at the level of the frontier: ``python -m tests.fleet --runs 20`` (``make fleet-test``); smaller runs are part of the tests.

Several workers, processes without Scrapy, fetch the addresses of many hosts from a real web server. They are killed at random, their
connections are cut, and PostgreSQL is restarted. Then every address must be done, none may have been in two hands at once, and by the
server's own log no host was asked sooner than its delay after the request before.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import psycopg

from newsbot.frontier import Entry
from newsbot.frontier.postgresql import PostgresqlFrontier
from tests.fleet_worker import delay_of
from tests.postgresql import Server, programs, server

PATIENCE_S = 180.0
PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Plan:
    """A run."""

    seed: int
    workers: int = 8
    hosts: int = 40
    addresses: int = 4000
    kills: int = 8
    cuts: int = 4
    """Times at which all connections are cut."""
    restarts: int = 1
    """Of the database."""


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    seconds: float
    requests: int
    closest: float
    """The smallest gap between two requests to one host, as a multiple of its delay."""
    faults: tuple[str, ...]


def run(database: Server, folder: Path, plan: Plan) -> Outcome:
    """The outcome of *plan*."""
    address, began = database.empty(), time.monotonic()
    frontier = PostgresqlFrontier(address, "seed", ["town"])
    frontier.add(entries(plan), frontier.clock())
    frontier.close()
    with serve(folder / "requests.log") as port:
        crew = _Crew(database, folder, plan, [address, str(port)])
        crew.work()
    frontier = PostgresqlFrontier(address, "reader", ["town"])
    counts = frontier.counts()["town"]
    frontier.close()
    requests = [(float(at), host, path) for at, host, path in map(str.split, (folder / "requests.log").read_text().splitlines())]
    faults = [] if counts.done == plan.addresses else [f"not done: {counts}"]
    faults += [f"never asked for: {entry.key}" for entry in entries(plan) if entry.key not in {path[1:] for _, _, path in requests}]
    closest = min(_gaps(requests))
    faults += [f"a gap of {closest:.4f} of the delay"] * (closest < 1)
    faults += _in_two_hands(crew.over)
    return Outcome(time.monotonic() - began, len(requests), closest, tuple(faults))


def entries(plan: Plan) -> list[Entry]:
    """The addresses; each tenth goes on to another host, as a redirect does, and each twentieth fails at first."""
    made = []
    for number in range(plan.addresses):
        host = f"h{number % plan.hosts}.example"
        request = {"then": f"h{(number * 7 + 1) % plan.hosts}.example" if number % 10 == 0 else None}
        made.append(Entry(f"a{number}", "town", host, "article", json.dumps(request)))
    return made


class _Crew:
    """The workers of one run."""

    def __init__(self, database: Server, folder: Path, plan: Plan, arguments: list[str]) -> None:
        self._database, self._folder, self._arguments, self._count = database, folder, arguments, plan.workers
        self._chance = random.Random(plan.seed)
        self._mishaps = ["kill"] * plan.kills + ["cut"] * plan.cuts + ["restart"] * plan.restarts
        self._chance.shuffle(self._mishaps)
        self._workers: dict[Path, subprocess.Popen[bytes]] = {}
        self.over: list[tuple[Path, float]] = []
        """The log of each worker that there was, and when it was over."""

    def work(self) -> None:
        """Until all have ended by themselves but for those that were killed."""
        for _ in range(self._count):
            self._start()
        deadline = time.monotonic() + PATIENCE_S
        while not (self._folder / "requests.log").stat().st_size and time.monotonic() < deadline:
            time.sleep(0.05)
        while self._workers:
            assert time.monotonic() < deadline, self._end_all()
            time.sleep(self._chance.uniform(0.1, 0.6))
            if self._mishaps:
                self._have(self._mishaps.pop())
            for log in [log for log, process in self._workers.items() if process.poll() is not None]:
                assert self._end(log) == 0, self._end_all()

    def _start(self) -> None:
        log = self._folder / f"worker-{len(self._workers) + len(self.over)}.log"
        command = [sys.executable, "-m", "tests.fleet_worker", *self._arguments, str(log)]
        self._workers[log] = subprocess.Popen(command, cwd=PROJECT)

    def _end(self, log: Path) -> int:
        code = self._workers.pop(log).wait()
        self.over.append((log, time.monotonic()))
        return code

    def _end_all(self) -> str:
        for process in self._workers.values():
            process.kill()
            process.wait()
        return "a worker failed, or did not end"

    def _have(self, mishap: str) -> None:
        if mishap == "kill" and self._workers:
            log = self._chance.choice(sorted(self._workers))
            self._workers[log].send_signal(signal.SIGKILL)
            self._end(log)
            self._start()
        elif mishap == "cut":
            cut(self._database)
        elif mishap == "restart":
            self._database.stop(self._chance.choice([signal.SIGINT, signal.SIGQUIT]))
            self._database.start()


def cut(database: Server) -> None:
    """Every connection to *database* ends."""
    with psycopg.connect(database.address, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = 'newsbot'")


def _gaps(requests: list[tuple[float, str, str]]) -> Iterator[float]:
    """Between two requests in a row to one host, as multiples of its delay."""
    times = defaultdict(list)
    for at, host, _ in requests:
        times[host].append(at)
    for host, seen in times.items():
        yield from ((later - sooner) / delay_of(host) for sooner, later in pairwise(seen))


def _in_two_hands(worked: list[tuple[Path, float]]) -> Iterator[str]:
    """Addresses that a worker took while another one, alive, had not ended them. Workers write after taking and before ending."""
    spans = defaultdict(list)
    for log, over in worked:
        taken: dict[str, float] = {}
        for line in log.read_text().splitlines() if log.exists() else ():
            what, key, at = (*line.split(), "", "")[:3]
            if what == "take" and at:
                taken[key] = float(at)
            elif what == "end" and at and key in taken:
                spans[key].append((taken.pop(key), float(at)))
        for key, at in taken.items():
            spans[key].append((at, over))
    for key, hands in spans.items():
        yield from (f"in two hands: {key}" for one, other in pairwise(sorted(hands)) if other[0] < one[1])


class serve:  # noqa: N801
    """A web server in a process of its own; its port. One line for each request: monotonic time, host, path."""

    def __init__(self, log: Path) -> None:
        self._command = [sys.executable, "-m", "tests.fleet", "--serve", str(log)]

    def __enter__(self) -> int:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.communicate()


async def _serve(path: Path) -> None:
    with path.open("w", buffering=1) as log:

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                asked, host = await reader.readline(), await reader.readline()
                if host:
                    log.write(f"{time.monotonic()} {host.split()[1].decode()} {asked.split()[1].decode()}\n")
                    writer.write(b"HTTP/1.0 200 OK\r\n\r\n")
                writer.close()
            except OSError:
                pass

        listening = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=200)
        print(listening.sockets[0].getsockname()[1], flush=True)
        await listening.serve_forever()


def main() -> int:
    """1 when anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.fleet", description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="of the first run; the next ones count on")
    parser.add_argument("--addresses", type=int, default=4000)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(_serve(options.serve))
    found = programs()
    if found is None:
        sys.exit("PostgreSQL is missing; make postgresql installs it")
    bad = 0
    with server(found) as database:
        for seed in range(options.seed, options.seed + options.runs):
            with tempfile.TemporaryDirectory() as folder:
                outcome = run(database, Path(folder), replace(Plan(seed), addresses=options.addresses))
            bad += bool(outcome.faults)
            again = outcome.requests - options.addresses - options.addresses // 10
            print(
                f"seed {seed}: {outcome.seconds:.0f} s, {again} of {options.addresses} fetched again, "
                f"smallest gap {outcome.closest:.3f} delays, {len(outcome.faults)} faults",
                flush=True,
            )
            for fault, number in Counter(outcome.faults).most_common(10):
                print(f"  {number} x {fault}", flush=True)
    print(f"{options.runs} runs, {bad} with faults")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
