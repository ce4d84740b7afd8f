"""Columns about the blocks around a block: in the same elements, named alike, before and after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsbot.extractors.columns import Column, shift, window
from newsbot.extractors.layout import Layout
from newsbot.extractors.outline import PageBlocks


def measure_containers(layout: Layout, columns: Mapping[str, Column]) -> dict[str, Column]:
    """Sums over the element that holds each block, and over ever wider ones around it."""
    starts, stops = layout.starts, layout.stops
    sums = {name: np.concatenate(([0.0], np.cumsum(values))) for name, values in _summed(columns).items()}
    inside = {name: total[stops] - total[starts] for name, total in sums.items()}
    whole = {name: max(float(total[-1]), 1.0) for name, total in sums.items()}
    result = {}
    for level, place in enumerate(layout.boxes):
        letters = np.maximum(inside["letters"][place], 1)
        result[f"box{level}_letters"] = letters
        result[f"box{level}_blocks"] = (stops - starts)[place]
        result[f"box{level}_links"] = inside["linked"][place] / letters
        result[f"box{level}_running"] = inside["running"][place] / whole["running"]
        result[f"box{level}_traf"] = inside["traf"][place] / whole["traf"]
        result[f"box{level}_chosen"] = inside["traf"][place] / letters
        result[f"box{level}_anchors"] = inside["anchors"][place] / np.maximum((stops - starts)[place], 1)
        result[f"box{level}_headings"] = inside["headings"][place] / np.maximum((stops - starts)[place], 1)
    result.update(_main_boxes(inside, whole, starts, stops, len(columns["letters"])))
    return {name: column.astype(np.float32) for name, column in result.items()}


def _main_boxes(
    inside: Mapping[str, Column], whole: Mapping[str, float], starts: NDArray[np.int64], stops: NDArray[np.int64], count: int
) -> dict[str, Column]:
    """Where each block stands to the smallest elements that hold half and most of the running text, and of trafilatura's."""
    places = np.arange(count)
    columns = {}
    for kind in ("running", "traf"):
        for share in (0.5, 0.85):
            holding = np.flatnonzero(inside[kind] >= share * whole[kind])
            box = holding[np.argmin(stops[holding] - starts[holding])] if len(holding) else 0
            inner = (places >= starts[box]) & (places < stops[box])
            columns[f"in_main_{kind}_{share}"] = inner
            columns[f"from_main_{kind}_{share}"] = np.where(
                inner, 0, np.where(places < starts[box], places - starts[box], places - stops[box] + 1)
            ).clip(-200, 200)
            columns[f"within_main_{kind}_{share}"] = np.where(inner, (places - starts[box]) / max(int(stops[box] - starts[box]), 1), -1)
    return columns


def measure_alike(layout: Layout, columns: Mapping[str, Column]) -> dict[str, Column]:
    """Sums over the blocks whose holder, and holder and parent, are named alike."""
    result: dict[str, Column] = {}
    sums = _summed(columns)
    running, traf = max(float(sums["running"].sum()), 1.0), max(float(sums["traf"].sum()), 1.0)
    for name, owner in (("holder", layout.holders), ("family", layout.families)):
        total = {key: np.bincount(owner, values)[owner] for key, values in sums.items()}
        size = np.bincount(owner)[owner]
        letters = np.maximum(total["letters"], 1)
        result[f"{name}_size"] = size.astype(np.float32)
        result[f"{name}_mean"] = (letters / size).astype(np.float32)
        result[f"{name}_links"] = (total["linked"] / letters).astype(np.float32)
        result[f"{name}_running"] = (total["running"] / running).astype(np.float32)
        result[f"{name}_traf"] = (total["traf"] / traf).astype(np.float32)
        result[f"{name}_chosen"] = (total["traf"] / letters).astype(np.float32)
    return result


def measure_neighbours(found: PageBlocks, columns: Mapping[str, Column]) -> dict[str, Column]:
    """What stands before and after each block."""
    holders = np.array([one.holder for one in found.prints], np.float32)
    parents = np.array(found.outline.parents, np.float32)[holders.astype(np.int64)]
    shifted: dict[str, Column] = {}
    rows = np.stack([columns[name] for name in _OF_NEIGHBOURS])
    for step in (-3, -2, -1, 1, 2, 3):
        shifted.update(zip((f"{name}{step:+d}" for name in _OF_NEIGHBOURS), shift(rows, step, -1), strict=True))
        shifted[f"same_holder{step:+d}"] = (shift(holders, step, -1) == holders).astype(np.float32)
        shifted[f"same_parent{step:+d}"] = (shift(parents, step, -1) == parents).astype(np.float32)
    summed = _summed(columns)
    sums = np.stack(list(summed.values()))
    for reach in (5, 15):
        before, after = window(sums, reach, 0), window(sums, 0, reach)
        for place, name in enumerate(summed):
            shifted[f"{name}_before{reach}"] = before[place]
            shifted[f"{name}_after{reach}"] = after[place]
    return shifted


_OF_NEIGHBOURS: Final = (
    "letters",
    "link_share",
    "kind",
    "traf",
    "tag",
    "last_char",
    "running",
    "family_running",
    "bold_share",
    "pictures",
)


def _summed(columns: Mapping[str, Column]) -> dict[str, Column]:
    letters = columns["letters"]
    return {
        "letters": letters,
        "linked": letters * columns["link_share"],
        "running": columns["running"],
        "traf": np.where(columns["traf"] >= 2, letters, 0).astype(np.float32),
        "headings": (columns["kind"] == 1).astype(np.float32),
        "anchors": (columns["anchors"] > 0).astype(np.float32),
    }
