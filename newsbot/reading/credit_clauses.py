"""Units of a line to a credit: each label governs what follows it, and unlabelled units tell by their company."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from newsbot.reading.credit_units import Setting, Unit
from newsbot.reading.credits import AgencyCredit, Credit, Role, merged
from newsbot.reading.person_names import is_ideograph
from newsbot.reading.tokens import tokens_of
from newsbot.urls import host_of

_AUTHORS: Final = frozenset({"by", "reporter", "writer", "interviewer", "prepared"})
_ROLES: Final = MappingProxyType(
    {"reporter": "reporter", "writer": "writer", "interviewer": "interviewer", "compiled": "compiled", "editor": "editor"}
    | {"translator": "translator", "contributor": "contributor", "camera": "photographer", "photo": "photographer"}
)
_FULL_YEAR: Final = re.compile(r"\d{4}")
"""A byline's date with its year is the day of publication; a dateline leaves the year out."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A label and the units that it governs; the units before the first label have none."""

    label: Unit | None
    units: tuple[Unit, ...]
    text: str
    """The whole line."""
    setting: Setting

    @property
    def words(self) -> tuple[Unit, ...]:
        """The units without the marks between them."""
        return tuple(unit for unit in self.units if unit.kind != "sep")

    def first(self, *kinds: str) -> Unit | None:
        """The first unit of one of *kinds*."""
        return next((unit for unit in self.units if unit.kind in kinds), None)

    def all(self, *kinds: str) -> tuple[Unit, ...]:
        """All units of *kinds*, in order."""
        return tuple(unit for unit in self.units if unit.kind in kinds)


def clauses_of(text: str, units: Sequence[Unit], setting: Setting) -> tuple[Clause, ...]:
    """The *units* of *text*, cut before each label; a label directly after another one ("ترجمة وتحرير") joins it."""
    found: list[Clause] = []
    label: Unit | None = None
    held: list[Unit] = []
    for unit in units:
        if unit.kind == "label":
            if label is not None or any(one.kind != "sep" for one in held):
                found.append(Clause(label, tuple(held), text, setting))
            label, held = unit, []
        else:
            held.append(unit)
    found.append(Clause(label, tuple(held), text, setting))
    return tuple(found)


def read_clause(clause: Clause, *, signed: bool) -> Credit | None:
    """The credit of a labelled *clause*; ``None`` when more stands in it than attribution.

    *signed*: other people with roles stand in the same line, so that "prepared" means the compiler of a translated story.
    """
    if clause.label is None:
        return None
    reader = _READERS.get(clause.label.value, _read_people)
    if clause.label.value == "prepared" and signed:
        clause = replace(clause, label=replace(clause.label, value="compiled"))
    return reader(clause)


def _agencies(clause: Clause) -> tuple[AgencyCredit, ...]:
    return tuple(AgencyCredit(unit.value, unit.raw) for unit in clause.all("agency"))


def _read_people(clause: Clause) -> Credit | None:
    kind = clause.label.value if clause.label else "by"
    strict = clause.label is not None and clause.label.strength != "marked"
    others = clause.all("other", "quoted")
    people = clause.all("people")
    if others and (strict or people or kind in _AUTHORS or len(others) > 1):
        return None
    names = tuple(name for unit in people for name in unit.names)
    if not strict and kind in ("translator", "editor") and len(names) == 1 and _is_short(names[0]):
        return Credit(publisher=names[0], agencies=_agencies(clause))
    if strict and not _enough(clause, names):
        return None
    role = _ROLES.get(kind)
    outlet = clause.first("own", "outlet", "quoted", "other")
    return Credit(
        authors=names if kind in _AUTHORS else (),
        roles=tuple(Role(name, role) for name in names) if role else (),
        publisher=_outlet_name(outlet, clause.setting) if outlet else None,
        agencies=_agencies(clause),
        place=place.raw if (place := clause.first("place")) else None,
        date=_day(clause) if not _FULL_YEAR.search(clause.text) else None,
    )


def _is_short(name: str) -> bool:
    """One word in a script without capitals: an outlet sooner than a person."""
    return " " not in name and not name[0].isupper() and len(name) > 3


def _enough(clause: Clause, names: tuple[str, ...]) -> bool:
    """Whether an unmarked label ("by") governs names, an agency, an outlet or a desk, and the line is no sentence."""
    return bool(names or clause.first("agency", "own", "outlet", "desk", "job"))


def _day(clause: Clause) -> str | None:
    unit = clause.first("date")
    return unit.value[:10] or None if unit else None


def _read_source(clause: Clause) -> Credit | None:
    """Agencies, this outlet, or another one with its address and day."""
    if len(clause.all("other", "people", "quoted")) > 3 or any(len(unit.raw) > 60 for unit in clause.all("other", "people")):
        return None
    own, place = clause.first("own"), clause.first("place")
    named = clause.first("outlet", "quoted", "people", "other", "desk", "job", "code")
    if named is None and own is None and not clause.first("agency", "domain", "address"):
        named = place
    name = _whole(clause, named) if named else None
    address, domain = clause.first("address"), clause.first("domain")
    date = clause.first("date")
    located = Credit(
        agencies=_agencies(clause),
        publisher=own.raw if own else None,
        original_url=url if (url := _url(address)) else None,
        original_domain=(host_of(url) if url else None) or _domain(address or domain),
        original_date=date.value if date and date.value else None,
    )
    if place and named is not place and name and not clause.setting.site:
        return replace(located, publisher=name, place=place.raw)
    return replace(located, original_publisher=name)


