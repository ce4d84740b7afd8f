"""``scrapy prune``: what is old goes, so that the disk does not fill."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.commands import feed_refusals, state_of
from newsbot.feed.places import FleetFeed, Place, open_feed
from newsbot.fleet_database import fleet_lock
from newsbot.retention import fleet_memory
from newsbot.retention.limits import Limits, read_size, shown_size
from newsbot.retention.old_revisions import drop, outdated
from newsbot.retention.pruning import Holding, Pruning, listed, plan, prune
from newsbot.retention.trimming import Trimmed, count_old, cutoff, trim
from newsbot.run_lock import run_lock

_MOST_DAYS: Final = 36_525


@dataclass(frozen=True, slots=True)
class Thinned:
    """What is taken out of files that stay."""

    files: int = 0
    records: int = 0
    size_bytes: int = 0


class Command(ScrapyCommand):
    """Whole files, oldest first; nothing that a crawl is writing."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Arguments."""
        return "[options]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Remove old files of archive and feed, and what the memory can do without"

    def long_desc(self) -> str:
        """What goes, and the exit codes."""
        return (
            "Removes finished files that are older than asked for, then, while the output folder is larger than --budget, the oldest files "
            "of the archive and after them of the feed, nothing of the last day. The feed's newest file and the manifest stay; readers "
            "whose place lies before what is left are told so (docs/following.md). --revision-days writes files anew. Exit code 0; 1 when "
            "the folder is over its budget all the same, the feed is damaged or a file cannot be removed; 2 for usage; 4 when a run is "
            "at work in the output folder."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument("--out", metavar="DIR", help="the output folder (default NEWSBOT_OUT)")
        parser.add_argument("--archive-days", metavar="N", help="keep archived pages for N days")
        parser.add_argument("--feed-days", metavar="N", help="keep files of records and events for N days")
        parser.add_argument("--revision-days", metavar="N", help="keep records that a later one of the same article tells anew for N days")
        parser.add_argument(
            "--state-days", metavar="N", help="keep addresses that no list names any more for N days after their last visit"
        )
        parser.add_argument("--budget", metavar="SIZE", help="bytes that the output folder may take: 500G")
        parser.add_argument("--dry-run", action="store_true", help="only show what would go")

    @feed_refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Prune, and show what went."""
        assert self.settings is not None
        if args:
            raise UsageError("scrapy prune takes no arguments; see scrapy prune --help")
        archive, feed_days, revision, state_days = (_days(opts, what) for what in ("archive", "feed", "revision", "state"))
        limits = Limits(archive, feed_days, revision, state_days, _budget(opts.budget))
        if not limits.are_set:
            raise UsageError(
                "say what may stay: --archive-days, --feed-days, --revision-days, --state-days or --budget; --dry-run shows what would go"
            )
        out, state = Path(opts.out or self.settings["NEWSBOT_OUT"]), state_of(self.settings)
        with open_feed(out, state, self.settings["NEWSBOT_FEED"]) as feed:
            if isinstance(feed, FleetFeed):
                with fleet_lock(feed.database.address):
                    pruning, trimmed = _prune_fleet(out, feed, limits, dry=opts.dry_run)
                    thinned = _thin(feed, limits, dry=opts.dry_run)
            else:
                if not listed(out):
                    raise UsageError(f"{out}: is no output folder of a crawl; name one with --out")
                with run_lock(out):
                    pruning, trimmed = _prune(out, out / (state or "state"), limits, dry=opts.dry_run)
                    thinned = _thin(out, limits, dry=opts.dry_run)
        _show(pruning, trimmed, out, "would go" if opts.dry_run else "gone", thinned)
        self.exitcode = int(pruning.over_bytes > 0)


def _prune(out: Path, state: Path, limits: Limits, *, dry: bool) -> tuple[Pruning, list[Trimmed]]:
    now = time.time()
    pruning = plan(out, limits, now)
    lost = [one.path.relative_to(out / "archive").as_posix() for one in pruning.holdings if one.kind == "archive"]
    before = cutoff(now, limits.state_days)
    if dry:
        return pruning, count_old(state, before, lost)
    prune(out, pruning)
    return pruning, trim(state, before, lost)


def _prune_fleet(out: Path, feed: FleetFeed, limits: Limits, *, dry: bool) -> tuple[Pruning, list[Trimmed]]:
    """The same in a fleet, whose workers go on; only files that are finished go."""
    now = time.time()
    pruning = plan(out, limits, now, feed)
    lost = [one.path.relative_to(out / "archive").as_posix() for one in pruning.holdings if one.kind == "archive"]
    before = cutoff(now, limits.state_days)
    if dry:
        return pruning, fleet_memory.count_old(feed.database, before, lost)
    prune(out, pruning, feed)
    return pruning, fleet_memory.trim(feed.database, before, lost)


def _thin(feed: Place, limits: Limits, *, dry: bool) -> Thinned:
    """Take old revisions out of the files that are left."""
    now, found = time.time(), Thinned()
    if limits.revision_days is None:
        return found
    today = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    for one in outdated(feed, limits.revision_days, now):
        if not dry:
            drop(feed, one, today)
        found = Thinned(found.files + 1, found.records + len(one.lines), found.size_bytes + one.size_bytes)
    return found


def _days(opts: argparse.Namespace, name: str) -> float | None:
    text = getattr(opts, f"{name}_days")
    try:
        days = float(text) if text is not None else None
    except ValueError:
        days = -1.0
    if days is not None and not 0 <= days <= _MOST_DAYS:
        raise UsageError(f"--{name}-days: {text!r} is no number of days; write 90")
    return days


def _budget(text: str | None) -> int | None:
    try:
        return read_size(text) if text is not None else None
    except ValueError as error:
        raise UsageError(f"--budget: {error}") from None


def _show(pruning: Pruning, trimmed: Sequence[Trimmed], out: Path, word: str, thinned: Thinned) -> None:
    console = Console(soft_wrap=True, highlight=False)
    table = Table("what", "files", "size", "from", "to", "why", box=None, pad_edge=False)
    groups: dict[tuple[str, str], list[Holding]] = {}
    for one in pruning.holdings:
        groups.setdefault((one.kind, pruning.reasons[one.path]), []).append(one)
    for (kind, why), files in sorted(groups.items()):
        span = [f"{time.strftime('%Y-%m-%d', time.gmtime(end(one.at for one in files)))}" for end in (min, max)]
        table.add_row(kind, f"{len(files):,}", shown_size(sum(one.size_bytes for one in files)), *span, why)
    if thinned.records:
        table.add_row(f"{thinned.records:,} revisions", f"in {thinned.files:,}", shown_size(thinned.size_bytes), "", "", "told anew since")
    for part in trimmed:
        if part.rows:
            table.add_row(f"state/{part.file}", f"{part.rows:,} rows", "", "", "", "")
    if table.row_count:
        console.print(table)
    total = sum(one.size_bytes for one in pruning.holdings)
    console.print(Text(f"{len(pruning.holdings):,} files, {shown_size(total)} {word}: {out}"))
    if pruning.over_bytes:
        console.print(
            Text(
                f"{out}: still {shown_size(pruning.over_bytes)} over the budget; what is left is of the last day, or is no file that may go"
            )
        )
