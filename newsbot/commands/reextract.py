"""``scrapy reextract``: new records from archived pages, after the extractor, its rules or its model have changed."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.archive.files import mend_archive
from newsbot.commands import refusals, state_name, state_of
from newsbot.config import Config, load_config
from newsbot.fleet_database import fleet_lock
from newsbot.reextraction import Reextraction, Work
from newsbot.reextraction.learning import learn_first
from newsbot.reextraction.pages import ArchiveFile, Pages, Selection, find_files
from newsbot.reextraction.progress import PART, Progress
from newsbot.reextraction.telling import Run, asked_for, tell
from newsbot.run import begin_run, utc_now
from newsbot.run_lock import run_lock
from newsbot.spiders.choice import choose_sources
from newsbot.tables import is_database, memory_place

PROJECT: Final = Path(__file__).parents[2]
_DAY: Final = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


class Command(ScrapyCommand):
    """No network; unchanged records are not written again; a killed run goes on where it stood."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Arguments."""
        return "[options] [WARC|FOLDER ...]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Make new records from archived pages"

    def long_desc(self) -> str:
        """What is read and written, and the exit codes."""
        return (
            "Reads the archive of the output folder, or the given WARC files and folders, extracts each article's newest page anew and "
            "writes the records that differ, with processing + 1. A run that was ended goes on where it stood, as long as extractor, rules "
            "and options are the same. Exit code 0; 1 when an archive broke off or a page failed; 2 for usage; 3 when no page was an "
            "article; 4 when another run is at work in the output folder."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument("--source", metavar="ID,...", help="only pages of these sources")
        parser.add_argument("--since", metavar="DAY", default="", help="only pages fetched on this UTC day or later (2026-11-22)")
        parser.add_argument("--until", metavar="DAY", default="", help="only pages fetched on this UTC day or earlier")
        parser.add_argument("--jobs", type=int, metavar="N", help="worker processes (default one a core)")
        parser.add_argument("--out", metavar="DIR", help="the output folder (default NEWSBOT_OUT)")
        parser.add_argument("--again", action="store_true", help="also what an earlier run of the same extractor and rules has done")
        parser.add_argument("--engine", choices=("local", "spark"), default="local", help="what the pages are spread by (docs/spark.md)")
        parser.add_argument("--master", metavar="URL", help="spark: the cluster (default this machine, or as spark-submit says)")
        parser.add_argument("--to", choices=("jsonl", "parquet"), help="spark: the form of the parts (default jsonl)")
        parser.add_argument("--prefix", metavar="URL", help="spark: what lines of lists are relative to (by default Common Crawl)")

    @refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Extract anew, and set the exit code."""
        assert self.settings is not None
        begin_run(self.settings, opts.out)
        config = load_config()
        selection = _selection(opts, config)
        if opts.engine == "spark":
            self.exitcode = self._on_spark(selection, args, opts)
            return
        out, state = Path(self.settings["NEWSBOT_OUT"]), state_of(self.settings)
        if not state:
            raise UsageError("NEWSBOT_STATE is empty: without memory nobody knows which records there are")
        work = Work(config, out, state, self.settings["NEWSBOT_RUN_ID"], self._jobs(opts), self.settings.getfloat("NEWSBOT_PAGE_TIMEOUT_S"))
        work = replace(work, duplicate_days=self.settings.getint("NEWSBOT_DUPLICATE_DAYS"), feed=self.settings["NEWSBOT_FEED"] or "")
        _require_local(opts)
        with fleet_lock(state) if is_database(state) else run_lock(out):
            for _ in mend_archive(out / "archive"):
                pass
            files = find_files(map(Path, args or [str(out / "archive")]), out / "archive")
            self.exitcode = _extract(work, selection, files, again=opts.again)

    def _on_spark(self, selection: Selection, args: list[str], opts: argparse.Namespace) -> int:
        """The exit code of ``python -m newsbot.spark``: Spark's learning library and Zope, which Scrapy brings, do not go together."""
        assert self.settings is not None
        if opts.again:
            raise UsageError("--again: Spark does nothing twice in one folder; name another one (--out)")
        given = {
            "out": self.settings["NEWSBOT_OUT"],
            "state": state_name(self.settings),
            "run": self.settings["NEWSBOT_RUN_ID"],
            "jobs": self._jobs(opts),
            "page-timeout": self.settings["NEWSBOT_PAGE_TIMEOUT_S"],
            "duplicate-days": self.settings["NEWSBOT_DUPLICATE_DAYS"],
            "source": ",".join(selection.sources),
            **{name: getattr(opts, name) for name in ("since", "until", "master", "to", "prefix")},
        }
        options = [f"--{name}={value}" for name, value in given.items() if value is not None]
        path = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")]))
        command = [sys.executable, "-P", "-m", "newsbot.spark", *options, "--", *args]
        return subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, check=False).returncode

    def _jobs(self, opts: argparse.Namespace) -> int:
        assert self.settings is not None
        if opts.jobs is not None and opts.jobs < 1:
            raise UsageError("--jobs: give a number from 1")
        return opts.jobs or self.settings.getint("NEWSBOT_JOBS") or os.cpu_count() or 1


def _selection(opts: argparse.Namespace, config: Config) -> Selection:
    for name in ("since", "until"):
        if (day := getattr(opts, name)) and not _DAY.fullmatch(day):
            raise UsageError(f"--{name}: {day!r} is no day; write it as 2026-11-22")
    sources = tuple(source.id for source in choose_sources(config, opts.source)) if opts.source else ()
    return Selection(sources, opts.since, opts.until)


def _extract(work: Work, selection: Selection, files: list[ArchiveFile], *, again: bool) -> int:
    started = utc_now()
    progress = Progress(memory_place(work.out, work.state, PART), json.dumps(asked_for(work.config, selection)))
    if again:
        progress.forget()
    left = [replace(file, start=progress.done_to(file.name)) for file in files]
    left = [file for file in left if file.start < file.path.stat().st_size]
    if left:
        memory = work.state if is_database(work.state) else work.out / work.state
        learn_first(files, selection, work.config, memory, (work.jobs, work.timeout_s))
    reextraction = Reextraction(work, Pages(left, selection, work.config, (work.out, work.state)), progress)
    console = Console(stderr=True, soft_wrap=True)
    with _shown(left, console) as advance:
        for step in reextraction.run():
            advance(step.file.name, step.end)
    return tell(Run(work.out, work.run_id, started), reextraction, (len(left), len(files)), utc_now())


def _require_local(opts: argparse.Namespace) -> None:
    for name in ("master", "to", "prefix"):
        if getattr(opts, name) is not None:
            raise UsageError(f"--{name}: is for --engine spark")


@contextmanager
def _shown(files: Iterable[ArchiveFile], console: Console) -> Iterator[Any]:
    """A function of (file, byte) that moves a bar on a terminal; elsewhere nothing is shown."""
    reached = {file.name: file.start for file in files}
    total = sum(file.path.stat().st_size - file.start for file in files)
    columns = (TextColumn("{task.percentage:>3.0f} %"), BarColumn(), TimeRemainingColumn(), TextColumn("{task.fields[file]}"))
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total, file="starting")

        def advance(name: str, place: int) -> None:
            bar.update(task, advance=max(0, place - reached[name]), file=name)
            reached[name] = max(place, reached[name])

        yield advance
