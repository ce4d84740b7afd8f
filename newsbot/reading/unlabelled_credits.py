"""What a line without labels credits: its units tell by their company."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from newsbot.reading.credit_clauses import AUTHORS, ROLES, Clause, credited_in, day_in, photo_text
from newsbot.reading.credit_units import Unit
from newsbot.reading.credits import Credit, Role, merged
from newsbot.reading.labelled_credits import read_clause
from newsbot.reading.person_names import is_ideograph


def read_clauses(clauses: Sequence[Clause], *, slot: bool) -> Credit | None:
    """The credit of a whole line; ``None`` when some part of it is no attribution."""
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
    if "other" in kinds or kinds <= {"date", "code", "place"} or (kinds <= {"people", "date"} and not (slot or titled)):
        return None
    if kinds & {"address", "domain"} and not kinds & {"agency", "people"}:
        return None
    if _runs_on(clause):
        return None
    place, outlet = clause.first("place"), clause.first("own", "outlet", "quoted")
    if outlet and kinds <= {"outlet", "quoted"} and not slot:
        return None
    people = clause.all("people") if titled or kinds & {"place", "agency", "own", "outlet", "contact", "job", "desk"} or slot else ()
    return Credit(
        authors=tuple(name for unit in people if unit.value in {"", *AUTHORS} for name in unit.names),
        roles=tuple(Role(name, ROLES[unit.value]) for unit in people if unit.value in ROLES for name in unit.names),
        publisher=outlet.raw if outlet else None,
        agencies=credited_in(clause),
        place=place.raw if place else None,
        date=day_in(clause),
    )


def _is_lone_word(clause: Clause) -> bool:
    """Whether a single word of a spaced script passes for a person: behind a dateline it begins the text sooner."""
    return any(unit.kind == "people" and not unit.value and " " not in unit.raw and not is_ideograph(unit.raw[0]) for unit in clause.units)


def _runs_on(clause: Clause) -> bool:
    """Whether an agency's name goes on a phrase ("according to the agency X"): then the line is a sentence."""
    pairs = zip(clause.units, clause.units[1:], strict=False)
    return any(
        unit.kind == "agency" and (before.kind in ("outlet", "quoted", "job") or _is_caseless_name(before)) for before, unit in pairs
    )


def _is_caseless_name(unit: Unit) -> bool:
    """Whether words of a script without capitals pass for a name: before an agency they are a phrase sooner."""
    return unit.kind == "people" and not unit.raw[0].isupper() and not is_ideograph(unit.raw[0])


def _with_guessed_place(clause: Clause) -> Clause:
    """A word beside an agency that no table knows is a place when it stands before it and nothing else does."""
    words = clause.words
    agency = clause.first("agency", "own", "outlet", "quoted")
    if clause.first("place") or agency is None or not words:
        return clause
    first = words[0]
    if clause.units.index(agency) == clause.units.index(first) + 1:
        return clause
    single = first.kind in ("people", "other") and len(first.raw.split()) <= 3 and (len(first.raw.split()) == 1 or first.raw.isupper())
    if not single or first is agency:
        return clause
    return replace(clause, units=tuple(replace(unit, kind="place") if unit is first else unit for unit in clause.units))


def _photo_pair(clause: Clause) -> Credit | None:
    """``Ali Hassan/AFP``, ``REUTERS/Mohamed Azakir/File Photo``, ``AFP via Getty Images``: a picture's credit without a label."""
    words = clause.words
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
