"""Which blocks are the story: those that the learned judgement takes for it, each text once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsbot.extractors.blocks import PageBlocks
from newsbot.extractors.columns import Column
from newsbot.extractors.features import Hints
from newsbot.extractors.model import Model
from newsbot.items import Block

_NO_LETTERS: Final = re.compile(r"[\W_]+")
_TOLD_ONCE: Final = 80
"""Letters from which no story prints the same block twice; pages do, for narrow and wide screens. Shorter ones ("Pros") may well recur."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The story and how far it can be trusted."""

    blocks: tuple[Block, ...]
    """In page order."""
    confidence: float
    """The shingle F1 that the probabilities let expect, 0 to 1."""


def choose_story(found: PageBlocks, kept: Sequence[Block], hints: Hints, model: Model) -> Choice:
    """The blocks of *kept*, all of them blocks of *found*, that *model* takes for the story."""
    if not kept:
        return Choice((), 0.0)
    likely, layout = model.judge(found, hints)
    allowed = np.zeros(len(likely), bool)
    allowed[[block.position for block in kept]] = True
    letters = np.array([len(block.text) for block in found.blocks], np.float64)
    names = np.where(letters >= _TOLD_ONCE, layout.texts, -1)
    chosen = choose(np.where(allowed, likely, 0), names, model.threshold)
    return Choice(tuple(found.blocks[position] for position in chosen), _expected_f1(likely, letters, chosen))


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
