"""``scrapy copies``: how well and how fast one story is found on several sites."""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from rich.console import Console
from rich.progress import track
from rich.table import Table
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.commands import refusals
from newsbot.items import Article, Block, Extractor
from newsbot.near_pairs import Kind, PairScores, Text, compose_pairs, split_text
from pipelines.finished import finish
from pipelines.neighbours import Neighbours
from pipelines.revisions import Revision

_CHECKPOINT: Final = 200
_LEAST_STRETCHES: Final = 20
_MEASURED: Final = 2_000
"""Articles that are timed at the end of ``--load``."""


class Command(ScrapyCommand):
    """A benchmark, never a test."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Arguments."""
        return "[options] FILE.jsonl [FILE.jsonl ...]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Measure how well and how fast copies of one story are found"

    def long_desc(self) -> str:
        """What is read."""
        return "FILE: records, or other JSON Lines with content_text or text, and language. Copies and look-alikes are composed from them."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument("--pairs", type=int, default=2_000, metavar="N", help="pairs to compose (default 2000)")
        parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the composition (default 1)")
        parser.add_argument("--load", type=int, metavar="N", help="time an article where N are known, instead of judging pairs")

    @refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Judge or time the texts of *args*."""
        if not args:
            raise UsageError("give one or more JSON Lines files with texts")
        texts = [text for path in args for text in _texts(Path(path))]
        if len(texts) < 2:
            raise UsageError("the files hold fewer than two texts of six and more sentences in content_text or text")
        with TemporaryDirectory() as folder:
            neighbours = Neighbours(Path(folder) / "neighbours.sqlite")
            table = _timed(texts, neighbours, opts.load) if opts.load else _judged(texts, neighbours, opts)
            neighbours.close()
        Console().print(table)


def _texts(path: Path) -> Iterator[Text]:
    try:
        with path.open(encoding="utf-8") as lines:
            for entry in map(json.loads, lines):
                text = split_text(str(entry.get("content_text") or entry.get("text") or ""), str(entry.get("language")))
                if text:
                    yield text
    except (OSError, ValueError, AttributeError) as error:
        raise UsageError(f"{path}: cannot be read as JSON Lines with texts ({error})") from error


def _judged(texts: Sequence[Text], neighbours: Neighbours, opts: argparse.Namespace) -> Table:
    """Precision and recall over composed pairs, by kind."""
    _store(neighbours, (_revision(f"base-{number}", str(text)) for number, text in enumerate(texts)))
    scores = PairScores()
    counts: dict[tuple[Kind, bool], int] = {}
    pairs = track(compose_pairs(texts, opts.pairs, opts.seed), "judging", opts.pairs, console=Console(stderr=True), transient=True)
    for number, pair in enumerate(pairs):
        base = _revision(f"base-{pair.base}", "").article.id
        similar = neighbours.similar(_revision(f"pair-{number}", pair.text).article)
        matched = any(match.story.article == base for match in similar)
        scores = scores.plus(pair.kind, matched)
        counts[pair.kind, matched] = counts.get((pair.kind, matched), 0) + 1
    table = Table("pairs", "taken for copies", "taken for other stories", box=None, pad_edge=False)
    for kind in sorted({kind for kind, _ in counts}):
        table.add_row(kind, str(counts.get((kind, True), 0)), str(counts.get((kind, False), 0)))
    languages = len({text.language for text in texts})
    table.caption = f"{len(texts)} texts, {languages} languages: precision {scores.precision:.4f}, recall {scores.recall:.4f}"
    return table


def _timed(texts: Sequence[Text], neighbours: Neighbours, size: int) -> Table:
    """Milliseconds an article, bytes on disk and memory where *size* articles are known.

    Those that are known are short, so that a million of them are stored in minutes: each takes the same room as a long one.
    """
    chance = Random(size)
    numbers = track(range(size), "storing", size, console=Console(stderr=True), transient=True)
    _store(neighbours, (_revision(f"known-{number}", _letters(chance)) for number in numbers))
    new = [_shuffled(texts, chance) for _ in range(_MEASURED)]
    wall, cpu = time.perf_counter(), time.process_time()
    _store(neighbours, (_revision(f"new-{number}", text) for number, text in enumerate(new)))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    letters = sum(map(len, new)) / _MEASURED
    table = Table("articles known", "ms an article", "CPU ms an article", "MB on disk", "peak MB of memory", box=None, pad_edge=False)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    times = (f"{wall / _MEASURED * 1e3:.2f}", f"{cpu / _MEASURED * 1e3:.2f}")
    table.add_row(f"{size:,}", *times, f"{neighbours.size_bytes() / 1e6:.0f}", f"{peak:.0f}")
    table.caption = f"{_MEASURED:,} new articles of {letters:,.0f} letters: sketched, compared, stored"
    return table


def _letters(chance: Random) -> str:
    """A short text that is like no other."""
    return " ".join(f"{chance.getrandbits(64):016x}" for _ in range(_LEAST_STRETCHES + 4))


def _shuffled(texts: Sequence[Text], chance: Random) -> str:
    """A text of usual length that is like no other: the words of one of *texts* in another order."""
    words = str(chance.choice(texts)).split()[:600]
    chance.shuffle(words)
    return " ".join(words)


def _store(neighbours: Neighbours, revisions: Iterable[Revision]) -> None:
    """Judge *revisions*, and take them for written."""
    batch = []
    for revision in revisions:
        batch.append(neighbours.judge(revision).article.record)
        if len(batch) == _CHECKPOINT:
            neighbours.remember(batch)
            batch = []
    neighbours.remember(batch)


def _revision(name: str, text: str) -> Revision:
    blocks = (Block(0, "paragraph", text),) if text else ()
    article = Article(f"https://news.example/{name}", Extractor("0", None), fetched_at="2026-11-22T10:00:00Z", blocks=blocks)
    return Revision(finish(article))
