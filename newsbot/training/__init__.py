"""Learning the choice of the story's blocks from labelled pages.

A model for a set of folds is two forests. The second one must see the first's judgement of pages that the first has not learned from, as
it will be at work; so each fold's judgement comes from a forest grown without that fold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsbot.evaluation import shingles
from newsbot.extractors.calibration import AS_SAID, Calibration, calibrate
from newsbot.extractors.columns import Column
from newsbot.extractors.model import Forest, Model
from newsbot.extractors.second_look import look_again
from newsbot.training.dataset import FOLDS, LabelledPage
from newsbot.training.forests import Rows, grow
from newsbot.training.labels import UNKNOWN

HELD_OUT: Final = 0
"""The fold that no shipped model sees."""
THRESHOLD: Final = 0.5
FIRST_TREES: Final = 250
SECOND_TREES: Final = 250
_WEIGHTS: Final[Mapping[str, float]] = {"fundus": 3.0, "arabic": 3.0, "traf": 1.5}
"""Weight of a set's blocks: news over guides, labels by hand over all; others weigh 1."""
_SECOND_PRINTING: Final = 0.3
"""Weight of a second printing of the story's words, taken for no part of it."""
_DOUBT: Final = 0.6
_DOUBTED: Final = 0.3
"""Weight of a page whose gold and the first judgement agree on less than ``_DOUBT`` (F1 of letters)."""
_STANDFIRST: Final = 0.3
"""Weight of what looks like a standfirst and is not in a gold text: guides leave it out, the record keeps it."""

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class _Look:
    """What the second forest learns of a page besides its measures."""

    names: tuple[str, ...]
    values: NDArray[np.float32]
    trust: float
    """Weight of the page."""


class Trainer:
    """Grows forests over *pages*, each once; models of different folds share those that know the same folds."""

    def __init__(self, pages: Sequence[LabelledPage], progress: Progress) -> None:
        self._pages = [page for page in pages if (page.labels != UNKNOWN).any()]
        self._names = _useful(self._pages)
        self._progress = progress
        self._first: dict[frozenset[int], Forest] = {}

    def model(self, name: str, folds: Collection[int]) -> Model:
        """The model that has learned from the pages of *folds* alone, called *name* and a digest of what it learned."""
        known = frozenset(folds)
        again = [self._looked_again(page, self._first_forest(known - {page.fold})) for page in self._pages if page.fold in known]
        rows = _rows([page for page in self._pages if page.fold in known], (*self._names, *again[0].names), again)
        self._progress(f"second forest of folds {sorted(known)}, {len(rows.labels)} blocks")
        first, second = self._first_forest(known), grow(rows, SECOND_TREES)
        digest = hashlib.sha256(first.values.tobytes() + second.values.tobytes()).hexdigest()
        model = Model(f"{name}-{digest[:8]}", first, second, THRESHOLD, known)
        return replace(model, calibration=calibration_of(model, [page for page in self._pages if page.fold not in known]))

    def _first_forest(self, folds: frozenset[int]) -> Forest:
        if folds not in self._first:
            pages = [page for page in self._pages if page.fold in folds]
            rows = _rows(pages, self._names, [_Look((), np.empty((0, len(page.texts)), np.float32), 1.0) for page in pages])
            self._progress(f"first forest of folds {sorted(folds)}, {len(rows.labels)} blocks")
            self._first[folds] = grow(rows, FIRST_TREES)
        return self._first[folds]

    @staticmethod
    def _looked_again(page: LabelledPage, forest: Forest) -> _Look:
        columns = columns_of(page)
        first = forest.probabilities(columns)
        again = look_again(first, columns, page.layout)
        return _Look(tuple(again), np.stack(list(again.values())), _trust(first, page.labels, columns["letters"]))


def columns_of(page: LabelledPage) -> dict[str, Column]:
    """The measures of *page* by name."""
    return dict(zip(page.names, page.values, strict=True))


