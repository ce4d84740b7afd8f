"""The head and the tail of a story's paragraph, and captions: attribution beside text that stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from newsbot.reading.credit_clauses import clauses_of, photo_text
from newsbot.reading.credit_units import HEAD_LETTERS, Setting, Unit, opening_units, units_of
from newsbot.reading.credits import Credit, Role
from newsbot.reading.unlabelled_credits import read_clauses

_ENDINGS: Final = frozenset({"-", "--", ":", ")", "】", "]", "/", "=", ":-", "〉", "〕"})
_DASHES: Final = frozenset({"-", "--", ":", "="})
_TAIL: Final = re.compile(
    r"""
    [\s\-–—]{0,6}                            # dashes before the mark: --(بترا)
    (?:
        [(\[（【](?P<bracket>[^()\[\]（）【】]{2,300})[)\]）】]
        | [/](?P<slash>[^/]{2,40})[/]
        | (?<=[\s.])[-–—](?P<dash>[^\s\-–—][^\-–—]{1,40})[-–—]
    )
    \s{0,3}[.\-–—]{0,3}\s{0,3}$
    """,
    re.VERBOSE,
)
_AFTER_TAIL: Final = re.compile(r"(?<![\s.\-–—])[\s.\-–—]+$")
_REPEAT: Final = 16
"""Letters of a caption's beginning by which its second printing is known."""


def read_dateline(text: str, setting: Setting) -> Credit | None:
    """Place, day, agency, writer and outlet that open a paragraph, with the words as printed in ``dateline``; else ``None``."""
    head = text[:HEAD_LETTERS]
    units, _ = opening_units(head, setting)
    best: Credit | None = None
    for at, unit in enumerate(units):
        if unit.kind == "other" and not _may_be_place(units, at):
            break
        if unit.kind == "sep" and (unit.value in _ENDINGS or _stops_agency(units, at)) and at and unit.end < len(text.rstrip()):
            credit = _read_head(head, units[:at], unit.value, setting)
            best = replace(credit, dateline=head[: unit.end].strip(), date=credit.date or _day_of(units[:at])) if credit else best
    return best


def _day_of(units: Sequence[Unit]) -> str | None:
    """The day that stands in a dateline, beside an outlet's name too (where a byline's date would be the page's)."""
    return next((unit.value for unit in units if unit.kind == "date" and unit.value), None)


def _stops_agency(units: Sequence[Unit], at: int) -> bool:
    """``МОСКВА, 5 мая - РИА Новости.``: a full stop behind an agency ends a dateline."""
    return units[at].value == "." and units[at - 1].kind == "agency"


def _may_be_place(units: Sequence[Unit], at: int) -> bool:
    """Whether an unknown first word stands before an agency or a date."""
    alone = at + 1 < len(units) and units[at + 1].kind == "sep"
    return alone and all(unit.kind == "sep" for unit in units[:at]) and len(units[at].raw.split()) <= 3


def _read_head(text: str, units: Sequence[Unit], ending: str, setting: Setting) -> Credit | None:
    """The credit of what stands before an ending mark; at least an agency, a place or this outlet with a day must be in it."""
    kinds = {unit.kind for unit in units}
    if "agency" not in kinds and ending not in _DASHES:
        return None
    if kinds <= {"place", "sep"}:
        places = [unit for unit in units if unit.kind == "place"]
        return Credit(place=places[0].raw) if places and len(places) <= 3 else None
    if not kinds & {"agency", "place"} and not ("date" in kinds and kinds & {"own", "outlet"}):
        return None
    return read_clauses(clauses_of(text, units, setting), slot=False)


def read_tail(text: str, setting: Setting) -> Credit | None:
    """The credit of a mark that closes a paragraph (``--(بترا)``, ``(Reuters)``, a sign-off in brackets), with ``cut`` at its start."""
    if not _may_have_tail(text):
        return None
    start = max(0, len(text) - 400)
    match = _TAIL.search(text[start:])
    if match is None or start + match.start() < 20:
        return None
    inner = match["bracket"] or match["slash"] or match["dash"]
    clauses = clauses_of(inner, units_of(inner, setting), setting)
    credit = read_clauses(clauses, slot=False)
    if credit is None or not (credit.agencies or (credit.roles and any(clause.label for clause in clauses))):
        return None
    return None if _explains(text[: start + match.start()], credit, setting) else replace(credit, cut=start + match.start())


def _may_have_tail(text: str) -> bool:
    """Whether the last letters can close what :data:`_TAIL` finds."""
    end = _AFTER_TAIL.search(text, max(0, len(text) - 400))
    before = text[: end.start()] if end else text
    return before.endswith((")", "]", "）", "】", "/")) or (end is not None and any(dash in end[0] for dash in "-–—"))


def _explains(before: str, credit: Credit, setting: Setting) -> bool:
    """Whether the bracket only abbreviates the agency named before it: ``وكالة فرانس برس (أ ف ب)``."""
    near = units_of(before[-60:], setting)
    return bool(near) and near[-1].kind == "agency" and any(near[-1].value == agency.id for agency in credit.agencies)


def read_caption(text: str, setting: Setting) -> Credit:
    """The photo credit of the words below a picture; a caption is no part of the story."""
    for clause in clauses_of(text, units_of(text, setting), setting):
        if clause.label is not None and clause.label.value == "photo" and clause.words:
            words = clause.words
            raw = _once(text, photo_text(text, words), clause.label.start)
            names = tuple(name for unit in clause.all("people") for name in unit.names if name in raw)
            return Credit(photo_credit=raw, roles=_photographers(names, clause.all("other")), drop=True)
    return replace(_closing_credit(text, setting), drop=True)


def _photographers(names: Sequence[str], others: Sequence[Unit]) -> tuple[Role, ...]:
    return () if others else tuple(Role(name, "photographer") for name in names)


def _once(text: str, raw: str, before: int) -> str:
    """*raw* without a second printing of the caption that was glued to it."""
    beginning = text.strip()[:_REPEAT]
    place = raw.find(beginning) if before >= _REPEAT else -1
    return raw[:place].rstrip() if place > 0 else raw


def _closing_credit(text: str, setting: Setting) -> Credit:
    """A supplier or agency that closes a caption in brackets or behind a stop or dash: ``… (AFP)``, ``… Ali Hassan/AFP``."""
    closing = re.search(r"[(\[（]([^()\[\]（）]{2,100})[)\]）]\s*\.?\s*$", text) or re.search(
        r"(?:[.|–—©]|\s-)\s*([^.|–—©]{2,100}?)\s*\.?\s*$", text
    )
    if closing is None:
        return Credit()
    inner = closing[1]
    units = units_of(inner, setting)
    if not any(unit.kind in ("agency", "photo_agency") for unit in units) or any(unit.kind == "other" for unit in units):
        return Credit()
    names = tuple(name for unit in units if unit.kind == "people" for name in unit.names)
    return Credit(photo_credit=inner.strip(" .,/"), roles=tuple(Role(name, "photographer") for name in names))
