"""``scrapy frontier``: what is known of addresses, what waits and what was given up."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.commands import refusals, state_of
from newsbot.config import load_config
from newsbot.fleet.parts import PARTS
from newsbot.frontier import Frontier, SqliteFrontier, Wait
from newsbot.frontier.store import LEASE_S
from newsbot.spiders.choice import choose_sources
from newsbot.tables import connect, memory_place


class Command(ScrapyCommand):
    """For operators: reads the memory of the crawl, and with ``--release`` gives what was given up another chance."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Arguments."""
        return "[options] [SOURCE ...]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show the addresses of sources by state, what waits until when, and what was given up"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument("--out", metavar="DIR", help="the output folder (default NEWSBOT_OUT)")
        parser.add_argument("--release", action="store_true", help="have the quarantined addresses fetched again by the next run")

    @refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Show, or release."""
        assert self.settings is not None
        place = memory_place(Path(opts.out or self.settings["NEWSBOT_OUT"]), state := state_of(self.settings), "frontier")
        if isinstance(place, Path) and not (state and place.is_file()):
            raise UsageError(f"{place}: there is no frontier yet; crawl first, or name the output folder with --out", print_help=False)
        config = load_config()
        names = [source.id for source in choose_sources(config, ",".join(args))] if args else list(config.sources)
        with closing(_open(place, names)) as frontier:
            if opts.release:
                _release(frontier, Console(soft_wrap=True, highlight=False))
            else:
                _show(frontier, Console(soft_wrap=True, highlight=False))


def _open(place: Path | str, sources: list[str]) -> Frontier:
    if isinstance(place, Path):
        return SqliteFrontier(place, "scrapy frontier", sources)
    connect(place, "frontier", PARTS["frontier"]).close()
    from newsbot.frontier.fleet import FleetFrontier  # the extra is there: it was connected

    return FleetFrontier(place, f"scrapy frontier {os.getpid()}", sources, LEASE_S)


def _release(frontier: Frontier, console: Console) -> None:
    released = [address for address in frontier.quarantined() if frontier.release(address.key, time.time())]
    for address in released:
        console.print(Text(f"{address.source}: {address.url}"))
    console.print(f"{len(released)} addresses will be fetched by the next run")


def _show(frontier: Frontier, console: Console) -> None:
    table = Table("source", "waiting", "leased", "done", "quarantined", box=None, pad_edge=False)
    for source, counts in sorted(frontier.counts().items()):
        table.add_row(source, *map(str, (counts.waiting, counts.leased, counts.done, counts.quarantined)))
    console.print(table)
    for line in wait_lines(frontier.waits(time.time()), time.time()):
        console.print(Text(line))
    for address in frontier.quarantined():
        console.print(Text(f"{address.source}: quarantined after {address.tries} failures: {address.reason}: {address.url}"))


def wait_lines(waits: Sequence[Wait], now: float) -> list[str]:
    """One line for each host whose time has not come."""
    return [
        f"{wait.source}: {wait.host}: {wait.addresses} wait until {datetime.fromtimestamp(wait.until, UTC):%Y-%m-%d %H:%M:%S} UTC"
        + (f" ({wait.reason})" if wait.reason else "")
        for wait in waits
        if wait.until > now
    ]
