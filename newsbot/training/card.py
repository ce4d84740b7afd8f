"""The model card: what the shipped models learned from, what they measure, and how well they do on pages they have not seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from newsbot.evaluation import Figure
from newsbot.extractors import features
from newsbot.extractors.calibration import Calibration
from newsbot.extractors.panel import ASK_BELOW
from newsbot.training.dataset import FOLDS
from newsbot.training.forests import SETTINGS

_SOURCES: Final = {
    "wcxb": "WCXB, development split, article pages; CC BY 4.0 (data)",
    "fundus": "test pages of Fundus, half of the publishers; MIT",
    "traf": "trafilatura's evaluation pages, their snippets; Apache 2.0",
    "arabic": "saved Arabic-script pages of public repositories, labelled for this project",
}


@dataclass(frozen=True, slots=True)
class Card:
    """What the card tells."""

    labelled_pages: Mapping[str, tuple[int, int]]
    """Pages learned from and pages held out, by set."""
    sizes: Mapping[str, int]
    """Bytes of each model's file, by name."""
    figures: Mapping[str, Mapping[str, tuple[Figure, ...]]]
    """Scores of the finished records of the held-out pages, by speed and set."""
    calibrations: Mapping[str, Calibration]
    """Of each model, by name."""


def write_card(path: Path, card: Card) -> None:
    """Write *card* to *path* as Markdown; no clock is asked, the same models give the same card."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(_lines(card)) + "\n", encoding="utf-8")


def _lines(card: Card) -> Iterator[str]:
    yield "# Model card: the choice of the story"
    yield ""
    yield "Written by `scrapy train`; do not edit. Two models: `default` also reads trafilatura's verdict, `fast` does not. At the speed"
    yield f"`default` the fast model judges first, and the other one is asked where it expects less than {ASK_BELOW} of F1 from itself."
    yield "A model gives each text block of a page the probability that it belongs to the story. It reads no word of the text, only what is"
    yield "measured of it, so it means the same in every script."
    yield ""
    yield "| model | bytes |"
    yield "| --- | --- |"
    yield from (f"| `{name}` | {size} |" for name, size in card.sizes.items())
    yield ""
    yield from _data(card)
    yield from _figures(card)
    yield from _confidence(card)
    yield "## Columns"
    yield ""
    yield from ((features.__doc__ or "").partition("\n\n")[2].strip().replace("\n", "\n").splitlines())
    yield ""
    yield "## Training"
    yield ""
    yield "Two forests of symmetric trees (CatBoost; evaluated with numpy alone): the second also sees the first's judgement of the page,"
    yield "learned from judgements of forests that had not seen the page. Settings: "
    yield ", ".join(f"`{key}={value}`" for key, value in sorted(SETTINGS.items())) + "."


def _data(card: Card) -> Iterator[str]:
    yield "## Learned from"
    yield ""
    yield f"Pages are parted into {FOLDS} folds by registrable domain; fold 0 was not learned from."
    yield ""
    yield "| set | pages learned from | held out | source and licence |"
    yield "| --- | --- | --- | --- |"
    for name, (learned, held) in sorted(card.labelled_pages.items()):
        yield f"| {name} | {learned} | {held} | {_SOURCES.get(name.split('_')[0], 'not named')} |"
    yield ""


def _confidence(card: Card) -> Iterator[str]:
    yield "## Confidence"
    yield ""
    yield "`quality.confidence` is the shingle F1 to expect. The probabilities of the blocks give an expectation; what such an expectation"
    yield "was worth on the held-out pages (isotonic regression, straight lines between these points) makes it the confidence. Below .8 the"
    yield "record is flagged `low_confidence`."
    yield ""
    yield "| model | expected -> measured |"
    yield "| --- | --- |"
    for name, points in card.calibrations.items():
        yield f"| `{name}` | {', '.join(f'{said:.3f} -> {found:.3f}' for said, found in points)} |"
    yield ""


def _figures(card: Card) -> Iterator[str]:
    yield "## Figures on the held-out fold"
    yield ""
    yield "Of finished records (rules, captions and titles taken out as in any run)."
    yield ""
    yield "| speed | set | figure | value | over |"
    yield "| --- | --- | --- | --- | --- |"
    for speed, sets in card.figures.items():
        for name, figures in sets.items():
            yield from (f"| {speed} | {name} | {figure.name} | {figure.value:.4f} | {figure.pages} |" for figure in figures)
    yield ""
