"""The learned judgement: symmetric decision trees as plain arrays, evaluated for all blocks of a page at once.

All nodes of one depth of a symmetric tree ask the same question, so that a tree of depth *d* is *d* comparisons and a table of 2^d values.
A model is two forests: the first judges blocks by what is measured of them, the second by that and by the first's judgement of all blocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newsbot.config import Speed
from newsbot.extractors.calibration import AS_SAID, Calibration
from newsbot.extractors.columns import Column
from newsbot.extractors.features import Hints, measure
from newsbot.extractors.layout import Layout
from newsbot.extractors.outline import PageBlocks
from newsbot.extractors.second_look import look_again

SHIPPED: Final = Path(__file__).with_name("models")
"""The folder of the two shipped models, one a speed."""


@dataclass(frozen=True, eq=False)
class Forest:
    """Symmetric trees of one depth, summed."""

    columns: tuple[str, ...]
    """Names of the columns that the trees ask for."""
    questions: NDArray[np.int32]
    """(distinct questions): the column that each asks for."""
    borders: NDArray[np.float32]
    """(distinct questions): a value above it is a yes."""
    splits: NDArray[np.int32]
    """(depth, trees): the question of each level of each tree."""
    values: NDArray[np.float32]
    """(trees, 2 ** depth): log-odds for each combination of answers, the first question the lowest bit."""
    bias: float

    def probabilities(self, columns: Mapping[str, Column]) -> Column:
        """For each block the probability that it is in the story. A value that is not known (NaN) answers no."""
        asked = np.stack([columns[name] for name in self.columns])
        answers = (asked.take(self.questions, axis=0) > self.borders[:, None]).view(np.uint8)
        leaves = answers.take(self.splits[0], axis=0)
        for depth in range(1, len(self.splits)):
            leaves |= answers.take(self.splits[depth], axis=0) << depth
        trees = np.arange(len(self.values))[:, None] * self.values.shape[1]
        odds = self.values.ravel().take(trees + leaves).sum(axis=0, dtype=np.float64) + self.bias
        result: Column = (1 / (1 + np.exp(-odds))).astype(np.float32)
        return result


@dataclass(frozen=True, eq=False)
class Model:
    """The two forests, and what is needed to read their judgement."""

    name: str
    first: Forest
    second: Forest
    threshold: float
    """Probability from which a block is taken for a part of the story."""
    folds: frozenset[int]
    """The folds of labelled pages that the model was trained on."""
    calibration: Calibration = AS_SAID

    @property
    def wants_verdict(self) -> bool:
        """Whether trafilatura must be asked first."""
        return "traf" in self.first.columns or "traf" in self.second.columns

    def judge(self, found: PageBlocks, hints: Hints) -> tuple[Column, Layout]:
        """The probability of each block of *found*, and which blocks belong together."""
        measures = measure(found, hints)
        first = self.first.probabilities(measures.columns)
        again = look_again(first, measures.columns, measures.layout)
        return self.second.probabilities({**measures.columns, **again}), measures.layout


def save_model(model: Model, path: Path) -> None:
    """Write *model*; the same model gives the same bytes."""
    arrays = {f"{stage}_{key}": value for stage in ("first", "second") for key, value in _arrays(getattr(model, stage)).items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        facts = {"name": np.array(model.name), "threshold": np.array(model.threshold), "folds": np.array(sorted(model.folds), np.int64)}
        np.savez_compressed(file, allow_pickle=False, calibration=np.array(model.calibration), **facts, **arrays)


def _arrays(forest: Forest) -> dict[str, NDArray[Any]]:
    return {
        "columns": np.array(forest.columns),
        "questions": forest.questions,
        "borders": forest.borders,
        "splits": forest.splits,
        "values": forest.values,
        "bias": np.array(forest.bias),
    }


def shipped_model(speed: Speed = "default") -> Model:
    """The model of the project for *speed*."""
    return load_model(SHIPPED / f"{speed}.npz")


def is_shipped(speed: Speed) -> bool:
    """Whether the project holds a model for *speed*."""
    return (SHIPPED / f"{speed}.npz").is_file()


@lru_cache(maxsize=4)
def load_model(path: Path) -> Model:
    """The model in the file *path*; read once."""
    with np.load(path, allow_pickle=False) as file:
        first, second = (_forest({key: file[f"{stage}_{key}"] for key in _KEYS}) for stage in ("first", "second"))
        points = tuple((said, found) for said, found in file["calibration"].tolist())
        return Model(str(file["name"]), first, second, float(file["threshold"]), frozenset(file["folds"].tolist()), points)


_KEYS: Final = ("columns", "questions", "borders", "splits", "values", "bias")


def _forest(arrays: Mapping[str, NDArray[Any]]) -> Forest:
    questions, borders, splits, values = (arrays[key] for key in ("questions", "borders", "splits", "values"))
    return Forest(
        tuple(arrays["columns"].tolist()),
        questions.astype(np.int32),
        borders.astype(np.float32),
        splits.astype(np.int32),
        values.astype(np.float32),
        float(arrays["bias"]),
    )
