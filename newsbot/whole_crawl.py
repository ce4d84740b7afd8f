"""How fast a whole crawl is (fetching, frontier, extraction, archive, records), beside extraction alone in one process."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from newsbot.batch import process_all
from newsbot.config import Config
from newsbot.page import RawPage

SOURCE: Final = "whole-crawl"
_IN_FLIGHT: Final = 64
"""Pages that the crawl asks for before the first one is through: the clock starts after them."""
_CONNECTIONS: Final = 16


@dataclass(frozen=True)
class WholeCrawl:
    """One comparison. Pages a second are those of the steady part: without the start of workers."""

    crawl: float
    """Pages a second of the crawl."""
    alone: float
    """Pages a second of extraction in one process, as ``scrapy throughput --jobs 1`` says it."""
    cpu_ms: float
    """CPU time of the crawling process for one page more, its workers aside."""
    fixed_s: float
    """CPU seconds that it takes whatever the number of pages, from the opening of the spider to its end."""


def compare(folder: Path, pages: Sequence[RawPage], config: Config, jobs: int, repeats: int) -> WholeCrawl:
    """The medians of *repeats* crawls of *pages* from a server on this machine, each followed by their extraction alone.

    Before each, every fourth page is crawled alone: the difference is what a page costs.
    """
    few = pages[::4]
    rates, alone, costs, fixed = [], [], [], []
    for repeat in range(repeats):
        _, less_s = _crawl(folder / f"{repeat}-few", few, jobs)
        rate, more_s = _crawl(folder / f"{repeat}", pages, jobs)
        cost_s = (more_s - less_s) / (len(pages) - len(few))
        rates.append(rate)
        costs.append(1000 * cost_s)
        fixed.append(more_s - cost_s * len(pages))
        alone.append(_alone(pages, config))
    return WholeCrawl(median(rates), median(alone), median(costs), median(fixed))


def _alone(pages: Sequence[RawPage], config: Config) -> float:
    outcomes = process_all(pages, config.folders, 1, 60.0)
    next(outcomes)  # the worker has started and loaded everything
    began = time.perf_counter()
    number = sum(1 for _ in outcomes)
    return number / (time.perf_counter() - began)


def _crawl(folder: Path, pages: Sequence[RawPage], jobs: int) -> tuple[float, float]:
    """Pages a second once it runs (0 where it is over before), and CPU seconds of the crawling process."""
    _write_site(folder, pages)
    with _site(folder) as port:
        _write_source(folder, port)
        own = {"NEWSBOT_DATA": str(folder), "NEWSBOT_OUT": str(folder / "out")}
        command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"source={SOURCE}", "--jobs", str(jobs), "-L", "ERROR"]
        subprocess.run(command, env={**os.environ, **own}, stderr=subprocess.DEVNULL, check=False)
    times = [float(line) for line in (folder / "requests.log").read_text(encoding="utf-8").splitlines()]
    (path,) = (folder / "out" / "runs").glob("*.json")
    cpu_s = json.loads(path.read_text(encoding="utf-8"))["cpu_s"]
    steady = times[_IN_FLIGHT:]
    return len(steady) / (steady[-1] - times[_IN_FLIGHT - 1]) if steady else 0.0, cpu_s


def _write_site(folder: Path, pages: Sequence[RawPage]) -> None:
    (folder / "pages").mkdir(parents=True)
    for number, page in enumerate(pages):
        (folder / "pages" / str(number)).write_bytes(page.body)
    kinds = [dict(page.headers).get("content-type", "text/html") for page in pages]
    (folder / "kinds.json").write_text(json.dumps(kinds), encoding="utf-8")


def _write_source(folder: Path, port: str) -> None:
    home = f"http://127.0.0.1:{port}/"
    told = {"id": f'"{SOURCE}"', "name": f'"{SOURCE}"', "homepage": f'"{home}"', "discovery.feeds": f'["{home}feed"]'}
    pace = {"politeness.delay_s": "0", "politeness.concurrency": str(_CONNECTIONS)}
    (folder / "sources").mkdir()
    text = "".join(f"{key} = {value}\n" for key, value in (told | pace).items())
    (folder / "sources" / f"{SOURCE}.toml").write_text(text, encoding="utf-8")


@contextmanager
def _site(folder: Path) -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-m", __name__, str(folder)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


async def _serve(folder: Path) -> None:
    """Serve the pages, packed as servers do, and one feed of them; write down when each was asked for."""
    kinds = json.loads((folder / "kinds.json").read_text(encoding="utf-8"))
    bodies = [gzip.compress((folder / "pages" / str(number)).read_bytes(), 6) for number in range(len(kinds))]
    items = "".join(f"<item><link>/story-number-{number}</link></item>" for number in range(len(kinds)))
    feed = f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()
    with (folder / "requests.log").open("a", buffering=1, encoding="utf-8") as log:

        def answer(path: str) -> tuple[str, bytes]:
            if path == "/feed":
                return "200 OK\r\nContent-Type: application/rss+xml", feed
            if not path.startswith("/story-number-"):
                return "404 Not Found", b""
            log.write(f"{time.monotonic()}\n")
            number = int(path.rpartition("-")[2])
            return f"200 OK\r\nContent-Encoding: gzip\r\nContent-Type: {kinds[number]}", bodies[number]

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while head := await reader.readuntil(b"\r\n\r\n"):
                    status, body = answer(head.split(b" ", 2)[1].decode())
                    writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
                    await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
