"""``scrapy fleet``: the database of a fleet made ready, shown, drained, seeded; what dead workers hold taken back."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.commands import refusals, state_of
from newsbot.config import load_config
from newsbot.fleet import operating
from newsbot.fleet.seeding import seed
from newsbot.fleet.status import Status, read_status
from newsbot.run import nearest
from newsbot.tables import is_database

_ACTIONS: Final = ("init", "status", "seed", "drain", "reclaim")
_LOOK_S: Final = 0.5


class Command(ScrapyCommand):
    """Exit code 0: done; 1: a drain that did not end in time; 2: usage, or a database that cannot be used."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Arguments."""
        return f"[options] {'|'.join(_ACTIONS)} [WORKER]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Operate the fleet whose memory is NEWSBOT_STATE=postgresql://..."

    def long_desc(self) -> str:
        """What each action does."""
        return (
            "init: make or upgrade the tables. status: workers and what each holds, hosts that are left alone, quarantine. "
            "seed: begin a round, so that the workers ask all lists again. drain: hand out nothing more (--off: again), and wait until "
            "nothing is in hand. reclaim: take back what WORKER holds, or all that were not heard of for --silent seconds."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="status: one JSON object, for machines")
        parser.add_argument("--source", metavar="ID,...", help="seed: only these sources (default: all enabled)")
        parser.add_argument("--wait", type=float, default=60.0, metavar="S", help="drain: seconds to wait for the workers (default: 60)")
        parser.add_argument("--off", action="store_true", help="drain: hand out again")
        parser.add_argument("--silent", type=float, default=60.0, metavar="S", help="reclaim: not heard of for so long (default: 60)")

    @refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do it."""
        assert self.settings is not None
        action, address = _action(args), state_of(self.settings)
        if not is_database(address):
            raise UsageError("fleet: NEWSBOT_STATE is no database; give postgresql://user@host:port/database", print_help=False)
        console = Console(soft_wrap=True, highlight=False)
        if action == "init":
            _init(address, console)
        elif action == "status":
            _status(address, console, as_json=opts.json)
        elif action == "seed":
            number, sources, lists = seed(address, load_config(), opts.source, 0.0)
            console.print(f"round {number}: {lists} lists of {sources} sources will be asked")
        elif action == "drain":
            self.exitcode = _drain(address, console, opts)
        else:
            with closing(operating.open_fleet(address)) as database:
                leases, turns = operating.reclaim(database, args[1] if len(args) > 1 else None, opts.silent)
            console.print(f"{leases} addresses wait again, {turns} hosts are free")


def _action(args: list[str]) -> str:
    if not args or args[0] not in _ACTIONS:
        raise UsageError(f"fleet: say what: {', '.join(_ACTIONS)}" + (f"; {nearest(args[0], _ACTIONS)}" if args else ""), print_help=False)
    if len(args) > 1 + (args[0] == "reclaim"):
        raise UsageError(f"fleet {args[0]}: takes options only", print_help=False)
    return args[0]


def _init(address: str, console: Console) -> None:
    for part, (before, now) in operating.init(address).items():
        made = "made" if not before else f"form {before}, now {now}" if before < now else f"form {now}"
        console.print(f"{part}: {made}")


def _drain(address: str, console: Console, opts: argparse.Namespace) -> int:
    with closing(operating.open_fleet(address)) as database:
        operating.drain(database, on=not opts.off)
        if opts.off:
            console.print("addresses are handed out again")
            return 0
        deadline = time.monotonic() + opts.wait
        while (left := operating.leased(database)) and time.monotonic() < deadline:
            time.sleep(_LOOK_S)
    console.print(f"nothing is handed out; {left} addresses are in hand" + (": run it again, or reclaim" if left else ""))
    return int(left > 0)


def _status(address: str, console: Console, *, as_json: bool) -> None:
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
