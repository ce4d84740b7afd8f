"""``scrapy export``: the feed as a file of another program."""

from __future__ import annotations

import argparse
import re
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.commands import feed_refusals, state_of
from newsbot.feed.export import FORMATS, Request, export
from newsbot.feed.places import open_feed
from newsbot.feed.selected import Tell
from newsbot.feed.selection import Selection

_TAG: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,6}")
_TELL_BYTES: Final = 2**20


class Command(ScrapyCommand):
    """Whole or not at all; progress on a terminal."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Arguments."""
        return "--to FORMAT [options] PATH"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Export the feed to Parquet, DuckDB, SQLite, CSV, JSON Feed, Atom and other forms"

    def long_desc(self) -> str:
        """What is written, and the exit codes."""
        return (
            "Writes the records of the finished files of the feed to PATH, which is replaced at once when all is written. Parquet goes to "
            "one file (PATH ends in .parquet) or to a folder with one file for each source and day of fetch. docs/analysts.md shows what "
            "to do with it. Exit code 0; 1 when the feed is damaged or PATH cannot be written; 2 for usage."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument("--to", choices=FORMATS, required=True, help="the form")
        parser.add_argument(
            "--from", dest="feed", metavar="FEED", type=Path, help="output folder or JSON Lines file (by default NEWSBOT_OUT)"
        )
        parser.add_argument("--since", metavar="TIME", help="fetched at or after this UTC day or RFC 3339 instant")
        parser.add_argument("--until", metavar="TIME", help="fetched before this instant, or at the latest on this UTC day")
        parser.add_argument("--source", metavar="A,B", help="only these sources")
        parser.add_argument("--language", metavar="A,B", help="only these languages; ar means ar-LB too")
        parser.add_argument("--latest", action="store_true", help="one record an article: its newest; without articles that are gone")

    @feed_refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Export to the path of the first argument."""
        assert self.settings is not None
        if len(args) != 1:
            raise UsageError("give one PATH to write to")
        given = opts.feed or Path(self.settings["NEWSBOT_OUT"])
        state, place = "" if given.is_file() else state_of(self.settings), self.settings["NEWSBOT_FEED"]
        request = Request(opts.to, Path(args[0]), _selection(opts), opts.latest)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        with _progress() as progress, open_feed(given, state, place, named=bool(opts.feed)) as feed:
            done = export(feed, request, _bar(progress))
        place = f"; scrapy follow goes on at --cursor {done.cursor}" if done.cursor else ""
        print(f"{done.records:,} records in {args[0]}{place}", file=sys.stderr)


def _selection(opts: argparse.Namespace) -> Selection:
    languages = _names(opts.language)
    if wrong := [tag for tag in languages if not _TAG.fullmatch(tag)]:
        raise UsageError(f"--language: {wrong[0]!r} is no language tag; write ar or pt-BR")
    return Selection(
        _instant("--since", opts.since, timedelta()), _instant("--until", opts.until, timedelta(days=1)), _names(opts.source), languages
    )


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def _instant(option: str, text: str | None, whole_day: timedelta) -> str | None:
    """*text* as RFC 3339 in UTC; a day is its first instant, and *whole_day* after it."""
    if text is None:
        return None
    try:
        if len(text) == len("2026-11-22"):
            moment = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC) + whole_day
        else:
            moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        moment = datetime.min
    if moment.tzinfo is None:
        raise UsageError(f"{option}: {text!r} is no time; write 2026-11-22 or 2026-11-22T07:00:00Z")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _progress() -> AbstractContextManager[Progress]:
    """A bar on standard error where that is a terminal; else nothing."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _bar(progress: Progress) -> Callable[[int], Tell]:
    def start(total: int) -> Tell:
        task = progress.add_task("exporting", total=total)
        waiting = [0]

        def tell(read: int) -> None:
            waiting[0] += read
            if waiting[0] >= _TELL_BYTES:
                progress.advance(task, waiting[0])
                waiting[0] = 0

        return tell

    return start
