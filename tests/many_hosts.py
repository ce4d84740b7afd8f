"""A quick web server on many loopback addresses, in a process of its own: small articles, one feed a host, and a line for each request."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.newsroom import rss, story


@dataclass(frozen=True)
class ManyHosts:
    """The running server."""

    port: int
    hosts: tuple[str, ...]
    log: Path

    def url(self, host: str, path: str) -> str:
        return f"http://{host}:{self.port}{path}"

    def requests(self) -> list[str]:
        """``host path monotonic-time`` of every request so far."""
        return self.log.read_text().splitlines() if self.log.exists() else []


def hosts_of(number: int) -> tuple[str, ...]:
    return tuple(f"127.0.1.{last}" for last in range(1, number + 1))


def path_of(number: int) -> str:
    return f"/story-number-{number}"


def title_of(host: str, number: int) -> str:
    return f"الخبر رقم {number} من {host}"


@contextmanager
def serve_hosts(folder: Path, hosts: int, articles: int, slow_s: float = 0.0) -> Iterator[ManyHosts]:
    """*articles* on each of *hosts*; every answer takes *slow_s* seconds."""
    log = folder / "many-hosts.log"
    command = [sys.executable, "-m", "tests.many_hosts", str(log), str(hosts), str(articles), str(slow_s)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent)
    try:
        assert process.stdout is not None
        yield ManyHosts(int(process.stdout.readline()), hosts_of(hosts), log)
    finally:
        process.kill()
        process.communicate()


def answer(host: str, path: str, articles: int) -> tuple[int, str, bytes]:
    """Status, content type and body."""
    if path == "/feed":
        return 200, "application/rss+xml", rss(*map(path_of, range(articles)))
    number = path.removeprefix("/story-number-")
    if number.isdigit() and int(number) < articles:
        return (
            200,
            "text/html; charset=utf-8",
            story(title_of(host, int(number)), more=f"هذه تفاصيل الخبر رقم {number} كما وردت من {host}."),
        )
    return 404, "text/plain", b"no"


async def serve(log: Path, hosts: int, articles: int, slow_s: float) -> None:
    lines = log.open("a", buffering=1)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        while head := await reader.readuntil(b"\r\n\r\n"):
            path = head.split(b" ", 2)[1].decode()
            lines.write(f"{host} {path} {time.monotonic()}\n")
            await asyncio.sleep(slow_s)
            status, kind, body = answer(host, path, articles)
            writer.write(f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
            await writer.drain()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    first, *others = hosts_of(hosts)
    server = await asyncio.start_server(connected, first, 0)
    port = server.sockets[0].getsockname()[1]
    for host in others:
        await asyncio.start_server(connected, host, port)
    print(port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
