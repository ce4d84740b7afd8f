"""``scrapy overhead``: what it costs that no address is ever lost."""

from __future__ import annotations

import argparse
import logging
import tempfile
from itertools import islice
from pathlib import Path
from typing import Final

from rich.console import Console
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.archive import read_warc
from newsbot.commands import refusals
from newsbot.config import load_config
from newsbot.overhead import PAGE_BYTES, PAGES, SCHEDULERS, measure_crawls, measure_load
from newsbot.tables import is_database, require_extra
from newsbot.whole_crawl import compare

logger = logging.getLogger(__name__)

MOST_PAGES: Final = 2_000
FEWEST_PAGES: Final = 100


class Command(ScrapyCommand):
    """A benchmark, never a test: the figures depend on the machine, the ratio hardly."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Measure the frontier: a million addresses in it, and a crawl with it and without"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument("--addresses", type=int, default=1_000_000, metavar="N", help="in the frontier (default 1,000,000); 0: skip")
        parser.add_argument("--hosts", type=int, default=1_000, metavar="N", help="of these (default 1,000)")
        parser.add_argument("--crawls", type=int, default=3, metavar="N", help="of each kind; the median counts (default 3); 0: skip")

        parser.add_argument("--pages", metavar="WARC", action="append", default=[], help="crawl these pages whole, beside extraction alone")
        parser.add_argument("--jobs", type=int, default=2, metavar="N", help="worker processes of that crawl (default 2)")

        parser.add_argument("--state", metavar="ADDRESS", help="a fleet's frontier instead, in a schema of its own that is dropped again")

    @refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Measure."""
        if opts.state:
            _tell_fleet(Console(soft_wrap=True, highlight=False), opts)
            return
        if args or min(opts.addresses, opts.crawls, opts.hosts - 1) < 0:
            raise UsageError("overhead: takes options with numbers only", print_help=False)
        console = Console(soft_wrap=True, highlight=False)
        with tempfile.TemporaryDirectory() as folder:
            if opts.addresses:
                _tell_load(console, Path(folder), opts.addresses, opts.hosts)
            if opts.crawls:
                _tell_crawls(console, Path(folder), opts.crawls)
            if opts.pages:
                _tell_whole(console, Path(folder), opts)


def _tell_load(console: Console, folder: Path, addresses: int, hosts: int) -> None:
    load = measure_load(folder, addresses, hosts)
    console.print(f"{load.addresses:,} addresses on {hosts:,} hosts, {load.file_mb:.0f} MB on disk, {load.add:.3f} ms to add one")
    console.print(f"start {load.start_s:.3f} s; all that follows grew the process by {load.grown_mb:.0f} MB")
    console.print(f"lease {load.lease:.3f} ms an address (64 at once), {load.lease_one:.3f} ms alone; finish {load.finish:.3f} ms")
    console.print(f"counting all states {load.counts_s:.2f} s")


def _tell_fleet(console: Console, opts: argparse.Namespace) -> None:
    if not is_database(opts.state):
        raise UsageError("--state: give postgresql://user@host:port/database", print_help=False)
    require_extra()
    from newsbot.fleet.measuring import empty_schema, idle_share, measure_leases, measure_many  # the extra is there now

    with empty_schema(opts.state) as place:
        leases = measure_leases(place)
    database = f"{leases.database_ms:.2f} ms" if leases.database_ms is not None else "unseen"
    console.print(f"one worker: {leases.a_second:.0f} leases with their ends a second, up to 20 in a transaction, 40 hosts")
    console.print(f"  CPU for one: {leases.worker_ms:.2f} ms in the worker, {database} in the database")
    for held, what in ((False, "for later"), (True, "for hosts that are left alone")):
        with empty_schema(opts.state) as place:
            share = idle_share(place, 50, 200, held=held)
        told = f"{100 * share:.1f} % of a core in the database" if share is not None else "not seen: the database is on another machine"
        console.print(f"50 workers without work, addresses of 200 hosts wait {what}: {told}")
    if opts.addresses:
        with empty_schema(opts.state) as place:
            many = measure_many(place, opts.addresses, opts.hosts, logger.info)
        console.print(f"{many.addresses:,} addresses on {opts.hosts:,} hosts, filled in {many.fill_s:.0f} s:")
        console.print(f"  lease {many.lease_ms:.2f} ms alone, {many.batch_ms:.2f} ms with its end among 20; status {many.status_s:.2f} s")


def _tell_crawls(console: Console, folder: Path, repeats: int) -> None:
    rates = measure_crawls(folder, repeats)
    console.print(f"{PAGES:,} pages of {PAGE_BYTES:,} bytes, no extraction, median of {repeats}:")
    for name, rate in rates.items():
        console.print(f"  {name}: {rate.pages_a_second:.0f} pages a second, {rate.cpu_ms:.2f} ms CPU a page")
    stock, ours = (rates[name] for name in SCHEDULERS)
    ratio, cpu = ours.pages_a_second / stock.pages_a_second, stock.cpu_ms / ours.cpu_ms
    console.print(f"  the frontier reaches {ratio:.2f} of the pages a second, {cpu:.2f} of the pages a CPU second")


def _tell_whole(console: Console, folder: Path, opts: argparse.Namespace) -> None:
    pages = [page for path in opts.pages for page in islice(read_warc(Path(path)), MOST_PAGES)]
    if len(pages) <= FEWEST_PAGES:
        raise UsageError(f"--pages: the archives hold {len(pages)} pages; name more, {FEWEST_PAGES} tell nothing", print_help=False)
    repeats = max(opts.crawls, 1)
    whole = compare(folder, pages, load_config(), opts.jobs, repeats)
    console.print(f"{len(pages)} archived pages, {opts.jobs} worker processes, median of {repeats}:")
    console.print(f"  whole crawl {whole.crawl:.1f} pages a second, extraction alone in one process {whole.alone:.1f}")
    console.print(f"  ratio {whole.crawl / whole.alone:.2f}; the crawling process takes {whole.cpu_ms:.2f} ms CPU a page")
    console.print(f"  and {whole.fixed_s:.1f} s of CPU time whatever the number of pages, after the start of Python")
