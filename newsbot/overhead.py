"""What the frontier costs: a million addresses in it, and a crawl with it beside the same crawl from Scrapy's own queue in memory."""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

from newsbot.frontier import Entry, SqliteFrontier, Visit
from newsbot.urls import article_id

PAGES: Final = 2_000
PAGE_BYTES: Final = 60_000
SCHEDULERS: Final = {"Scrapy in memory": "scrapy.core.scheduler.Scheduler", "frontier": "newsbot.scheduler.FrontierScheduler"}
_ADDED_AT_ONCE: Final = 5_000
_SOURCE: Final = "load"


@dataclass(frozen=True)
class Load:
    """A frontier with many addresses. Times in milliseconds unless they say otherwise."""

    addresses: int
    add: float
    """One address, when many are added at once."""
    start_s: float
    """From opening the file to the first lease."""
    lease: float
    """One address, 64 at once, each batch a transaction of its own."""
    lease_one: float
    """One address in a transaction of its own."""
    finish: float
    """One address, 64 at once."""
    counts_s: float
    grown_mb: float
    """Growth of the process from before the start to after all that."""
    file_mb: float


@dataclass(frozen=True)
class Rate:
    """A crawl, the median of several."""

    pages_a_second: float
    cpu_ms: float
    """CPU time of the crawling process a page."""


def measure_load(folder: Path, addresses: int, hosts: int) -> Load:
    """Fill a frontier in *folder*, close it, start with it, and take some out."""
    path, now = folder / "frontier.sqlite", 1_800_000_000.0
    add_s = _fill(path, addresses, hosts, now)
    before, began = _resident_mb(), time.perf_counter()
    frontier = SqliteFrontier(path, "second", [_SOURCE])
    frontier.begin(now)
    frontier.revive_due(now)
    frontier.lease(64, _room, now)
    start_s = time.perf_counter() - began
    batches = [_timed(lambda: frontier.lease(64, _room, now)) for _ in range(100)]
    singles = [_timed(lambda: frontier.lease(1, _room, now)) for _ in range(500)]
    finish_s = sum(_timed(lambda leases=leases: _finish(frontier, leases, now))[0] for _, leases in batches)
    counts_s, _ = _timed(frontier.counts)
    frontier.close()
    leased = sum(len(leases) for _, leases in batches)
    return Load(
        addresses,
        add=1000 * add_s / addresses,
        start_s=start_s,
        lease=1000 * sum(seconds for seconds, _ in batches) / leased,
        lease_one=1000 * median(seconds for seconds, _ in singles),
        finish=1000 * finish_s / leased,
        counts_s=counts_s,
        grown_mb=_resident_mb() - before,
        file_mb=path.stat().st_size / 1e6,
    )


def measure_crawls(folder: Path, repeats: int) -> dict[str, Rate]:
    """The crawl of :data:`PAGES` pages of :data:`PAGE_BYTES` bytes under each scheduler, in turn, each in a process of its own."""
    results: dict[str, list[tuple[float, float]]] = {name: [] for name in SCHEDULERS}
    with _server() as port:
        for repeat in range(repeats):
            for name in SCHEDULERS:
                out = folder / f"{repeat}-{name}"
                done = subprocess.run(
                    [sys.executable, "-m", __name__, name, str(port), str(out)], capture_output=True, text=True, check=True
                )
                results[name].append(tuple(json.loads(done.stdout)))
    return {
        name: Rate(PAGES / median(seconds for seconds, _ in runs), 1000 * median(cpu for _, cpu in runs) / PAGES)
        for name, runs in results.items()
    }


def _fill(path: Path, addresses: int, hosts: int, now: float) -> float:
    frontier, began = SqliteFrontier(path, "first", [_SOURCE]), time.perf_counter()
    for start in range(0, addresses, _ADDED_AT_ONCE):
        frontier.add((_entry(number, hosts) for number in range(start, min(start + _ADDED_AT_ONCE, addresses))), now)
    seconds = time.perf_counter() - began
    frontier.close()
    return seconds


def _entry(number: int, hosts: int) -> Entry:
    host = f"host-{number % hosts}.example"
    url = f"https://{host}/news/2026/11/22/a-story-of-some-length-number-{number}"
    request = {"url": url, "callback": "parse_article", "errback": "article_failed", "meta": {"source": _SOURCE, "kind": "article"}}
    return Entry(article_id(url), _SOURCE, host, "article", json.dumps(request))


def _finish(frontier: SqliteFrontier, leases: Any, now: float) -> None:
    with frontier.transaction():
        for lease in leases:
            frontier.finish(lease.key, Visit(now, 200, due_at=None), now)


def _room(host: str) -> int:  # noqa: ARG001
    return 4


def _timed(step: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    result = step()
    return time.perf_counter() - began, result


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


class _Pages(Spider):
    """One list, then all that it names."""

    name = "pages"
    chosen = (type("Source", (), {"id": _SOURCE}),)

    def __init__(self, port: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._port = port

    async def start(self) -> AsyncIterator[Request]:
        yield self._request("list", self.parse)

    def parse(self, response: Response) -> Iterator[Request]:  # noqa: ARG002
        for number in range(PAGES):
            yield self._request(f"story-{number}", self.parse_page)

    def parse_page(self, response: Response) -> None:
        assert len(response.body) == PAGE_BYTES

    def _request(self, path: str, callback: Any) -> Request:
        return Request(f"http://127.0.0.1:{self._port}/{path}", callback=callback, meta={"source": _SOURCE})


def _crawl(name: str, port: str, out: str) -> None:
    """One crawl; prints wall seconds and CPU seconds."""
    settings = {"SCHEDULER": SCHEDULERS[name], "NEWSBOT_OUT": out, "NEWSBOT_STATE": "state", "NEWSBOT_RUN_ID": "load"}
    plain = {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "NEWSBOT_MAX_WAIT_S": 0}
    gentle = {"DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS": 32, "CONCURRENT_REQUESTS_PER_DOMAIN": 32}
    process = CrawlerProcess({**settings, **plain, **gentle})
    process.crawl(_Pages, port=port)
    began, cpu = time.perf_counter(), time.process_time()
    process.start()
    print(json.dumps([time.perf_counter() - began, time.process_time() - cpu]))


@contextmanager
def _server() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-m", __name__], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


async def _serve() -> None:
    body = b"<html><body>" + b"x" * (PAGE_BYTES - 12)
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    if sys.argv[1:]:
        _crawl(*sys.argv[1:])
    else:
        asyncio.run(_serve())
