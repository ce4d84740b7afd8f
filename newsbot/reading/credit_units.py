"""A credit line as a row of units: labels, agencies, places, dates, people, outlets, and the marks between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from newsbot.reading.credit_scan import Scan
from newsbot.reading.credit_stretches import Setting, Unit
from newsbot.reading.tokens import words_of

__all__ = ["MOST_LETTERS", "Setting", "Unit", "opening_units", "site_words", "units_of"]
MOST_LETTERS: Final = 700
"""Longer texts are no credit lines; only their head and tail are read."""
HEAD_LETTERS: Final = 160
"""Letters of a long text that mostly show already that it is prose."""
_AHEAD: Final = 80
"""Letters; what begins so far before the end of a text's head, or goes on so long, is judged without the rest."""
_MOST_PLACE_WORDS: Final = 3


def units_of(text: str, setting: Setting) -> tuple[Unit, ...]:
    """The units of *text*, in order."""
    return _joined_places(tuple(Scan(text, setting).units()))


def opening_units(text: str, setting: Setting) -> tuple[tuple[Unit, ...], bool]:
    """The units of *text* until words that neither attribute nor name a place, those included, and whether there are such: it is prose.

    Nothing behind those words is looked at; words behind a label may be anything.
    """
    if len(text) > HEAD_LETTERS:
        units, prose = _opening(text[:HEAD_LETTERS], setting)
        if prose and (units[-1].end <= HEAD_LETTERS - _AHEAD or len(units[-1].raw) > _AHEAD):
            return units, True
    return _opening(text, setting)


@lru_cache(maxsize=256)
def _opening(text: str, setting: Setting) -> tuple[tuple[Unit, ...], bool]:
    units: list[Unit] = []
    labelled = named = False
    for unit in Scan(text, setting).units():
        units.append(unit)
        labelled = labelled or unit.kind == "label"
        if unit.kind == "other" and not labelled and (named or _is_phrase(unit)):
            return _joined_places(units), True
        named = named or unit.kind != "sep"
    return _joined_places(units), False


def _is_phrase(unit: Unit) -> bool:
    """Whether an unknown stretch that opens a line is no place: many words, not in capitals."""
    return len(unit.raw.split()) > _MOST_PLACE_WORDS and not unit.raw.isupper()


def _joined_places(units: Sequence[Unit]) -> tuple[Unit, ...]:
    """``GAZA/CAIRO`` as one place."""
    joined: list[Unit] = []
    for unit in units:
        twins = len(joined) > 1 and unit.kind == joined[-2].kind == "place" and joined[-1].value == "/"
        if twins and joined[-2].end == joined[-1].start and joined[-1].end == unit.start:
            first = joined[-2]
            joined[-2:] = [replace(first, end=unit.end, raw=f"{first.raw}/{unit.raw}")]
        else:
            joined.append(unit)
    return tuple(joined)


def site_words(name: str | None) -> tuple[str, ...]:
    """Folded words of a site's name, for :class:`Setting`."""
    return words_of(name or "")[:12]
