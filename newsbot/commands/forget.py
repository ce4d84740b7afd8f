"""``scrapy forget``: one article is taken down."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.commands import feed_refusals, state_of
from newsbot.errors import FeedError
from newsbot.feed.places import FleetFeed, open_feed
from newsbot.fleet_database import fleet_lock
from newsbot.report.files import write_index
from newsbot.retention.fleet_forgetting import forget_in_fleet
from newsbot.retention.forgetting import Traces, find_article, forget
from newsbot.retention.pruning import listed
from newsbot.run import begin_run, utc_now
from newsbot.run_lock import run_lock


class Command(ScrapyCommand):
    """Out of feed, archive, memory and report; the readers of the feed are told."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Arguments."""
        return "[options] ID|URL"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Take one article out of feed, archive, memory and report for good"

    def long_desc(self) -> str:
        """What goes and what does not, and the exit codes."""
        return (
            "Rewrites the files of the feed that hold the article, blanks its pages in the archive, takes it out of the memory, and writes "
            "an event for the feed's readers (docs/following.md). It is never fetched again. Exports, copies and back-ups that were made "
            "before hold it still. Killed midway, it goes on when it is run again. Exit code 0; 1 when nothing of such an article is "
            "stored, the feed is damaged or cannot be written; 2 for usage or a damaged memory; 4 when a run is at work in the folder."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument("--out", metavar="DIR", help="the output folder (default NEWSBOT_OUT)")
        parser.add_argument("--dry-run", action="store_true", help="only show what is stored of it")

    @feed_refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Forget the article of the first argument."""
        assert self.settings is not None
        if len(args) != 1 or not args[0].strip():
            raise UsageError("give the id or the address of one article")
        begin_run(self.settings, opts.out)
        out, state = Path(self.settings["NEWSBOT_OUT"]), state_of(self.settings)
        with open_feed(out, state, self.settings["NEWSBOT_FEED"]) as feed:
            if feed is out and not listed(out):
                raise UsageError(f"{out}: is no output folder of a crawl; name one with --out")
            if not state:
                raise UsageError("NEWSBOT_STATE is empty: without memory nobody would know that the article is not to come back")
            with fleet_lock(state) if isinstance(feed, FleetFeed) else run_lock(out):
                traces = _find(out, state, feed, args[0]) if opts.dry_run else _forget(self.settings, out, feed, args[0])
        print(f"{traces.id}: {_told(traces)} {'would go' if opts.dry_run else 'gone; exports, copies and back-ups may hold it still'}")


def _find(out: Path, state: str, feed: Path | FleetFeed, name: str) -> Traces:
    traces = find_article(out, state, feed, name)
    if not traces.is_known:
        raise FeedError(f"{name}: nothing of such an article is stored in {feed}; give the id or the address of a record")
    return traces


def _forget(settings: Any, out: Path, feed: Path | FleetFeed, name: str) -> Traces:
    state, run = settings["NEWSBOT_STATE"], settings["NEWSBOT_RUN_ID"]
    if isinstance(feed, FleetFeed):
        traces = forget_in_fleet(out, feed, name, run, time.time, utc_now())
    else:
        traces = forget(out, state, name, run, time.time, utc_now())
    if (out / "report").is_dir():
        write_index(out, state, feed)
    return traces


def _told(traces: Traces) -> str:
    archived = sum(map(len, (traces.archived or {}).values()))
    waiting = f", {traces.pending} that stand in no file yet" if traces.pending else ""
    return f"{traces.records} records in {len(traces.files)} files of the feed{waiting}, {archived} records of the archive"
