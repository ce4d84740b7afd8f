"""Bars and lines as plain geometry: the templates draw them as SVG, with a table beside them for who cannot see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 640
HEIGHT: Final = 120
_GAP: Final = 0.2
_WIDEST: Final = 24.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    label: str
    """What a reader is told of it."""


def bars(values: Sequence[float], labels: Sequence[str], width: float = WIDTH, height: float = HEIGHT) -> list[Bar]:
    """One bar a value, from left to right, the largest as high as the drawing.

    Raises:
        ValueError: there are more values than labels, or fewer.
    """
    top = max(values, default=0) or 1
    step = min(_WIDEST, width / max(1, len(values)))
    return [
        Bar(
            round(place * step + step * _GAP / 2, 2),
            round(height * (1 - value / top), 2),
            round(step * (1 - _GAP), 2),
            round(height * value / top, 2),
            label,
        )
        for place, (value, label) in enumerate(zip(values, labels, strict=True))
    ]