def judge(model: Model, page: LabelledPage) -> Column:
    """The probability of each block of *page*."""
    columns = columns_of(page)
    again = look_again(model.first.probabilities(columns), columns, page.layout)
    return model.second.probabilities({**columns, **again})


def calibration_of(model: Model, pages: Iterable[LabelledPage]) -> Calibration:
    """What *model*'s expectation is worth on *pages*, which it must not have learned from; those without a gold text do not count."""
    rows = [_expected_and_measured(model, page) for page in pages if isinstance(page.gold.get("text"), str)]
    return calibrate(*zip(*rows, strict=True)) if rows else AS_SAID


def _expected_and_measured(model: Model, page: LabelledPage) -> tuple[float, float]:
    likely, letters = judge(model, page), np.array([len(text) for text in page.texts])
    taken = likely > model.threshold
    expected = 2 * float((likely * letters)[taken].sum()) / max(float(letters[taken].sum() + (likely * letters).sum()), 1.0)
    story = shingles(str(page.gold["text"]), "\n".join(text for text, kept in zip(page.texts, taken, strict=True) if kept))
    return expected, 2 * story.right / (2 * story.right + story.surplus + story.missing)


def all_folds() -> frozenset[int]:
    """Every fold."""
    return frozenset(range(FOLDS))


def _useful(pages: Sequence[LabelledPage]) -> tuple[str, ...]:
    """Columns that are not the same number everywhere: without trafilatura its columns are."""
    names = pages[0].names
    spread = [any(np.ptp(page.values[row]) > 0 for page in pages[:200]) or _differs(pages, row) for row in range(len(names))]
    return tuple(name for name, useful in zip(names, spread, strict=True) if useful)


def _differs(pages: Sequence[LabelledPage], row: int) -> bool:
    firsts = [page.values[row, 0] for page in pages if not np.isnan(page.values[row, 0])]
    return bool(firsts) and min(firsts) != max(firsts)


def _rows(pages: Sequence[LabelledPage], names: tuple[str, ...], more: Sequence[_Look]) -> Rows:
    """The labelled blocks of *pages*; *more* are the columns of each page that its own measures do not have."""
    own = [name for name in names if name in pages[0].names]
    index = [pages[0].names.index(name) for name in own]
    values, labels, weights = [], [], []
    for page, look in zip(pages, more, strict=True):
        label, weight = _weighed(page)
        keep = label != UNKNOWN
        values.append(np.concatenate([page.values[index], look.values])[:, keep].T)
        labels.append(label[keep])
        weights.append(weight[keep] * np.float32(look.trust))
    return Rows(names, np.concatenate(values), np.concatenate(labels), np.concatenate(weights))


def _trust(first: Column, labels: NDArray[np.int8], letters: Column) -> float:
    """Less for a page whose gold contradicts what a forest that has not seen it takes for the story: such a gold is often partial."""
    known = labels != UNKNOWN
    taken, wanted = (first > THRESHOLD) & known, labels == 1
    both = 2 * float(letters[taken & wanted].sum())
    total = float(letters[taken].sum() + letters[wanted].sum())
    return _DOUBTED if total and both / total < _DOUBT else 1.0


def _weighed(page: LabelledPage) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Labels and weights of the blocks: longer blocks weigh more, second printings and what may be a standfirst less."""
    columns = columns_of(page)
    weights = (0.5 + np.log1p(columns["letters"]) / 8) * _WEIGHTS.get(page.set.split("_")[0], 1.0)
    labels = page.labels.copy()
    if "text" in page.gold:
        second = labels == UNKNOWN
        labels[second] = 0
        weights[second] *= _SECOND_PRINTING
        if page.set.startswith("wcxb"):
            standfirst = (columns["named_lead"] > 0) | (columns["is_description"] >= 2)
            weights[standfirst & (columns["running_before"] < 0.1) & (labels == 0)] *= _STANDFIRST
    return labels, weights.astype(np.float32)
