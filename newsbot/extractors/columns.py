"""Columns: one number for each block of a page."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.floating[Any]]


def shift(values: Column, step: int, fill: float) -> Column:
    """At each place the value *step* places on; *fill* outside. Of several rows, each alone."""
    result = np.full(values.shape, fill, np.float32)
    if abs(step) < values.shape[-1]:
        if step > 0:
            result[..., :-step] = values[..., step:]
        else:
            result[..., -step:] = values[..., :step]
    return result


def window(values: Column, before: int, after: int) -> Column:
    """At each place the sum of the *before* values before it and the *after* values after it, itself left out. Of rows, each alone."""
    total = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    np.cumsum(values, axis=-1, dtype=np.float64, out=total[..., 1:])
    places = np.arange(values.shape[-1])
    low, high = np.maximum(places - before, 0), np.minimum(places + after + 1, values.shape[-1])
    result: Column = (total[..., high] - total[..., low] - values).astype(np.float32)
    return result
