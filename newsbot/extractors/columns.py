"""Columns: one number for each block of a page."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.floating[Any]]


def shift(values: Column, step: int, fill: float) -> Column:
    """At each place the value *step* places on; *fill* outside."""
    result = np.full(len(values), fill, np.float32)
    if abs(step) < len(values):
        if step > 0:
            result[:-step] = values[step:]
        else:
            result[-step:] = values[:step]
    return result


def window(values: Column, before: int, after: int) -> Column:
    """At each place the sum of the *before* values before it and the *after* values after it, itself left out."""
    total = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    places = np.arange(len(values))
    low, high = np.maximum(places - before, 0), np.minimum(places + after + 1, len(values))
    result: Column = (total[high] - total[low] - values).astype(np.float32)
    return result
