"""``scrapy template``: what the memory of a source's pages has learned, and what it costs."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.archive import read_warc
from newsbot.batch import judge
from newsbot.commands import refusals, state_of
from newsbot.config import Config, load_config
from newsbot.explaining import shown
from newsbot.page import RawPage
from newsbot.signs import LayoutTemplate, Template, sign_of
from newsbot.tables import memory_place
from pipelines.repeats import SourceMemory, learn, template_of
from pipelines.templates import PART, Templates

_SHOWN_LETTERS = 100


class Command(ScrapyCommand):
    """For looking into the memory; pins and bans stand in the source file."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Arguments."""
        return "[options] SOURCE"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show what repeats on the pages of a source"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument("--limit", type=int, default=30, metavar="N", help="texts and places shown of each layout (default 30)")
        parser.add_argument("--forget", action="store_true", help="forget all of SOURCE, so that it is learned anew")
        parser.add_argument("--cost", metavar="WARC", help="measure what the memory costs over the pages of an archive, instead")

    @refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Show the memory of the source in *args*."""
        assert self.settings is not None
        if opts.cost:
            Console().print(_cost(Path(opts.cost), load_config()))
            return
        if len(args) != 1:
            raise UsageError("give one source")
        if not state_of(self.settings):
            raise UsageError("NEWSBOT_STATE is empty: nothing is remembered")
        templates = Templates(memory_place(Path(self.settings["NEWSBOT_OUT"]), state_of(self.settings), PART))
        self.exitcode = _forget(templates, args[0]) if opts.forget else _show(templates, args[0], opts.limit)
        templates.close()


def _forget(templates: Templates, source: str) -> int:
    templates.forget(source)
    print(f"{source}: forgotten")
    return 0


def _show(templates: Templates, source: str, limit: int) -> int:
    """Print what is known of *source*; 1 when nothing is."""
    memory, samples = templates.memory(source), templates.samples(source)
    if not memory.pages:
        print(f"{source}: no page was learned from yet")
        return 1
    console = Console()
    console.print(f"{source}: {memory.pages} pages, {len(memory.layouts)} layouts, the last one first")
    for known, layout in zip(memory.layouts, template_of(memory).layouts, strict=True):
        console.print(f"\nlayout {layout.id}: {layout.pages} pages, since {known.since or 'an unknown day'}")
        console.print(_texts(layout, samples, limit))
        console.print(_places(layout, samples, limit))
    return 0


def _texts(layout: LayoutTemplate, samples: dict[int, str], limit: int) -> Table:
    table = Table("on", "text", title="Texts that repeat", title_justify="left")
    order = np.argsort(-layout.texts["count"] / np.maximum(layout.texts["pages"], 5), kind="stable")
    named = (row for row in layout.texts[order] if int(row["key"]) in samples)
    for row, _ in zip(named, range(limit), strict=False):
        table.add_row(_of(row), Text(shown(samples[int(row["key"])], _SHOWN_LETTERS)))
    return table


def _places(layout: LayoutTemplate, samples: dict[int, str], limit: int) -> Table:
    table = Table("on", "story", "come back", "links", "holds", "place", title="Places", title_justify="left")
    order = np.argsort(-layout.places["letters"] * layout.places["count"], kind="stable")
    for row in layout.places[order][:limit]:
        words = samples.get(int(row["key"]), "(not seen often)")
        again, links = _percent(row["again"], row["blocks"]), _percent(row["linked"], row["blocks"])
        table.add_row(_of(row), _percent(row["story"], row["letters"]), again, links, _roles(row), Text(shown(words)))
    return table


def _of(row: Any) -> str:
    return f"{row['count']:.0f} of {row['pages']:.0f}"


def _percent(part: float, whole: float) -> str:
    return f"{min(part / whole, 1):.0%}" if whole > 0 else "-"


def _roles(row: Any) -> str:
    """What the place mostly holds, of headline, byline, date."""
    return " ".join(name for name in ("title", "byline", "date") if row[name] > max(row["blocks"], 1) / 2)


def _cost(path: Path, config: Config) -> Table:
    """CPU milliseconds a page with and without the memory, over the pages of *path* taken for one source's."""
    pages = list(read_warc(path))
    if not pages:
        raise UsageError(f"{path}: holds no page")
    for raw in pages:
        judge(raw, config)
    spent: dict[str, float] = {}
    for name, seconds in _timed(pages, config):
        spent[name] = spent.get(name, 0.0) + seconds
    alone = spent["page alone"]
    table = Table("step", "CPU ms a page", "of the page alone", title=f"{len(pages)} pages, one process")
    for name, seconds in spent.items():
        table.add_row(name, f"{1000 * seconds / len(pages):.2f}", f"{seconds / alone:.1%}")
    return table


def _timed(pages: list[RawPage], config: Config) -> Iterator[tuple[str, float]]:
    """(step, CPU seconds) of each page; alone and with the memory in turns, so that neither finds what the other has warmed."""
    memory = SourceMemory()
    template = Template()
    for number, raw in enumerate(pages):
        for name in ("page alone", "with the memory")[:: 1 if number % 2 else -1]:
            begin = time.process_time()
            outcome = judge(raw, config, template if name == "with the memory" else None)
            yield name, time.process_time() - begin
            if outcome.article and outcome.article.signs:
                begin = time.process_time()
                memory, _ = learn(memory, outcome.article.signs, sign_of(raw.url))
                template = template_of(memory)
                yield "learning, in the one writer", time.process_time() - begin
