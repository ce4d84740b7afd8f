"""The kill test: ``python -m tests.killing --runs 20`` (``make kill-test``); three runs of it are part of the tests.

A crawl of 300 articles on six hosts is killed (SIGKILL) at random moments and started again until it ends by itself. Then every article
must be there once, whole, and nothing must be left behind.
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
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from newsbot.frontier import SqliteFrontier
from tests.many_hosts import ManyHosts, path_of, serve_hosts, title_of
from tests.newsroom import records, source_file

HOSTS, ARTICLES = 6, 50
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Outcome:
    """What a run that was killed and started again came to."""

    kills: int
    requests: int
    """For articles, over all starts."""
    faults: tuple[str, ...]


def source_names() -> list[str]:
    return [f"town-{number}" for number in range(1, HOSTS + 1)]


def write_sources(folder: Path, server: ManyHosts) -> None:
    for name, host in zip(source_names(), server.hosts, strict=True):
        more = f'discovery.feeds = ["{server.url(host, "/feed")}"]'
        source_file(folder, name, server.url(host, "/"), more)


def start(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"source={','.join(source_names())}", "--jobs", "1"]
    own = {"NEWSBOT_DATA": str(folder), "NEWSBOT_OUT": str(folder / "out"), "NEWSBOT_SPEED": "fast"}
    with (folder / "crawls.log").open("ab") as log:
        return subprocess.Popen(command, env={**os.environ, **own}, stderr=log)


def run(folder: Path, seed: int, most_kills: int) -> Outcome:
    """Crawl, kill, start again; what came of it."""
    chance, kills, code = random.Random(seed), 0, None
    with serve_hosts(folder, HOSTS, ARTICLES) as server:
        write_sources(folder, server)
        while code is None:
            crawl = start(folder)
            code = crawl.wait() if kills == most_kills else _killed(crawl, server, chance)
            kills += code is None
        asked = sum("story" in line for line in server.requests())
        return Outcome(kills, asked, tuple(find_faults(folder, server, code)))


def _killed(crawl: subprocess.Popen[bytes], server: ManyHosts, chance: random.Random) -> int | None:
    """Kill *crawl* after a random number of requests and a random moment; its exit code when it ended before."""
    until = len(server.requests()) + chance.randint(0, HOSTS * ARTICLES // 2)
    deadline = time.monotonic() + PATIENCE_S
    while crawl.poll() is None and len(server.requests()) < until and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(chance.uniform(0, 0.5))
    crawl.send_signal(signal.SIGKILL)
    code = crawl.wait()
    return None if code == -signal.SIGKILL else code


def find_faults(folder: Path, server: ManyHosts, code: int) -> Iterator[str]:
    """What is lost, twice, half or left behind."""
    out = folder / "out"
    if code != 0:
        yield f"the last start ended with {code}"
    expected = {server.url(host, path_of(number)): title_of(host, number) for host in server.hosts for number in range(ARTICLES)}
    written = list(records(out))
    times = Counter(record["url"] for record in written)
    yield from (f"lost: {url}" for url in expected if url not in times)
    yield from (f"{number} times: {url}" for url, number in times.items() if number > 1)
    yield from (f"not whole: {record['url']}" for record in written if record["title"] != expected.get(record["url"]))
    yield from (f"revision {record['revision']}: {record['url']}" for record in written if record["revision"] != 1)
    yield from (f"left behind: {path.name}" for path in out.rglob("*.part"))
    yield from _manifest_faults(out)
    yield from _frontier_faults(out)


def _manifest_faults(out: Path) -> Iterator[str]:
    lines = [json.loads(line) for line in (out / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    if [line["sequence"] for line in lines] != list(range(1, len(lines) + 1)):
        yield "the manifest's sequence has gaps"
    if sum(line["records"] for line in lines) != HOSTS * ARTICLES:
        yield f"the manifest counts {sum(line['records'] for line in lines)} records"
    listed = {line["path"] for line in lines}
    yield from (f"not listed: {path.name}" for path in out.glob("articles/**/*.jsonl") if path.relative_to(out).as_posix() not in listed)


def _frontier_faults(out: Path) -> Iterator[str]:
    frontier = SqliteFrontier(out / "state" / "frontier.sqlite", "kill test", source_names())
    for source, counts in frontier.counts().items():
        if (counts.waiting, counts.leased, counts.quarantined, counts.done) != (0, 0, 0, ARTICLES + 1):
            yield f"{source}: {counts}"
    frontier.close()


def main() -> int:
    """1 when anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.killing", description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--kills", type=int, default=4, help="kills a run at most")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="of the first run; the next ones count on")
    options = parser.parse_args()
    bad = 0
    for seed in range(options.seed, options.seed + options.runs):
        with tempfile.TemporaryDirectory() as folder:
            outcome = run(Path(folder), seed, options.kills)
        bad += bool(outcome.faults)
        again = outcome.requests - HOSTS * ARTICLES
        print(f"seed {seed}: {outcome.kills} kills, {again} of {HOSTS * ARTICLES} fetched again, {len(outcome.faults)} faults", flush=True)
        for fault in outcome.faults[:10]:
            print(f"  {fault}", flush=True)
    print(f"{options.runs} runs, {bad} with faults")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
