"""One worker of :mod:`tests.fleet`: leases, asks hosts in turn, ends leases; without Scrapy."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from newsbot.errors import StateLost
from newsbot.frontier import Lease, Visit
from newsbot.frontier.postgresql import PostgresqlFrontier

LEASE_S = 3.0
TURN_S = 0.02


def delay_of(host: str) -> float:
    """Seconds between two requests."""
    return 0.02 + int(host.partition(".")[0][1:]) % 5 * 0.02


def _open(address: str, name: str) -> PostgresqlFrontier:
    """The frontier, once the database runs."""
    while True:
        try:
            return PostgresqlFrontier(address, name, ["town"], LEASE_S, "round")
        except StateLost:
            time.sleep(0.2)


class Worker:
    def __init__(self, address: str, port: str, log: str) -> None:
        self.frontier = _open(address, log)
        self.began = time.time() - time.monotonic()  # one machine, one clock
        self.port, self.log = int(port), Path(log).open("w", buffering=1)  # noqa: SIM115  it ends with the process
        self.wanting: Counter[str] = Counter()
        self.last: dict[str, float] = {}
        self.ended: dict[str, bool] = {}
        self.freed: set[str] = set()
        self.locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.tasks: set[asyncio.Task[None]] = set()
        self.extended = 0.0

    def now(self) -> float:
        return self.began + time.monotonic()

    def say(self, what: str, key: str) -> None:
        self.log.write(f"{what} {key} {time.monotonic()}\n")

    async def work(self) -> None:
        while True:
            pause_s = TURN_S
            try:
                leases = self.turn()
                pause_s = TURN_S if leases or self.tasks else 5 * TURN_S
                if not leases and not self.tasks and not self.ended and self.frontier.next_due(self.now()) is None and self.all_done():
                    return
            except StateLost:
                pause_s = 10 * TURN_S
            await asyncio.sleep(pause_s)

    def all_done(self) -> bool:
        counts = self.frontier.counts()["town"]
        return counts.waiting == counts.leased == 0

    def turn(self) -> list[Lease]:
        """One transaction."""
        now, ended, freed = self.now(), dict(self.ended), set(self.freed)
        extending = now > self.extended + LEASE_S / 3
        for key in ended:
            self.say("end", key)
        with self.frontier.transaction():
            for host in freed:
                if not self.wanting[host]:
                    self.frontier.let_go(host, time.monotonic() - self.last[host])
            for key in ended:
                self.frontier.finish(key, Visit(now, due_at=None), now)
            if extending:
                self.frontier.extend(now)
            leases = self.frontier.lease(20 - len(self.tasks), lambda host: 1 - self.wanting[host], now)
        self.extended = max(self.extended, now if extending else 0.0)
        self.ended = {key: True for key in self.ended if key not in ended}
        self.freed -= freed
        for lease in leases:
            self.say("take", lease.key)
            self.wanting[lease.host] += 1
            self.tasks.add(task := asyncio.create_task(self.fetch(lease)))
            task.add_done_callback(self.tasks.discard)
        return leases

    async def fetch(self, lease: Lease) -> None:
        await self.ask(lease.host, lease.key)
        if then := json.loads(lease.request)["then"]:
            self.wanting[then] += 1
            await self.ask(then, lease.key)
        self.ended[lease.key] = True

    async def ask(self, host: str, key: str) -> None:
        """One request, in its turn; :attr:`wanting` counts it already."""
        async with self.locks[host]:
            await self.turn_of(host)
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(f"GET /{key} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
            await reader.read()
            writer.close()
            self.last[host] = time.monotonic()
        self.wanting[host] -= 1
        if not self.wanting[host]:
            self.freed.add(host)

    async def turn_of(self, host: str) -> None:
        while True:
            wait_s = self.last.get(host, 0.0) + delay_of(host) - time.monotonic()
            try:
                if self.frontier.claim(host, delay_of(host), self.now()):
                    if wait_s <= 0:
                        return
                    await asyncio.sleep(wait_s)
                    continue
            except StateLost:
                pass
            await asyncio.sleep(TURN_S)


if __name__ == "__main__":
    asyncio.run(Worker(*sys.argv[1:]).work())
