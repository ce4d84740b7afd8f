"""``scrapy throughput``: pages a second and CPU time a page by step, beside trafilatura's over the same pages in the same run."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from io import BytesIO
from itertools import islice
from pathlib import Path
from statistics import fmean, median
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.archive import read_warc
from newsbot.batch import judge, process_all
from newsbot.commands import refusals
from newsbot.config import Config, load_config
from newsbot.errors import Rejected
from newsbot.extractors import extract
from newsbot.extractors.blocks import find_blocks
from newsbot.extractors.boilerplate import remove_everywhere
from newsbot.extractors.dates import find_dates
from newsbot.extractors.metadata import read_metadata
from newsbot.extractors.trafilatura_text import story_lines
from newsbot.items import Article
from newsbot.jobs import read_questions
from newsbot.page import Page, RawPage
from newsbot.reading.date_strings import read_date_line
from pipelines import STAGES
from pipelines.record_lines import record_line
from pipelines.records import to_record


class Command(ScrapyCommand):
    """A benchmark, never a test: the figures depend on the machine, their ratio hardly."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Arguments."""
        return "[options] WARC [WARC ...] | --of dates [FILE]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Measure pages a second and CPU time by step over archived pages"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument(
            "--of", choices=("pages", "dates"), default="pages", help="pages (default), or date strings of a JSON Lines file"
        )
        parser.add_argument("--limit", type=int, default=300, metavar="N", help="pages to measure (default 300)")
        parser.add_argument("--jobs", type=int, metavar="N", help="worker processes of the second part (default one a core)")

    @refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Measure over the archives, or the file of strings, in *args*."""
        assert self.settings is not None
        if opts.of == "dates":
            print(date_rate(args, load_config()))
            return
        if not args:
            raise UsageError("give one or more WARC files")
        jobs = opts.jobs or self.settings.getint("NEWSBOT_JOBS") or os.cpu_count() or 1
        config = load_config()
        pages = list(islice((page for path in args for page in read_warc(Path(path))), opts.limit))
        if not pages:
            raise UsageError("the archives hold no page")
        console = Console()
        console.print(_cpu_table(pages, config, Console(stderr=True)))
        console.print(_rate(pages, config, jobs, self.settings.getfloat("NEWSBOT_PAGE_TIMEOUT_S")))


def date_rate(paths: Sequence[str], config: Config) -> str:
    """Two lines: microseconds a date string once everything is loaded, median and mean; and milliseconds of the first call of this process.

    The strings are those of the files, lines as ``scrapy extract --of dates`` takes them; without a file the examples of the word tables.

    Raises:
        UsageError: for a file that cannot be read or holds no string.
    """
    entries = _date_strings(paths) if paths else [{"lang": language, "text": text} for language, text, _ in config.dates.examples]
    if not entries:
        raise UsageError('the files hold no line {"id", "text", "lang"?, "context"?}')
    first = _seconds(entries[0], config)
    for entry in entries:
        _seconds(entry, config)
    spent = [_seconds(entry, config) for entry in entries]
    return (
        f"{len(entries)} date strings: median {1e6 * median(spent):.0f} us, mean {1e6 * fmean(spent):.0f} us a string\n"
        f"first call of this process: {1000 * first:.1f} ms"
    )


def _date_strings(paths: Sequence[str]) -> list[dict[str, Any]]:
    try:
        streams = [BytesIO(Path(path).read_bytes()) for path in paths]
    except OSError as error:
        raise UsageError(f"{error.filename}: cannot be read ({error.strerror}); check the path and its rights") from error
    return [question.entry for stream in streams for question in read_questions(stream) if question.fault is None]


def _seconds(entry: dict[str, Any], config: Config) -> float:
    begin = time.perf_counter()
    read_date_line(entry, config.dates)
    return time.perf_counter() - begin


def _cpu_table(pages: Sequence[RawPage], config: Config, progress: Console) -> Table:
    """CPU milliseconds a page of each step alone, of the whole, and of trafilatura with metadata.

    All pages are read once before, so that what a language loads and compiles on its first page is not counted.
    """
    for raw in track(pages, "warming up", console=progress, transient=True):
        judge(raw, config)
    spent: dict[str, float] = {}
    for raw in track(pages, "measuring", console=progress, transient=True):
        for name, seconds in _measure(raw, config):
            spent[name] = spent.get(name, 0.0) + seconds
    peer = spent["trafilatura, text and metadata"]
    table = Table("step", "CPU ms a page", "x trafilatura", title=f"{len(pages)} pages, one process")
    for name, seconds in spent.items():
        table.add_row(name, f"{1000 * seconds / len(pages):.2f}", f"{seconds / peer:.2f}")
    return table


def _measure(raw: RawPage, config: Config) -> Iterator[tuple[str, float]]:
    """(step, CPU seconds) of one page; nothing for a page that is no article.

    The whole record comes first: readers remember the lines of the page at hand, so that a second reading would seem cheaper.
    """
    begin = time.process_time()
    try:
        article = extract(raw, config)
        extracted = time.process_time()
        finished = reduce(lambda so_far, stage: stage(so_far, config), STAGES, article)
    except Rejected:
        return
    staged = time.process_time()
    record_line(to_record(finished))
    end = time.process_time()
    yield from _steps_alone(raw, article, config)
    yield "extract, all of it", extracted - begin
    yield "stages", staged - extracted
    yield "record", end - staged
    yield "newsbot, the whole record", end - begin
    yield from _timed("trafilatura, text and metadata", lambda: _peer(raw))


def _peer(raw: RawPage) -> None:
    import trafilatura  # imported late: Scrapy imports all commands to list them

    trafilatura.bare_extraction(raw.body, url=raw.url, with_metadata=True)


def _steps_alone(raw: RawPage, article: Article, config: Config) -> Iterator[tuple[str, float]]:
    """The parts of the extraction that can be done alone."""
    page = Page.parse(raw)
    metadata, found = read_metadata(page), find_blocks(page)
    source = config.sources.get(raw.source) if raw.source else None
    book = config.rulebook(article.language, source)
    yield from _timed("parse", lambda: Page.parse(raw))
    yield from _timed("metadata", lambda: read_metadata(page))
    yield from _timed("blocks", lambda: find_blocks(page))
    yield from _timed("rules", lambda: remove_everywhere(found, book))
    yield from _timed("dates", lambda: list(find_dates(page, metadata, found, config.dates)))
    yield from _timed("trafilatura's verdict", lambda: story_lines(page))


def _timed(name: str, step: Callable[[], object]) -> Iterator[tuple[str, float]]:
    begin = time.process_time()
    step()
    yield name, time.process_time() - begin


def _rate(pages: Sequence[RawPage], config: Config, jobs: int, timeout_s: float) -> str:
    outcomes = process_all(pages, config.folders, jobs, timeout_s)
    first = next(outcomes)  # the workers have started and loaded everything
    begin = time.perf_counter()
    articles = sum(outcome.article is not None for outcome in outcomes) + (first.article is not None)
    seconds = max(time.perf_counter() - begin, 1e-9)
    return f"{(len(pages) - 1) / seconds:.1f} pages a second with {jobs} worker processes ({articles} articles of {len(pages)} pages)"
