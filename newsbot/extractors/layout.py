"""Which blocks of a page belong together: by the elements around them, by how those are named, by their text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsbot.extractors.outline import Outline, PageBlocks

_LEVELS: Final = 5


@dataclass(frozen=True, slots=True)
class Layout:
    """Which blocks of a page belong together."""

    starts: NDArray[np.int64]
    """First block inside each element of the outline."""
    stops: NDArray[np.int64]
    boxes: tuple[NDArray[np.int64], ...]
    """For each block the element that holds it, then ever wider ones around it."""
    holders: NDArray[np.int64]
    """Number of the group of blocks whose holders are named alike."""
    families: NDArray[np.int64]
    """Number of the group of blocks whose holders and parents are named alike."""
    texts: NDArray[np.int64]
    """Number of the block's text: blocks with the same text share one."""


def lay_out(found: PageBlocks, keys: Sequence[str]) -> Layout:
    """The layout of *found*, whose texts are *keys*."""
    outline = found.outline
    signs = [
        f"{element.tag} {element.get('class') or ''}" if stop > start else ""
        for element, start, stop in zip(outline.elements, outline.starts, outline.stops, strict=True)
    ]
    holders = [one.holder for one in found.prints]
    families = [(signs[holder], signs[max(outline.parents[holder], 0)]) for holder in holders]
    wider = _widening(outline)
    boxes = [np.array(holders, np.int64)]
    for _ in range(_LEVELS - 1):
        boxes.append(wider[boxes[-1]])
    return Layout(
        np.array(outline.starts, np.int64),
        np.array(outline.stops, np.int64),
        tuple(boxes),
        _numbered([signs[holder] for holder in holders]),
        _numbered(families),
        _numbered(keys),
    )


def _widening(outline: Outline) -> NDArray[np.int64]:
    """For each element the nearest one around it that holds more blocks; itself at the root."""
    wider = [0] * len(outline.parents)
    starts, stops = outline.starts, outline.stops
    for index, parent in enumerate(outline.parents):
        if parent >= 0:
            same = starts[index] == starts[parent] and stops[index] == stops[parent]
            wider[index] = wider[parent] if same else parent
    return np.array(wider, np.int64)


def _numbered(names: Sequence[object]) -> NDArray[np.int64]:
    number = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return np.array([number[name] for name in names], np.int64)
