"""Forests out of CatBoost's JSON form."""

from __future__ import annotations

import numpy as np
import pytest

from newsbot.training.forests import read_forest

SAVED = {
    "oblivious_trees": [
        {
            "splits": [{"float_feature_index": 1, "border": 0.5}, {"float_feature_index": 0, "border": 2.0}],
            "leaf_values": [0.0, 1.0, 2.0, 3.0],
        },
        {"splits": [{"float_feature_index": 1, "border": 0.5}], "leaf_values": [-1.0, 1.0]},
    ],
    "scale_and_bias": [1, [0.25]],
}


def odds(probability):
    return np.log(probability / (1 - probability))


@pytest.mark.parametrize(
    ("letters", "links", "expected"),
    [(1.0, 0.0, 0.0 - 1.0), (1.0, 1.0, 1.0 + 1.0), (3.0, 0.0, 2.0 - 1.0), (3.0, 1.0, 3.0 + 1.0), (float("nan"), float("nan"), -1.0)],
)
def test_sums_the_leaf_that_each_tree_comes_to(letters, links, expected):
    forest = read_forest(SAVED, ("letters", "links"))
    columns = {"links": np.array([links], np.float32), "letters": np.array([letters], np.float32)}
    assert odds(forest.probabilities(columns))[0] == pytest.approx(expected + 0.25, abs=1e-4)


def test_columns_that_no_tree_asks_for_are_not_needed():
    assert read_forest(SAVED, ("letters", "links", "unused")).columns == ("letters", "links")
