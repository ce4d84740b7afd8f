"""``scrapy follow``: records and events as they become final, for programs that keep their place."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.commands import feed_refusals, state_of
from newsbot.feed.cursors import Cursor, load_cursor, read_cursor, save_cursor
from newsbot.feed.following import follow, follow_on
from newsbot.feed.output import EndedError, LineOutput
from newsbot.feed.places import Place, open_feed
from newsbot.feed.reading import require_feed

_POLL_S: Final = 1.0


class Command(ScrapyCommand):
    """Nothing else on standard output."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Arguments."""
        return "[options] [OUT]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Follow the feed: records and events as they become final, each batch with a cursor"

    def long_desc(self) -> str:
        """The protocol in few words, and the exit codes."""
        return (
            "Writes the records and events of every finished file below OUT (default NEWSBOT_OUT), in order, each file once and only when "
            'its checksum is right, then a line {"cursor": ...}. Keep it with the data and pass it back with --cursor. docs/following.md '
            "has the protocol. Exit code 0; 1 when a file or the manifest is damaged, or the output cannot be written; 2 for usage; 3 when "
            "the feed cannot go on from the cursor."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        place = parser.add_mutually_exclusive_group()
        place.add_argument("--cursor", metavar="CURSOR", help="go on after this place (default from the oldest file on)")
        place.add_argument("--save", metavar="FILE", type=Path, help="keep the place in FILE, and begin there: every record at least once")
        end = parser.add_mutually_exclusive_group()
        end.add_argument("--wait", action="store_true", help="wait for what comes (the default)")
        end.add_argument("--once", action="store_true", help="end after what is there now")

    @feed_refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Follow the feed of the first argument."""
        assert self.settings is not None
        if len(args) > 1:
            raise UsageError("give one folder: [OUT]")
        out = Path(args[0] if args else self.settings["NEWSBOT_OUT"])
        with open_feed(out, state_of(self.settings), self.settings["NEWSBOT_FEED"], named=bool(args)) as feed:
            if opts.once:
                require_feed(feed)
            output = LineOutput()
            places = follow(feed, _start(opts), output.write) if opts.once else _follow_on(feed, _start(opts), output)
            with output.ended_by_signals():
                _run(places, opts.save)


def _follow_on(feed: Place, start: Cursor | None, output: LineOutput) -> Iterator[Cursor]:
    return follow_on(feed, start, output.write, partial(output.wait, _POLL_S))


def _start(opts: argparse.Namespace) -> Cursor | None:
    if opts.cursor is not None:
        return read_cursor(opts.cursor)
    return load_cursor(opts.save) if opts.save else None


def _run(places: Iterator[Cursor], save: Path | None) -> None:
    """Deliver all; keep each place after its lines were taken by the reader's pipe."""
    try:
        for place in places:
            if save is not None:
                save_cursor(save, place)
    except EndedError:
        return
