"""Whole sentences that are attribution, found by the patterns of ``data/credits``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from newsbot.reading.credit_clauses import Clause
from newsbot.reading.credit_units import Setting, Unit, units_of
from newsbot.reading.credits import Credit, merged
from newsbot.reading.folding import fold
from newsbot.reading.labelled_credits import read_clause

MOST_LETTERS: Final = 400
"""Longer texts are stories, and patterns are not tried on them."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """A text in matching form, with the way back."""

    folded: str
    places: tuple[int, ...]
    """For each folded letter the offset of its raw one, and the raw length at the end."""

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw stretch that a folded one stands for."""
        return self.places[start], self.places[end - 1] + 1 if end > start else self.places[start]


def aligned(text: str) -> Aligned:
    """*text* folded letter by letter."""
    folded: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        form = _fold_letter(letter)
        if form == " " and (not folded or folded[-1] == " "):
            continue
        folded.extend(form)
        places.extend([place] * len(form))
    return Aligned("".join(folded), (*places, len(text)))


def _folded(text: str) -> str:
    """The stripped matching form of :func:`aligned` without the way back, a tenth of its time: few lines match any pattern."""
    return _SPACES.sub(" ", text.translate(_FORMS)).strip(" ")


@lru_cache(maxsize=4096)
def _fold_letter(letter: str) -> str:
    if letter.isspace():
        return " "
    return "" if letter == "\u0640" else fold(letter)


class _Forms(dict[int, str]):
    """The matching form of each letter, worked out when it is first met: a table for :meth:`str.translate`."""

    def __missing__(self, code: int) -> str:
        self[code] = form = _fold_letter(chr(code))
        return form


_FORMS: Final = _Forms()
_SPACES: Final = re.compile(" {2,}")


def read_template(text: str, setting: Setting) -> Credit | None:
    """The credit of a sentence that one of the language's patterns covers; ``None`` when none does."""
    if len(text) > MOST_LETTERS:
        return None
    folded = _folded(text.strip())
    if not any(pattern.fullmatch(folded) for pattern in setting.lexicon.templates):
        return None
    line = aligned(text.strip())
    offset = len(text) - len(text.lstrip())
    for pattern in setting.lexicon.templates:
        match = pattern.fullmatch(line.folded.strip())
        if match is None:
            continue
        parts = [
            _read_group(text, kind, tuple(offset + place for place in line.raw_span(*match.span(kind))), setting)
            for kind, value in match.groupdict().items()
            if value
        ]
        if None not in parts:
            return merged(part for part in parts if part)
    return None


def _read_group(text: str, kind: str, span: tuple[int, ...], setting: Setting) -> Credit | None:
    """The credit of one named group of a pattern."""
    if kind == "nothing":
        return Credit()
    start, end = span
    raw = text[start:end]
    units = units_of(raw, setting)
    if kind == "source" and all(unit.kind in ("other", "people", "quoted", "outlet", "place", "job", "desk", "sep") for unit in units):
        units = (Unit("outlet", 0, len(raw), raw.strip(" .\"'«»“”")),)
    label = Unit("label", 0, 0, "", kind, strength="marked")
    return read_clause(Clause(label, tuple(units), raw, setting), signed=False)
