"""Forests from labelled blocks: gradient-boosted symmetric trees, trained by CatBoost and read out of it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newsbot.extractors.model import Forest

SETTINGS: Final[Mapping[str, Any]] = {
    "depth": 6,
    "learning_rate": 0.1,
    "l2_leaf_reg": 5,
    "border_count": 64,
    "rsm": 0.25,
    "bootstrap_type": "Bernoulli",
    "subsample": 0.7,
    "boosting_type": "Plain",
    "random_seed": 1,
    "thread_count": 2,
    "allow_writing_files": False,
    "verbose": 0,
}
"""Chosen by five-fold scores. Seed and number of threads are part of them: the same input gives the same forest."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Blocks to learn from."""

    names: tuple[str, ...]
    values: NDArray[np.float32]
    """(blocks, columns)."""
    labels: NDArray[np.int8]
    """1 or 0."""
    weights: NDArray[np.float32]


def grow(rows: Rows, trees: int) -> Forest:
    """The forest of *trees* trees that tells the labels of *rows* best."""
    from catboost import CatBoostClassifier, Pool

    booster = CatBoostClassifier(iterations=trees, **SETTINGS)
    booster.fit(Pool(rows.values, rows.labels, weight=rows.weights))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.json")
        booster.save_model(str(path), format="json")
        return read_forest(json.loads(path.read_text("utf-8")), rows.names)


def read_forest(saved: Mapping[str, Any], names: Sequence[str]) -> Forest:
    """The forest in CatBoost's JSON form, over columns called *names*."""
    trees = saved["oblivious_trees"]
    depth = max(len(tree["splits"] or ()) for tree in trees)
    asked = [[(split["float_feature_index"], split["border"]) for split in tree["splits"] or ()] for tree in trees]
    questions = sorted({question for tree in asked for question in tree})
    columns = sorted({feature for feature, _ in questions})
    number = {question: place for place, question in enumerate(questions)}
    scale, (bias, *_) = saved["scale_and_bias"]
    splits = np.zeros((depth, len(trees)), np.int32)
    values = np.zeros((len(trees), 2**depth), np.float32)
    for index, (tree, wanted) in enumerate(zip(trees, asked, strict=True)):
        splits[: len(wanted), index] = [number[question] for question in wanted]
        values[index] = np.tile(np.array(tree["leaf_values"]) * scale, 2 ** (depth - len(wanted)))
    return Forest(
        tuple(names[feature] for feature in columns),
        np.array([columns.index(feature) for feature, _ in questions], np.int32),
        np.array([border for _, border in questions], np.float32),
        splits,
        values,
        float(bias),
    )
