"""What ``scrapy fleet`` does and says (extra ``fleet``)."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsbot.config import load_config
from newsbot.fleet import operating
from newsbot.fleet.seeding import seed
from newsbot.fleet.status import Status, read_status

_LOOK_S: Final = 0.5


def tell_init(address: str, console: Console) -> None:
    """Make or upgrade the tables."""
    for part, (before, now) in operating.init(address).items():
        made = "made" if not before else f"form {before}, now {now}" if before < now else f"form {now}"
        console.print(f"{part}: {made}")


def tell_seed(address: str, console: Console, sources: str | None) -> None:
    """Begin a round."""
    number, named, lists = seed(address, load_config(), sources, 0.0)
    console.print(f"round {number}: {lists} lists of {named} sources will be asked")


def tell_reclaim(address: str, console: Console, worker: str | None, silent_s: float) -> None:
    """Take back what *worker* holds, or all that were not heard of for so long."""
    with closing(operating.open_fleet(address)) as database:
        leases, turns = operating.reclaim(database, worker, silent_s)
    console.print(f"{leases} addresses wait again, {turns} hosts are free")


def tell_resume(address: str, console: Console) -> None:
    """Hand out again."""
    with closing(operating.open_fleet(address)) as database:
        operating.drain(database, on=False)
    console.print("addresses are handed out again")


def tell_drain(address: str, console: Console, wait_s: float) -> int:
    """Hand out nothing, and wait for what is in hand; the exit code."""
    with closing(operating.open_fleet(address)) as database:
        operating.drain(database, on=True)
        deadline = time.monotonic() + wait_s
        while (left := operating.leased(database)) and time.monotonic() < deadline:
            time.sleep(_LOOK_S)
    console.print(f"nothing is handed out; {left} addresses are in hand" + (": run it again, or reclaim" if left else ""))
    return int(left > 0)


def tell_status(address: str, console: Console, *, as_json: bool) -> None:
    """Show the fleet."""
    with closing(operating.open_fleet(address)) as database:
        status = read_status(database)
    if as_json:
        json.dump(status.as_json(), sys.stdout, ensure_ascii=False)
        print()
        return
    for line in _lines(status):
        console.print(Text(line))
    console.print(_table(("worker", "where", "heard of", "leases", "hosts"), _workers(status)))
    for host in status.held:
        console.print(Text(f"{host.host}: left alone for {host.for_s:.0f} s ({host.reason})"))
    for lost in status.quarantined:
        console.print(Text(f"{lost.source}: {lost.addresses} quarantined: {lost.reason}"))
    console.print(_table(("source", "waiting", "leased", "done", "quarantined"), _sources(status)))


def _lines(status: Status) -> Iterator[str]:
    behind = [f"{part} (form {found}, known {known})" for part, (found, known) in status.forms.items() if found != known]
    if behind:
        yield f"not of this newsbot: {', '.join(behind)}; run: scrapy fleet init"
    age = f", began {status.round_s:.0f} s ago" if status.round_s is not None else ""
    yield f"round {status.round_number}{age}; {status.due if status.due < 10_000 else '10000 or more'} addresses are due"
    if status.is_draining:
        yield "draining: nothing is handed out (scrapy fleet drain --off)"


def _workers(status: Status) -> Iterator[tuple[Any, ...]]:
    for worker in status.workers:
        yield worker.name, worker.about, f"{worker.seen_s:.0f} s ago", worker.leases, worker.turns


def _sources(status: Status) -> Iterator[tuple[Any, ...]]:
    for source, counts in sorted(status.sources.items()):
        yield source, counts.waiting, counts.leased, counts.done, counts.quarantined


def _table(titles: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> Table:
    table = Table(*titles, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    return table
