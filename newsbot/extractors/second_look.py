"""What the first judgement of all blocks says about each of them: the columns of the second one, which sees the text as a whole."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from newsbot.extractors.columns import Column, shift, window
from newsbot.extractors.layout import Layout

_LIKELY = 0.5


def look_again(first: Column, columns: Mapping[str, Column], layout: Layout) -> dict[str, Column]:
    """Columns from *first*, the probability of each block to be in the story by the first judgement."""
    letters = columns["letters"]
    weighed = first * letters
    result = {"first": first}
    for step in (-4, -3, -2, -1, 1, 2, 3, 4):
        result[f"first{step:+d}"] = shift(first, step, 0)
    for reach in (3, 10):
        result[f"first_before{reach}"] = window(first, reach, 0) / reach
        result[f"first_after{reach}"] = window(first, 0, reach) / reach
    result.update(_in_boxes(first, weighed, letters, layout))
    for name, owner in (("holder", layout.holders), ("family", layout.families)):
        result[f"first_{name}"] = (np.bincount(owner, first) / np.bincount(owner))[owner]
        result[f"first_{name}_weighed"] = (np.bincount(owner, weighed) / np.maximum(np.bincount(owner, letters), 1))[owner]
    result.update(_in_page(first, weighed))
    result.update(_twins(first, layout.texts))
    result.update(_sections(first, columns))
    return {name: np.asarray(column, np.float32) for name, column in result.items()}


def _in_boxes(first: Column, weighed: Column, letters: Column, layout: Layout) -> dict[str, Column]:
    """Mean over each larger element around the block, the block itself left out, and the mean weighed by letters."""
    sums = [np.concatenate(([0.0], np.cumsum(values, dtype=np.float64))) for values in (first, weighed, letters)]
    plain, heavy, all_letters = (total[layout.stops] - total[layout.starts] for total in sums)
    result = {}
    for level, place in enumerate(layout.boxes):
        others = (layout.stops - layout.starts)[place] - 1
        result[f"first_box{level}"] = np.where(others > 0, (plain[place] - first) / np.maximum(others, 1), -1)
        result[f"first_box{level}_weighed"] = heavy[place] / np.maximum(all_letters[place], 1)
    return result


def _in_page(first: Column, weighed: Column) -> dict[str, Column]:
    """Where the block stands in the likely story."""
    count = len(first)
    total = max(float(weighed.sum()), 1.0)
    before = np.cumsum(weighed, dtype=np.float64) - weighed
    likely = np.flatnonzero(first > _LIKELY)
    begin, end = (likely[0], likely[-1]) if len(likely) else (0, count - 1)
    places = np.arange(count)
    return {
        "story_before": before / total,
        "story_letters": np.full(count, total),
        "story_blocks": np.full(count, len(likely)),
        "from_begin": np.clip(places - begin, -50, 500),
        "from_end": np.clip(places - end, -500, 50),
        "story_mean": np.full(count, first[likely].mean() if len(likely) else 0.0),
    }


def _twins(first: Column, texts: NDArray[np.int64]) -> dict[str, Column]:
    """The most likely other block with the same text; -1 where there is none. Who of several stands first."""
    order = np.lexsort((-first, texts))
    best, second = np.full(texts.max() + 1, -1.0), np.full(texts.max() + 1, -1.0)
    numbers = texts[order]
    head = np.concatenate(([True], numbers[1:] != numbers[:-1]))
    best[numbers[head]] = first[order][head]
    follows = np.concatenate(([False], head[:-1] & ~head[1:]))
    second[numbers[follows]] = first[order][follows]
    is_best = np.zeros(len(texts), bool)
    is_best[order[head]] = True
    return {"twin": np.where(is_best, second[texts], best[texts]), "best_twin": is_best}


def _sections(first: Column, columns: Mapping[str, Column]) -> dict[str, Column]:
    """Mean from the heading before up to the next one; for a heading that of the blocks below it."""
    number = np.cumsum(columns["kind"] == 1)
    body = columns["kind"] != 1
    size = np.bincount(number, body)
    mean = np.where(size > 0, np.bincount(number, first * body) / np.maximum(size, 1), -1)
    after = np.append(mean[1:], -1)
    before = np.insert(mean[:-1], 0, -1)
    return {"section": mean[number], "section_before": before[number], "section_after": after[number], "section_size": size[number]}
