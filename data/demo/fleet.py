"""A fleet at work: ``python -m data.demo.fleet`` (``make fleet-demo``).

Starts a PostgreSQL of its own, opens the demo newsroom, crawls it with four workers, kills one that has addresses in hand, and shows that
nothing is lost and nothing comes twice. Returns 0 when that is so.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from newsbot.fleet.operating import open_fleet
from newsbot.fleet.status import Status, read_status
from tests.postgresql import programs, server

from .outcome import show_outcome
from .run import PROJECT, TEMPLATES, newsroom, write_sources

OUT: Final = PROJECT / "data" / "out" / "fleet-demo"
WORKERS: Final = 4
LEASE_S: Final = 20
"""Short, so that the demo does not wait a minute for what the killed worker had in hand."""
PATIENCE_S: Final = 300


def main() -> int:
    """0 when nothing was lost and nothing came twice; 2 without PostgreSQL."""
    found = programs()
    if found is None:
        print("fleet-demo: PostgreSQL is not installed; on Debian and Ubuntu `make postgresql` installs it (needs root)", file=sys.stderr)
        return 2
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    started = datetime.now(UTC).replace(microsecond=0)
    with server(found) as database, newsroom(OUT, 1, "0,0") as place:
        address = database.empty()
        print(f"PostgreSQL runs, the newsroom is open: {place['nahar']}/, {place['meridian']}/")
        write_sources(OUT, place)
        _scrapy(address, "fleet", "init").check_returncode()
        with _crew(address) as workers:
            _kill_one(address, workers)
            codes = [worker.wait(PATIENCE_S) for worker in workers]
        time.sleep(LEASE_S)  # what the killed worker had written, the next run puts into files
        codes.append(_scrapy(address, *_CRAWL).returncode)
        sys.stdout.write(_scrapy(address, "fleet", "status").stdout)
        show_outcome(OUT, 1, started)
        return _judge(_look(address), codes)


_NAMES: Final = ",".join(sorted(path.stem for path in TEMPLATES.glob("*.toml")))
_CRAWL: Final = ("crawl", "news", "-a", f"source={_NAMES}", "--jobs", "1", "-s", f"NEWSBOT_LEASE_S={LEASE_S}", "-L", "WARNING")


def _environment(address: str) -> dict[str, str]:
    return os.environ | {"NEWSBOT_STATE": address, "NEWSBOT_DATA": str(OUT / "data"), "NEWSBOT_OUT": str(OUT)}


def _scrapy(address: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=_environment(address), capture_output=True, text=True, check=False)


@contextmanager
def _crew(address: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Four workers, each of whose output goes into a file."""
    workers = []
    for number in range(1, WORKERS + 1):
        with (OUT / f"worker-{number}.log").open("wb") as log:
            command = [sys.executable, "-m", "scrapy", *_CRAWL]
            workers.append(subprocess.Popen(command, cwd=PROJECT, env=_environment(address), stdout=log, stderr=log))
    try:
        yield workers
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def _kill_one(address: str, workers: list[subprocess.Popen[bytes]]) -> None:
    """Kill the worker that holds most, as soon as some pages have been fetched."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and any(worker.poll() is None for worker in workers):
        status = _look(address)
        busy = max(status.workers, key=lambda worker: worker.leases, default=None)
        if busy is not None and busy.leases and sum(counts.done for counts in status.sources.values()) > 8:
            pid = int(busy.about.split()[-1])
            os.kill(pid, signal.SIGKILL)
            print(f"killed worker {busy.name} (process {pid}), which had {busy.leases} addresses and {busy.turns} hosts in hand")
            return
        time.sleep(0.1)


def _look(address: str) -> Status:
    with closing(open_fleet(address)) as database:
        return read_status(database)


def _judge(status: Status, codes: list[int]) -> int:
    """Say whether all went well; the exit code."""
    records = [json.loads(line) for path in OUT.glob("articles/*/*/*.jsonl") for line in path.read_text(encoding="utf-8").splitlines()]
    twice = [key for key, number in Counter(_key(record) for record in records).items() if number > 1]
    open_addresses = sum(counts.waiting + counts.leased + counts.quarantined for counts in status.sources.values())
    done = sum(counts.done for counts in status.sources.values())
    print(
        f"\n{WORKERS} workers ended with {codes[:-1]}, the next run with {codes[-1]}: {done} addresses done, {open_addresses} left, ",
        end="",
    )
    print(f"{len(records)} records, {len(twice)} twice")
    return int(bool(twice) or open_addresses > 0 or -signal.SIGKILL not in codes)


def _key(record: dict[str, Any]) -> tuple[Any, ...]:
    return record["id"], record["revision"], record["processing"]


if __name__ == "__main__":
    sys.exit(main())
