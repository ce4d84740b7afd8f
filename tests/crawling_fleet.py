"""The fleet as a whole: ``python -m tests.crawling_fleet --runs 20`` (``make fleet-test``); three small runs are part of the tests.

Real crawls over one PostgreSQL: workers are killed at random, all connections are cut, the database is restarted. In the end every article
must be in the feed, once and whole, and by the servers' own log no host may have been asked sooner than its delay after the request before.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import psycopg

from newsbot.fleet_database import FleetDatabase
from newsbot.frontier.postgresql import PostgresqlFrontier
from pipelines.fleet_manifest import FleetManifest
from pipelines.fleet_writer import FORMS, PART
from tests.fleet import cut
from tests.many_hosts import ManyHosts, path_of, serve_hosts, title_of
from tests.newsroom import records, source_file
from tests.postgresql import Server, programs, server

PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Plan:
    """A run."""

    seed: int
    workers: int = 8
    hosts: int = 40
    articles: int = 100
    """On each host."""
    kills: int = 6
    cuts: int = 3
    """Times at which all connections are cut."""
    restarts: int = 1
    """Of the database."""
    lease_s: float = 30.0
    patience_s: float = 900.0


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    seconds: float
    again: int
    """Requests for articles beyond one for each."""
    lists: int
    """Requests for feeds beyond one for each."""
    closest: float
    """The smallest gap between two requests to one host, as a multiple of its delay."""
    gave_up: int
    """Workers that ended because the database was away for too long."""
    database_kb: float
    """Of the database, for each article."""
    faults: tuple[str, ...]


def delay_of(number: int) -> float:
    """Seconds between two requests to host *number*."""
    return 0.05 + number % 4 * 0.05


def run(database: Server, folder: Path, plan: Plan) -> Outcome:
    """The outcome of *plan*."""
    began = time.monotonic()
    with serve_hosts(folder, plan.hosts, plan.articles) as site:
        for number, host in enumerate(site.hosts):
            more = f'discovery.feeds = ["{site.url(host, "/feed")}"]'
            source_file(folder, f"town-{number}", site.url(host, "/"), more, delay_s=delay_of(number))
        crew = Crew(database, folder, site, plan)
        crew.work()
        requests = [(host, path, float(at)) for host, path, at in map(str.split, site.requests())]
        closest = min(_gaps(requests, site))
        faults = [*crew.faults, *find_faults(folder, site, plan, crew.address)]
    faults += [f"a gap of {closest:.4f} of the delay"] * (closest < 1)
    paths = Counter("story" in path for _, path, _ in requests if path != "/robots.txt")
    again, lists = paths[True] - plan.hosts * plan.articles, paths[False] - plan.hosts
    return Outcome(
        time.monotonic() - began, again, lists, closest, crew.gave_up, _size_kb(crew.address) / (plan.hosts * plan.articles), tuple(faults)
    )


class Crew:
    """The workers of one run."""

    def __init__(self, database: Server, folder: Path, site: ManyHosts, plan: Plan) -> None:
        self.address, self.faults = database.empty(), list[str]()
        self._database, self._folder, self._site, self._plan = database, folder, site, plan
        self._chance = random.Random(plan.seed)
        self._mishaps = ["kill"] * plan.kills + ["cut"] * plan.cuts + ["restart"] * plan.restarts
        self._chance.shuffle(self._mishaps)
        self._workers: list[subprocess.Popen[bytes]] = []
        self.gave_up = 0
        """Workers that ended by themselves because the database was away for too long."""

    def work(self) -> None:
        """Until all have ended by themselves but for those that were killed; then a last one, as the next run would be."""
        for _ in range(self._plan.workers):
            self._start()
        marks = self._marks()
        deadline = time.monotonic() + self._plan.patience_s
        while self._workers:
            time.sleep(0.1)
            if self._mishaps and len(self._site.requests()) >= marks[-1]:
                marks.pop()
                self._have(self._mishaps.pop())
            self._bury()
            if time.monotonic() > deadline:
                self._end_all()
        time.sleep(self._plan.lease_s)  # by then nothing of a dead one is waited for any more
        self._start()
        while self._workers:
            time.sleep(0.1)
            self._bury()

    def _marks(self) -> list[int]:
        """After how many requests each mishap comes, the last one first: workers take their time to begin."""
        most = int(0.8 * self._plan.hosts * self._plan.articles)
        return sorted((self._chance.randint(self._plan.hosts, most) for _ in self._mishaps), reverse=True)

    def _start(self) -> None:
        command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"source={','.join(names(self._plan))}", "--jobs", "1"]
        command += ["-s", f"NEWSBOT_LEASE_S={self._plan.lease_s}", "-s", "NEWSBOT_ROUND_S=86400"]
        own = {"NEWSBOT_DATA": str(self._folder), "NEWSBOT_OUT": str(self._folder / "out"), "NEWSBOT_SPEED": "fast"}
        with (self._folder / "crawls.log").open("ab") as log:
            process = subprocess.Popen(command, env={**os.environ, **own, "NEWSBOT_STATE": self.address}, stderr=log, cwd=PROJECT)
        self._workers.append(process)

    def _bury(self) -> None:
        for process in [process for process in self._workers if process.poll() is not None]:
            self._workers.remove(process)
            if process.returncode == 5:  # it could not reach the database for too long: whoever runs it starts it again
                self.gave_up += 1
                self._start()
            elif process.returncode:
                self.faults.append(f"a worker ended with {process.returncode}")

    def _end_all(self) -> None:
        self.faults.append("the crawl did not end")
        for process in self._workers:
            process.kill()
            process.wait()
        self._workers.clear()

    def _have(self, mishap: str) -> None:
        if mishap == "kill" and self._workers:
            process = self._chance.choice(self._workers)
            process.send_signal(signal.SIGKILL)
            process.wait()
            self._workers.remove(process)
            self._start()
        elif mishap == "cut":
            cut(self._database)
        elif mishap == "restart":
            self._database.stop(self._chance.choice([signal.SIGINT, signal.SIGQUIT]))
            self._database.start()


def names(plan: Plan) -> list[str]:
    return [f"town-{number}" for number in range(plan.hosts)]


def find_faults(folder: Path, site: ManyHosts, plan: Plan, address: str) -> Iterator[str]:
    """What is lost, twice, half or left behind."""
    out = folder / "out"
    expected = {site.url(host, path_of(number)): title_of(host, number) for host in site.hosts for number in range(plan.articles)}
    written = list(records(out))
    times = Counter(record["url"] for record in written)
    yield from (f"lost: {url}" for url in expected if url not in times)
    yield from (f"{number} times: {url}" for url, number in times.items() if number > 1)
    yield from (f"not whole: {record['url']}" for record in written if record["title"] != expected.get(record["url"]))
    yield from (f"revision {record['revision']}: {record['url']}" for record in written if record["revision"] != 1)
    yield from _manifest_faults(address, out, len(expected))
    with closing(PostgresqlFrontier(address, "reader", names(plan))) as frontier:
        for source, counts in frontier.counts().items():
            if (counts.waiting, counts.leased, counts.quarantined, counts.done) != (0, 0, 0, plan.articles + 1):
                yield f"{source}: {counts}"
        yield from (f"{wait.addresses} of {wait.source} wait: {wait.reason}" for wait in frontier.waits(frontier.clock()))
    for path in (out / "runs").glob("*.json"):
        summary = json.loads(path.read_text(encoding="utf-8"))
        for row in summary["sources"] if summary["exit_code"] else ():
            if row["failed"] or row["list_failed"]:
                yield f"exit code {summary['exit_code']}: {row['source']}: {row['failed']} {row['list_failed']}"


def _manifest_faults(address: str, out: Path, expected: int) -> Iterator[str]:
    with closing(FleetDatabase(address, PART, FORMS)) as database:
        lines = list(FleetManifest(database).entries())
    if [line.sequence for line in lines] != list(range(1, len(lines) + 1)):
        yield "the manifest's sequence has gaps"
    if sum(line.records for line in lines) != expected:
        yield f"the manifest counts {sum(line.records for line in lines)} records"
    listed = {line.path for line in lines}
    yield from (f"not listed: {path.name}" for path in out.glob("articles/**/*.jsonl") if path.relative_to(out).as_posix() not in listed)


def _size_kb(address: str) -> float:
    statement = (
        "SELECT sum(pg_total_relation_size(oid)) / 1000 FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
    )
    with psycopg.connect(address) as connection:
        return float(connection.execute(statement).fetchall()[0][0])


def _gaps(requests: list[tuple[str, str, float]], site: ManyHosts) -> Iterator[float]:
    """Between two requests in a row to one host, as multiples of its delay."""
    times = defaultdict(list)
    for host, _, at in requests:
        times[host].append(at)
    for number, host in enumerate(site.hosts):
        yield from ((later - sooner) / delay_of(number) for sooner, later in pairwise(times[host]))


def main() -> int:
    """1 when anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.crawling_fleet", description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--hosts", type=int, default=40)
    parser.add_argument("--articles", type=int, default=100, help="on each host")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="of the first run; the next ones count on")
    options = parser.parse_args()
    found = programs()
    if found is None:
        sys.exit("PostgreSQL is missing; make postgresql installs it")
    bad = 0
    with server(found) as database:
        for seed in range(options.seed, options.seed + options.runs):
            with tempfile.TemporaryDirectory() as folder:
                plan = replace(Plan(seed), workers=options.workers, hosts=options.hosts, articles=options.articles)
                outcome = run(database, Path(folder), plan)
                if outcome.faults:
                    print((Path(folder) / "crawls.log").read_text()[-5000:])
            bad += bool(outcome.faults)
            print(
                f"seed {seed}: {outcome.seconds:.0f} s, {outcome.again} of {plan.hosts * plan.articles} articles and {outcome.lists} feeds "
                f"fetched again, smallest gap {outcome.closest:.3f} delays, "
                f"{outcome.gave_up} workers gave up, {outcome.database_kb:.0f} kB of database an article, {len(outcome.faults)} faults",
                flush=True,
            )
            for fault in outcome.faults[:40]:
                print(f"  {fault}", flush=True)
    print(f"{options.runs} runs, {bad} with faults")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