def _whole(clause: Clause, named: Unit) -> str:
    """The outlet's name with what belongs to it: units parted only by "and" or an inner mark."""
    return _outlet_name(named, clause.setting) or named.raw


def _outlet_name(unit: Unit, setting: Setting) -> str:
    """*unit* without a word for "newspaper" before the name."""
    tokens = tokens_of(unit.raw)
    found = setting.lexicon.papers.match(tokens, 0) if tokens else None
    return unit.raw[tokens[found[0]].start :] if found and found[0] < len(tokens) else unit.raw


def _url(unit: Unit | None) -> str | None:
    """The address of *unit* without the stop of its sentence; a bare host is no address."""
    if unit is None:
        return None
    raw = unit.raw.rstrip(".,;:!?…،؛\"')")
    parts = urlsplit(raw)
    return raw if parts.scheme and parts.path.strip("/") else None


def _domain(unit: Unit | None) -> str | None:
    if unit is None:
        return None
    raw = unit.raw.rstrip(".,;:!?…،؛\"')/")
    return host_of(raw if "//" in raw else f"http://{raw}") or None


def _read_photo(clause: Clause) -> Credit | None:
    """The credit as printed; a person in it is the photographer."""
    words = clause.words
    if not words:
        return Credit()
    raw = photo_text(clause.text, words)
    people = clause.all("people")
    if any(len(unit.raw) > 80 for unit in clause.all("other")):
        return None
    names = tuple(name for unit in people for name in unit.names) if clause.label and clause.label.value == "photo" else ()
    return Credit(photo_credit=raw, roles=tuple(Role(name, "photographer") for name in names if not _is_organisation(clause)))


def _is_organisation(clause: Clause) -> bool:
    return bool(clause.all("other"))


def photo_text(text: str, units: Sequence[Unit]) -> str:
    """The stretch of *text* that *units* cover, without marks around it."""
    return text[units[0].start : units[-1].end].strip(' .,:;|/–—-()[]（）«»"“”')


def _read_agencies(clause: Clause) -> Credit | None:
    """Material of agencies ("with"), of other outlets."""
    if clause.all("other", "people", "quoted") or not clause.words:
        return None
    outlet = clause.first("outlet")
    own = clause.first("own")
    return Credit(agencies=_agencies(clause), original_publisher=outlet.raw if outlet else None, publisher=own.raw if own else None)


def _read_own(clause: Clause) -> Credit | None:
    """Exclusive, monitoring: this outlet and agencies."""
    if clause.label and clause.label.strength != "marked" and not clause.first("own", "outlet", "quoted", "agency"):
        return None
    named = clause.first("own", "outlet", "quoted", "people", "other")
    if len(clause.all("other")) > 1 or any(len(unit.raw) > 40 for unit in clause.all("other")):
        return None
    people = clause.all("people") if clause.first("own", "outlet", "quoted") else ()
    place = clause.first("place")
    return Credit(
        publisher=named.raw if named else None,
        authors=tuple(name for unit in people for name in unit.names),
        agencies=_agencies(clause),
        place=place.raw if place else None,
    )


def _read_copyright(clause: Clause) -> Credit | None:
    """The holder: agencies, or this outlet."""
    if any(len(unit.raw) > 80 for unit in clause.all("other")):
        return None
    agencies = _agencies(clause)
    holder = clause.first("own", "outlet", "quoted", "people", "other")
    name = holder.raw.lstrip("0123456789٠١٢٣٤٥٦٧٨٩-– ") if holder else None
    return Credit(agencies=tuple(dict.fromkeys(agencies)), publisher=name if not agencies else None)


def _read_original(clause: Clause) -> Credit | None:
    return _read_source(clause)


def _read_nothing(clause: Clause) -> Credit | None:
    return None if clause.all("other", "quoted") else Credit(agencies=_agencies(clause))


Reader = Callable[[Clause], Credit | None]
_READERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        "source": _read_source,
        "original": _read_original,
        "published": _read_source,
        "photo": _read_photo,
        "agency": _read_agencies,
        "own": _read_own,
        "copyright": _read_copyright,
        "nothing": _read_nothing,
    }
)


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
        authors=tuple(name for unit in people if unit.value in {"", *_AUTHORS} for name in unit.names),
        roles=tuple(Role(name, _ROLES[unit.value]) for unit in people if unit.value in _ROLES for name in unit.names),
        publisher=outlet.raw if outlet else None,
        agencies=_agencies(clause),
        place=place.raw if place else None,
        date=_day(clause),
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


def read_clauses(clauses: Sequence[Clause], *, slot: bool) -> Credit | None:
    """The credit of a whole line; ``None`` when some part of it is no attribution."""
    roles = sum(clause.label is not None and clause.label.value in _ROLES for clause in clauses)
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
