"""What a line without labels credits: its units tell by their company."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import pairwise
from typing import Final

from newsbot.credit_tables import UNNAMED
from newsbot.reading.credit_clauses import AUTHORS, ROLES, Clause, credited_in, day_in, photo_text
from newsbot.reading.credit_units import Unit
from newsbot.reading.credits import Credit, Role, merged
from newsbot.reading.labelled_credits import read_clause
from newsbot.reading.person_names import is_ideograph, listed_names

_COMMAS: Final = frozenset({",", "،"})
_FULL_YEAR: Final = re.compile(r"\d{4}")
"""A byline's date with its year is the day of publication; a dateline leaves the year out."""


def read_clauses(clauses: Sequence[Clause], *, slot: bool) -> Credit | None:
    """The credit of a whole line; ``None`` when some part of it is no attribution."""
    if not any(clause.label or clause.words for clause in clauses):
        return None
    roles = sum(clause.label is not None and clause.label.value in ROLES for clause in clauses)
    parts: list[Credit] = []
    kinds = {clause.label.value for clause in clauses if clause.label}
    pictured = "photo" in kinds
    slot = (slot or bool(kinds)) and not pictured
    for clause in clauses:
        part = read_clause(clause, signed=roles > 0) if clause.label else read_unlabelled(clause, slot=slot)
        if part is None:
            return None
        parts.append(part)
    return merged(parts)


def is_doubtful(clauses: Sequence[Clause]) -> bool:
    """Whether a line of the story's body may be text although all its parts could be attribution."""
    if any(clause.label for clause in clauses):
        return _is_phrase(clauses)
    if _is_vague(clauses[0], {unit.kind for unit in clauses[0].words}):
        return True
    clause = _with_guessed_place(clauses[0])
    return _is_vague(clause, {unit.kind for unit in clause.words}) or _is_story(clause)


def _is_phrase(clauses: Sequence[Clause]) -> bool:
    """Whether a label is but a word of a phrase: alone in its line ("Reporting"), or behind another word ("Data source: ...")."""
    first, label = clauses[0], clauses[-1].label
    if len(clauses) == 1 and label and not first.units and label.value != "nothing":
        return " " not in label.raw and first.text.strip(" ()[]") == label.raw
    before, behind = first.words[-1:], clauses[1].label if len(clauses) > 1 else None
    if first.label or not before or not behind or before[0].kind != "people" or " " in before[0].raw:
        return False
    return before[0] is first.units[-1] or behind.value == "nothing"


def read_unlabelled(clause: Clause, *, slot: bool) -> Credit | None:
    """The credit of a line without labels; ``None`` when it is no attribution, or may be text.

    *slot*: the line stands where bylines stand, so that names alone are authors.
    """
    words = clause.words
    if not words or (slot and all(unit.kind in ("date", "code") for unit in words)):
        return Credit()
    if photo := _photo_pair(clause):
        return photo
    clause = _with_guessed_place(clause)
    kinds = {unit.kind for unit in clause.words}
    titled = any(unit.value for unit in clause.all("people"))
    if not slot and not titled and _is_lone_word(clause):
        return None
    if kinds <= {"job", "honorific", "code", "date", "place"} and not (slot and "job" in kinds):
        return None
    if (
        "other" in kinds
        or kinds <= {"date", "code", "place"}
        or (kinds <= {"people", "date", "code", "honorific"} and not (slot or titled))
    ):
        return None
    if kinds & {"address", "domain"} and not ("agency" in kinds or (slot and "people" in kinds)):
        return None
    if _runs_on(clause):
        return None
    place, outlet = clause.first("place"), clause.first("own", "outlet", "quoted")
    people = clause.all("people") if titled or kinds & {"place", "agency", "own", "outlet", "contact", "job", "desk"} or slot else ()
    return Credit(
        authors=listed_names(name for unit in people if unit.value in {"", *AUTHORS} for name in unit.names),
        roles=tuple(Role(name, ROLES[unit.value]) for unit in people if unit.value in ROLES for name in unit.names),
        publisher=outlet.raw if outlet else None,
        agencies=credited_in(clause),
        place=_place_text(clause, place) if place else None,
        date=day_in(clause) if place or "agency" in kinds or not _FULL_YEAR.search(clause.text) else None,
    )


def _place_text(clause: Clause, place: Unit) -> str:
    """The place as printed before an agency, with its country: ``دمشق، سوريا (رويترز)``."""
    at = clause.units.index(place)
    after = clause.units[at + 1 : at + 3]
    if clause.first("agency", "outlet") and [unit.kind for unit in after] == ["sep", "place"] and after[0].value in _COMMAS:
        return clause.text[place.start : after[1].end]
    return place.raw


