"""Which blocks are the story: those that the learned judgement takes for it, each text once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsbot.extractors.blocks import PageBlocks
from newsbot.extractors.calibration import AS_SAID, Calibration, calibrated
from newsbot.extractors.columns import Column
from newsbot.extractors.features import Hints
from newsbot.extractors.model import Model
from newsbot.items import Block

_NO_LETTERS: Final = re.compile(r"[\W_]+")
_TOLD_ONCE: Final = 80
"""Letters from which no story prints the same block twice; pages do, for narrow and wide screens. Shorter ones ("Pros") may well recur."""
_LISTED: Final = ("list_item", "table_row")
_LIST: Final = re.compile(r"^(.*/(?:ul|ol|dl|table)(?:[#.][^/]*)?)/.*$")
"""The path down to the innermost list or table."""
_LIST_DOUBT: Final = 0.3
"""Mean likelihood from which a list inside the story is kept (held-out fold: exact .253 -> .259 on guides and blogs, news unchanged)."""
_BARELY: Final = 0.01
_LEAD_LETTERS: Final = 40
_LEAD_DOUBT: Final = 0.2
"""Likelihood from which a line between headline and story is its standfirst."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The story and how far it can be trusted."""

    blocks: tuple[Block, ...]
    """In page order."""
    confidence: float
    """The shingle F1 to expect, 0 to 1: what the probabilities say, corrected by what came of such pages that were held out."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the learned model makes of a page's blocks."""

    likely: Column
    """For each block, how likely it belongs to the story."""
    texts: NDArray[np.int64]
    """For each block the number of its text; equal texts have equal numbers."""
    threshold: float
    calibration: Calibration = AS_SAID
    """What the pages held out from training say of the model's expectation."""


def judge_blocks(found: PageBlocks, hints: Hints, model: Model) -> Judgement:
    """The judgement of *model* on all blocks of *found*, lists and tables as one thing each."""
    if not found.blocks:
        return Judgement(np.zeros(0, np.float32), np.zeros(0, np.int64), model.threshold)
    likely, layout = model.judge(found, hints)
    return Judgement(whole_lists(likely, found.blocks, model.threshold), layout.texts, model.threshold, model.calibration)


def expected_f1(judged: Judgement, blocks: Sequence[Block]) -> float:
    """The F1 that the probabilities of all *blocks* let expect of those above the threshold, 0 to 1; not calibrated."""
    return _expected_f1(judged.likely, _letters(blocks), np.flatnonzero(judged.likely > judged.threshold).tolist())


def choose_story(found: PageBlocks, kept: Sequence[Block], judged: Judgement, descriptions: Sequence[str]) -> Choice:
    """The blocks of *kept*, all of them blocks of *found*, that are judged to be the story, and its standfirst."""
    if not kept:
        return Choice((), 0.0)
    allowed = np.zeros(len(judged.likely), bool)
    allowed[[block.position for block in kept]] = True
    letters = _letters(found.blocks)
    likely = np.where(allowed, judged.likely, 0)
    chosen = choose(likely, np.where(letters >= _TOLD_ONCE, judged.texts, -1), judged.threshold)
    lead = find_lead(found.blocks, likely, chosen, descriptions)
    chosen = chosen if lead is None else [lead, *chosen]
    confidence = calibrated(_expected_f1(judged.likely, letters, chosen), judged.calibration)
    return Choice(tuple(found.blocks[position] for position in chosen), confidence)


def story_share(found: PageBlocks, judged: Judgement, positions: Sequence[int]) -> float:
    """Share of the story's expected letters that stands in the blocks at *positions*, 0 to 1."""
    if not positions:
        return 0.0
    mass = np.where(judged.likely > judged.threshold, judged.likely * _letters(found.blocks), 0)
    return float(mass[list(positions)].sum() / mass.sum()) if mass.any() else 0.0


def _letters(blocks: Sequence[Block]) -> NDArray[np.float64]:
    return np.array([len(block.text) for block in blocks], np.float64)


def whole_lists(likely: Column, blocks: Sequence[Block], threshold: float) -> Column:
    """*likely* with one judgement for each list and table: half a list is worse than all or none of it.

    A list between two lines of the story belongs to it unless it is clearly something else: an item is judged with less certainty than
    a paragraph, since some labelled pages leave lists out.
    """
    whole = likely.copy()
    for start, stop in _lists(blocks):
        letters = np.array([len(block.text) for block in blocks[start:stop]], np.float64)
        mean = float((likely[start:stop] * letters).sum() / letters.sum())
        enclosed = start > 0 and stop < len(blocks) and min(likely[start - 1], likely[stop]) > threshold
        whole[start:stop] = threshold + _BARELY if enclosed and _LIST_DOUBT <= mean <= threshold else mean
    return whole


def _lists(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """(first, past the last) position of each run of items or rows of one list or table."""
    start = 0
    for _, run in groupby(blocks, lambda block: (block.kind, _LIST.sub(r"\1", block.path)) if block.kind in _LISTED else block.position):
        stop = start + sum(1 for _ in run)
        if stop - start > 1:
            yield start, stop
        start = stop


def find_lead(blocks: Sequence[Block], likely: Column, chosen: Sequence[int], descriptions: Sequence[str]) -> int | None:
    """Position of the standfirst between the headline and the first of the *chosen*, where the choice has missed it.

    It is a line of text without links that is the page's description or that is not unlikely; standfirsts stand in the head of the page,
    among bylines and buttons, and are judged with less certainty than any paragraph.
    """
    if not chosen:
        return None
    first = chosen[0]
    head = next((block.position for block in reversed(blocks[:first]) if block.level == 1 and block.kind == "heading"), first)
    described = [letters_of(text) for text in descriptions]
    above = [block for block in blocks[head + 1 : first] if _may_lead(block) and likely[block.position] > 0]
    fitting = [one for one in above if likely[one.position] >= _LEAD_DOUBT or _is_described(letters_of(one.text), described)]
    return max((block.position for block in fitting), key=lambda position: likely[position], default=None)


def _may_lead(block: Block) -> bool:
    linked = sum(len(link.text) for link in block.links)
    return block.kind in ("paragraph", "heading") and len(block.text) >= _LEAD_LETTERS and linked * 3 < len(block.text)


def _is_described(key: str, described: Sequence[str]) -> bool:
    """Whether the page's description is that text, or the one begins with the other (descriptions are cut, and run on)."""
    return any(other and (other.startswith(key) or (len(other) >= _LEAD_LETTERS and key.startswith(other))) for other in described)


def choose(likely: Column, texts: NDArray[np.int64], threshold: float) -> list[int]:
    """Positions of the blocks above *threshold*; of several with the same number in *texts* the likeliest, -1 being no number."""
    above = np.flatnonzero(likely > threshold).tolist()
    best: dict[int, int] = {}
    for position in above:
        text = int(texts[position])
        if text not in best or likely[position] > likely[best[text]]:
            best[text] = position
    return [position for position in above if texts[position] < 0 or best[int(texts[position])] == position]


def _expected_f1(likely: Column, letters: NDArray[np.float64], chosen: Sequence[int]) -> float:
    right = float((likely[list(chosen)] * letters[list(chosen)]).sum())
    taken, wanted = float(letters[list(chosen)].sum()), float((likely * letters).sum())
    return 2 * right / (taken + wanted) if chosen else 0.0


def letters_of(text: str) -> str:
    """Letters and digits of *text* alone, for comparing texts whose spaces, marks and joiners may differ."""
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())
