"""How much faster four workers are than one where servers are slow: ``python -m tests.fleet_speed``.

Forty hosts answer after 200 ms. Each worker may have so few requests under way that waiting is all that it does; the rate is taken from the
servers' own log, between the first and the last tenth of the requests, so that neither start nor end counts.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.crawling_fleet import PROJECT
from tests.many_hosts import serve_hosts
from tests.newsroom import source_file
from tests.postgresql import Server, programs, server

HOSTS, SLOW_S = 40, 0.2


def rate(database: Server, folder: Path, workers: int, options: argparse.Namespace) -> float:
    """Pages a second."""
    address = database.empty()
    with serve_hosts(folder, HOSTS, options.articles * workers, SLOW_S) as site:
        for number, host in enumerate(site.hosts):
            source_file(folder, f"town-{number}", site.url(host, "/"), f'discovery.feeds = ["{site.url(host, "/feed")}"]')
        names = ",".join(f"town-{number}" for number in range(HOSTS))
        command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"source={names}", "--jobs", "1", "-L", "WARNING"]
        command += ["-s", f"CONCURRENT_REQUESTS={options.requests}", "-s", "NEWSBOT_ARCHIVE="]
        own = {"NEWSBOT_DATA": str(folder), "NEWSBOT_OUT": str(folder / "out"), "NEWSBOT_STATE": address, "NEWSBOT_SPEED": "fast"}
        crew = [subprocess.Popen(command, env={**os.environ, **own}, cwd=PROJECT, stderr=subprocess.DEVNULL) for _ in range(workers)]
        codes = [worker.wait() for worker in crew]
        assert not any(codes), codes
        times = [float(line.split()[2]) for line in site.requests() if "story" in line]
    tenth = len(times) // 10
    return (len(times) - 2 * tenth) / (times[-tenth] - times[tenth])


def main() -> int:
    """1 when four workers are not 3.6 times as fast as one."""
    parser = argparse.ArgumentParser(prog="python -m tests.fleet_speed", description=__doc__)
    parser.add_argument("--requests", type=int, default=4, help="that a worker has under way at most")
    parser.add_argument("--articles", type=int, default=6, help="on each of forty hosts, for each worker")
    options = parser.parse_args()
    found = programs()
    if found is None:
        sys.exit("PostgreSQL is missing; make postgresql installs it")
    rates = {}
    with server(found) as database:
        for workers in (1, 4):
            with tempfile.TemporaryDirectory() as folder:
                rates[workers] = rate(database, Path(folder), workers, options)
            print(f"{workers} workers: {rates[workers]:.1f} pages a second", flush=True)
    ratio = rates[4] / rates[1]
    print(f"4 workers are {ratio:.2f} times as fast as one")
    return int(ratio < 3.6)


if __name__ == "__main__":
    sys.exit(main())
