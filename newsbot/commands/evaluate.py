"""``scrapy evaluate``: the scores of records against gold lines."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.commands import refusals
from newsbot.config import SPEEDS
from newsbot.evaluation import Figure, score, worst
from newsbot.extractors.model import is_shipped, shipped_model
from newsbot.training.dataset import fold_of


class Command(ScrapyCommand):
    """Figures that mean something: never over pages that the model has learned from."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Arguments."""
        return "[options] RECORDS GOLD"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Score records against labelled pages"

    def long_desc(self) -> str:
        """What is refused."""
        return (
            "RECORDS and GOLD are JSON Lines, joined by 'url'; a page without a record counts as empty. Gold pages of a fold that a "
            "shipped model has learned from are refused, unless --held-out says that the records come from models that had not seen them, "
            "or --fold leaves them out."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument("--held-out", action="store_true", help="the records come from 'scrapy train --folds'")
        parser.add_argument("--fold", type=int, metavar="N", help="score the pages of this fold alone")
        parser.add_argument("--show", type=int, default=0, metavar="N", help="name the N pages with the lowest word F1")

    @refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Score the records of the first argument."""
        if len(args) != 2:
            raise UsageError("give two files: RECORDS GOLD")
        records = {str(record["url"]): record for record in _read(args[0]) if record.get("url") and "rejected" not in record}
        labelled = [page for page in _read(args[1]) if "url" in page]
        if not labelled:
            raise UsageError(f"{args[1]}: holds no labelled page; give lines of JSON objects with 'url'", print_help=False)
        gold = [page for page in labelled if opts.fold is None or fold_of(str(page["url"])) == opts.fold]
        if not opts.held_out:
            _refuse_learned(gold)
        _print(score(records, gold), len(gold))
        for value, url in worst(records, gold, opts.show):
            print(f"{value:.3f}  {url}")


def _read(path: str) -> list[dict[str, Any]]:
    try:
        lines = Path(path).read_text(encoding="utf-8").split("\n")
        entries = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read as JSON Lines ({error})") from error
    if not all(isinstance(entry, dict) for entry in entries):
        raise UsageError(f"{path}: holds a line that is no JSON object", print_help=False)
    return entries


def _refuse_learned(gold: Iterable[dict[str, Any]]) -> None:
    learned = frozenset().union(*(shipped_model(speed).folds for speed in SPEEDS if is_shipped(speed)))
    if seen := sorted({fold_of(str(page["url"])) for page in gold} & learned):
        folds = ", ".join(map(str, seen))
        raise UsageError(
            f"GOLD has pages of folds {folds}, which the models have learned from; score --fold 0, or held-out records with --held-out",
            print_help=False,
        )


def _print(figures: Iterable[Figure], pages: int) -> None:
    table = Table("figure", "value", "over", title=f"{pages} pages")
    for figure in figures:
        table.add_row(figure.name, f"{figure.value:.4f}", str(figure.pages))
    Console().print(table)
