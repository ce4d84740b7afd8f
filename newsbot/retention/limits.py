"""How long what is kept, and how much of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_UNITS: Final = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_SIZE: Final = re.compile(r"(\d{1,15}(?:\.\d{1,6})?) {0,2}([KMGT]?)B?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """What may stay; ``None``: without limit."""

    archive_days: float | None = None
    feed_days: float | None = None
    """Of records and events."""
    revision_days: float | None = None
    """Of records that a later one of the same article tells anew."""
    state_days: float | None = None
    """Of what the memory can do without."""
    budget_bytes: int | None = None
    """Of the whole output folder."""

    @property
    def are_set(self) -> bool:
        """Whether there is any limit."""
        return any(
            limit is not None for limit in (self.archive_days, self.feed_days, self.revision_days, self.state_days, self.budget_bytes)
        )


def read_size(text: str) -> int:
    """Bytes: ``500G`` and ``500 GB`` are 500,000,000,000.

    Raises:
        ValueError: *text* is no size.
    """
    form = _SIZE.fullmatch(text.strip())
    if form is None:
        raise ValueError(f"{text!r} is no size; write 500G, 1.5T or a number of bytes")
    return int(float(form[1]) * _UNITS[form[2].upper()])


def shown_size(size_bytes: int) -> str:
    """*size_bytes* for people: ``1.5 GB``."""
    for unit, factor in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size_bytes >= factor:
            return f"{size_bytes / factor:.1f} {unit}"
    return f"{size_bytes} B"
