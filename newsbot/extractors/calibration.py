"""What a model's expectation is worth: expected against measured F1 of pages that it has not learned from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

Calibration = tuple[tuple[float, float], ...]
"""(expected, measured) points, both rising; straight lines between them."""
AS_SAID: Final[Calibration] = ((0.0, 0.0), (1.0, 1.0))
_FEWEST: Final = 8
"""Pages of a point."""


def calibrated(expected: float, points: Calibration) -> float:
    """The F1 to expect where the model expects *expected*; never less for a higher expectation."""
    return float(np.interp(expected, [said for said, _ in points], [found for _, found in points]))


def calibrate(expected: Sequence[float], measured: Sequence[float]) -> Calibration:
    """The points that part the pages best: isotonic regression over groups of neighbours (pool adjacent violators).

    From nothing expected follows nothing measured, from 1 what the surest group has.
    """
    order = np.argsort(expected, kind="stable")
    pools: list[tuple[float, float, int]] = []
    for start in range(0, len(order), _FEWEST):
        group = order[start : start + _FEWEST]
        pools.append((float(np.mean(np.take(expected, group))), float(np.mean(np.take(measured, group))), len(group)))
        while len(pools) > 1 and pools[-2][1] >= pools[-1][1]:
            pools[-2:] = [_pooled(*pools[-2:])]
    inner = [(round(said, 4), round(found, 4)) for said, found, _ in pools if 0 < said < 1]
    return ((0.0, 0.0), *inner, (1.0, inner[-1][1] if inner else 1.0))


def _pooled(one: tuple[float, float, int], other: tuple[float, float, int]) -> tuple[float, float, int]:
    pages = one[2] + other[2]
    return (one[0] * one[2] + other[0] * other[2]) / pages, (one[1] * one[2] + other[1] * other[2]) / pages, pages
