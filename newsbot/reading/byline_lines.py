"""Bylines among other words about the article: ``Posted on 5 May 2024 by Anna Smith | 3 comments``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final

from newsbot.credit_tables import CreditTables, LabelKind
from newsbot.reading.credit_clauses import AUTHORS, ROLES, Clause, clauses_of
from newsbot.reading.credit_cues import may_label_people
from newsbot.reading.credit_lines import setting_of
from newsbot.reading.credit_units import Unit, opening_units, units_of
from newsbot.reading.credits import CreditContext
from newsbot.reading.person_names import listed_names

MOST_LETTERS: Final = 200
_MOST_OTHERS: Final = 70
"""Letters of a byline that are neither names, labels nor dates; a line with more is a sentence."""
_BESIDE: Final = frozenset({"people", "sep", "honorific", "job", "code", "agency", "own", "outlet", "desk", "contact", "place"})
_ENDS: Final = frozenset("|•·–—\n(")
_LABEL_LETTERS: Final = 40
_LABEL_SPACES: Final = 4


def read_byline(text: str, *, context: CreditContext, tables: CreditTables) -> tuple[str, ...]:
    """The people whom a label in *text*, a short line, calls its writers, whatever else about the article stands in it."""
    setting = setting_of(context, tables)
    if len(text) > MOST_LETTERS or not may_label_people(text, setting):
        return ()
    units = units_of(text, setting)
    if not any(unit.kind == "label" and unit.value in AUTHORS for unit in units) or _is_wordy(units):
        return ()
    names = dict.fromkeys(name for clause in clauses_of(text, units, setting) for name in _writers(clause))
    return listed_names(names)


def lone_label(text: str, *, context: CreditContext, tables: CreditTables) -> LabelKind | None:
    """The label that *text* is, and nothing else ("Written by", "Edited by:"): the name stands in what follows; else ``None``."""
    if not text or len(text) > _LABEL_LETTERS or text.count(" ") > _LABEL_SPACES:
        return None
    setting = setting_of(context, tables)
    if not may_label_people(text, setting):
        return None
    units, _ = opening_units(f"{text}: -" if text[-1].isalpha() else text, setting)
    words = [unit for unit in units if unit.kind != "sep"]
    return words[0].value if len(words) == 1 and words[0].kind == "label" else None  # type: ignore[return-value]


def _is_wordy(units: Sequence[Unit]) -> bool:
    return sum(len(unit.raw) for unit in units if unit.kind in ("other", "quoted")) > _MOST_OTHERS


def _writers(clause: Clause) -> Iterator[str]:
    """The people directly behind a writer's label."""
    if clause.label is None or clause.label.value not in AUTHORS:
        return
    behind = list(takewhile(lambda unit: unit.kind in _BESIDE and unit.value not in _ENDS, clause.units))
    named = next((unit for unit in behind if unit.kind != "sep"), None)
    if named is None or named.kind not in ("people", "honorific"):
        return
    for unit in behind:
        if unit.kind == "people" and (not unit.value or unit.value in ROLES):
            yield from unit.names
