"""``scrapy train``: the models that choose the story, from labelled pages; the same pages give the same models."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from functools import reduce
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsbot.commands import refusals
from newsbot.config import PROJECT, SPEEDS, Config, Speed, load_config
from newsbot.errors import ArchiveError, Rejected
from newsbot.evaluation import Figure, score
from newsbot.extractors import extract
from newsbot.extractors.model import SHIPPED, Model, save_model
from newsbot.extractors.panel import Panel
from newsbot.page import RawPage
from newsbot.training import HELD_OUT, Trainer, all_folds
from newsbot.training.card import Card, write_card
from newsbot.training.dataset import Gold, fold_of, measured, read_labelled
from pipelines import STAGES
from pipelines.records import to_record

Labelled = list[tuple[RawPage, Gold]]


class Command(ScrapyCommand):
    """Needs the extra ``train``; nothing else in the project does."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Arguments."""
        return "--data DIR [options]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Train the models that choose the story from labelled pages"

    def long_desc(self) -> str:
        """What is read and written."""
        return (
            "Reads <set>.warc.gz and <set>.gold.jsonl in DIR, writes newsbot/extractors/models/ and docs/model-card.md. The pages of "
            f"fold {HELD_OUT} are never learned from. With --folds, writes the records of all pages instead, each extracted by a model "
            "that has not learned from its fold: for 'scrapy evaluate --held-out'."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Options of this command."""
        super().add_options(parser)
        parser.add_argument("--data", metavar="DIR", help="folder of the labelled pages")
        parser.add_argument("--folds", metavar="FILE", help="write held-out records of all folds to FILE instead of models")
        parser.add_argument("--speed", choices=SPEEDS, help="the models of this speed (default both; 'default' asks 'fast' first)")

    @refusals()
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Train on the pages of ``--data``."""
        if args or not opts.data:
            raise UsageError("give the labelled pages: --data DIR")
        try:
            labelled = list(read_labelled(Path(opts.data)))
        except (ArchiveError, OSError) as error:
            raise UsageError(str(error)) from error
        if not labelled:
            raise UsageError(f"--data: {opts.data} holds no labelled pages (NAME.warc.gz with NAME.gold.jsonl); name another folder")
        config = load_config()
        speeds: tuple[Speed, ...] = ("fast",) if opts.speed == "fast" else ("fast", "default")
        trainers = {speed: _trainer(labelled, speed) for speed in speeds}
        if opts.folds:
            _write_folds(Path(opts.folds), labelled, config, trainers)
        else:
            _ship(labelled, config, trainers)


def _trainer(labelled: Labelled, speed: Speed) -> Trainer:
    pages = [page for raw, gold in labelled if (page := measured(raw, gold, speed))]
    _tell(f"{speed}: {len(pages)} pages measured")
    return Trainer(pages, _tell)


def _ship(labelled: Labelled, config: Config, trainers: dict[Speed, Trainer]) -> None:
    """Write the models that have not seen the held-out fold, and their card."""
    held = [(raw, gold) for raw, gold in labelled if fold_of(raw.url) == HELD_OUT]
    figures: dict[str, dict[str, tuple[Figure, ...]]] = {}
    sizes: dict[str, int] = {}
    models: dict[Speed, Model] = {}
    for speed, trainer in trainers.items():
        models[speed] = trainer.model(speed, all_folds() - {HELD_OUT})
        path = SHIPPED / f"{speed}.npz"
        save_model(models[speed], path)
        sizes[models[speed].name] = path.stat().st_size
        figures[speed] = _scored(held, config, _panel(models))
        _tell(f"wrote {path.relative_to(PROJECT)}: {models[speed].name}, {sizes[models[speed].name]} bytes")
    calibrations = {model.name: model.calibration for model in models.values()}
    card = Card(labelled_pages=_counted(labelled), sizes=sizes, figures=figures, calibrations=calibrations)
    write_card(PROJECT / "docs" / "model-card.md", card)


def _panel(models: Mapping[Speed, Model]) -> Panel:
    return Panel(models["fast"], models.get("default"))


def _scored(held: Labelled, config: Config, panel: Panel) -> dict[str, tuple[Figure, ...]]:
    records = {record["url"]: record for raw, _ in held if (record := _record(raw, config, panel))}
    sets = sorted({gold["set"] for _, gold in held})
    return {name: score(records, [gold for _, gold in held if gold["set"] == name]) for name in sets}


def _counted(labelled: Labelled) -> dict[str, tuple[int, int]]:
    """Pages learned from and pages held out, by set."""
    counts: dict[str, tuple[int, int]] = {}
    for raw, gold in labelled:
        learned, held = counts.get(gold["set"], (0, 0))
        counts[gold["set"]] = (learned, held + 1) if fold_of(raw.url) == HELD_OUT else (learned + 1, held)
    return counts


def _write_folds(path: Path, labelled: Labelled, config: Config, trainers: Mapping[Speed, Trainer]) -> None:
    panels: dict[int, Panel] = {}
    for fold in sorted(all_folds()):
        panels[fold] = _panel({speed: trainer.model(speed, all_folds() - {fold}) for speed, trainer in trainers.items()})
    with path.open("w", encoding="utf-8") as file:
        for record in _records(labelled, config, panels):
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    _tell(f"wrote {path}")


def _records(labelled: Labelled, config: Config, panels: Mapping[int, Panel]) -> Iterator[dict[str, Any]]:
    for raw, _ in labelled:
        record = _record(raw, config, panels[fold_of(raw.url)])
        if record is not None:
            yield record


def _record(raw: RawPage, config: Config, panel: Panel) -> dict[str, Any] | None:
    try:
        article = extract(raw, config, panel=panel)
        return dict(to_record(reduce(lambda one, stage: stage(one, config), STAGES, article)))
    except Rejected:
        return None


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