def _is_vague(clause: Clause, kinds: Set[str]) -> bool:
    """Whether only words that stories use too name an office or outlet: "Customer Service", "Roper Corp., La Fayette"."""
    if any(unit.kind in ("people", "outlet") and _is_cased(unit) and after.value == ":" for unit, after in pairwise(clause.units)):
        return True
    if any(unit.value == "part" and _is_cased(unit) for unit in clause.all("desk")) and "people" in kinds:
        return True
    if kinds <= {"outlet", "quoted", "people", "code", "date", "honorific", "job", "contact"} and kinds & {"outlet", "quoted"}:
        return kinds <= {"outlet", "quoted", "code"} or not any(unit.value == "known" for unit in clause.all("outlet"))
    return kinds <= {"desk", "code", "date", "place"} and all(unit.value == "part" for unit in clause.all("desk", "place"))


def _is_story(clause: Clause) -> bool:
    """Whether words that pass for a person are a sentence's: without capitals, many, or closed by a full stop."""
    names = [unit for unit in clause.all("people") if not unit.value and _is_caseless_name(unit)]
    stop = clause.text.rstrip().endswith((".", "۔", "।", "؟", "!"))
    agency = clause.first("agency")
    return any((stop and " " in unit.raw) or (agency and unit.start > agency.start and unit.raw.count(" ") > 2) for unit in names)


def _is_lone_word(clause: Clause) -> bool:
    """Whether a single word of a spaced script passes for a person: behind a dateline it begins the text sooner."""
    names = [unit.names[0] for unit in clause.all("people") if not unit.value and unit.names]
    return any(" " not in name and not is_ideograph(name[0]) for name in names)


def _runs_on(clause: Clause) -> bool:
    """Whether an agency's name goes on a phrase ("according to the agency X"): then the line is a sentence."""
    pairs = zip(clause.units, clause.units[1:], strict=False)
    return any(
        unit.kind == "agency" and (before.kind in ("outlet", "quoted", "job") or _is_caseless_name(before)) for before, unit in pairs
    )


def _is_caseless_name(unit: Unit) -> bool:
    """Whether words of a script without capitals pass for a name: before an agency they are a phrase sooner."""
    return unit.kind == "people" and not unit.raw[0].isupper() and not is_ideograph(unit.raw[0])


def _is_cased(unit: Unit) -> bool:
    """Whether *unit* is of a script with capitals."""
    return unit.raw[0].upper() != unit.raw[0].lower()


def _with_guessed_place(clause: Clause) -> Clause:
    """A word beside an agency that no table knows is a place when it stands before it and nothing else does."""
    words = clause.words
    agency = clause.first("agency", "own", "outlet", "quoted")
    if agency is None or not words or agency.kind == "quoted" or (agency.kind == "outlet" and agency.value != "known"):
        return clause
    first = words[0]
    if clause.first("place"):
        return _with_capital_place(clause, first)
    if _is_code(clause, first):
        return replace(clause, units=tuple(replace(unit, kind="code") if unit is first else unit for unit in clause.units))
    if clause.units.index(agency) == clause.units.index(first) + 1:
        return clause
    if agency.value == UNNAMED and _is_cased(first):
        return clause
    single = first.kind in ("people", "other") and len(first.raw.split()) <= 3 and (len(first.raw.split()) == 1 or first.raw.isupper())
    if not single or first is agency:
        return clause
    return replace(clause, units=tuple(replace(unit, kind="place") if unit is first else unit for unit in clause.units))


def _with_capital_place(clause: Clause, first: Unit) -> Clause:
    """``DES MOINES, Iowa (AP)``: capitals before a comma and a known place are a place, not a person."""
    follows = [unit.kind for unit in clause.units[clause.units.index(first) + 1 :][:2]]
    if first.kind in ("people", "other") and first.raw.isupper() and follows == ["sep", "place"] and clause.first("agency"):
        return replace(clause, units=tuple(replace(unit, kind="place") if unit is first else unit for unit in clause.units))
    return clause


def _is_code(clause: Clause, first: Unit) -> bool:
    """``jbr/dpa``: an editor's small letters before a slash."""
    return first.raw.isascii() and first.raw.islower() and len(first.raw) < 5 and clause.text[first.end : first.end + 1] == "/"


def _photo_pair(clause: Clause) -> Credit | None:
    """``Ali Hassan/AFP``, ``REUTERS/Lina Farah/File Photo``, ``AFP via Getty Images``: a picture's credit without a label."""
    words = clause.words
    if clause.all("other"):
        return None
    supplier = clause.first("photo_agency")
    people = clause.all("people")
    slashed = clause.first("agency") is not None and len(people) == 1 and _tight_slash(clause)
    if not supplier and not slashed:
        return None
    kept = [unit for unit in words if unit.kind in ("people", "agency", "photo_agency", "own", "outlet")]
    names = tuple(name for unit in people for name in unit.names)
    return Credit(photo_credit=photo_text(clause.text, kept), roles=tuple(Role(name, "photographer") for name in names))


def _tight_slash(clause: Clause) -> bool:
    """Whether person and agency are joined by a slash without spaces, and no place stands by."""
    pairs: Iterator[tuple[Unit, Unit, Unit]] = zip(clause.units, clause.units[1:], clause.units[2:], strict=False)
    tight = any(
        mark.value == "/" and {left.kind, right.kind} == {"people", "agency"} and left.end == mark.start and mark.end == right.start
        for left, mark, right in pairs
    )
    return tight and clause.first("place", "date") is None
