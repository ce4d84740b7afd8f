"""What a label and the units behind it credit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from newsbot.reading.credit_clauses import AUTHORS, ROLES, Clause, credited_in, day_in, photo_text
from newsbot.reading.credit_units import Setting, Unit
from newsbot.reading.credits import Credit, Role
from newsbot.reading.person_names import is_ideograph, listed_names
from newsbot.reading.tokens import tokens_of
from newsbot.urls import host_of

_MOST_NAME_WORDS: Final = 5
_FULL_YEAR: Final = re.compile(r"\d{4}")
"""A byline's date with its year is the day of publication; a dateline leaves the year out."""


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


def _read_people(clause: Clause) -> Credit | None:
    kind = clause.label.value if clause.label else "by"
    strict = clause.label is not None and clause.label.strength != "marked"
    others = clause.all("other", "quoted")
    people = clause.all("people")
    if others and (strict or people or kind in (*AUTHORS, "camera") or len(others) > 1):
        return None
    if clause.words and all(unit.kind in ("code", "place") for unit in clause.words):
        return None
    names = listed_names(name for unit in people for name in unit.names)
    if not strict and kind in ("translator", "editor") and len(names) == 1 and _is_short(names[0]):
        return Credit(publisher=names[0], agencies=credited_in(clause))
    if strict and (not _enough(clause, names) or _is_sentence(clause)):
        return None
    role = ROLES.get(kind)
    outlet = clause.first("own", "outlet", "quoted", "other")
    return Credit(
        authors=names if kind in AUTHORS else (),
        roles=tuple(Role(name, role) for name in names) if role else (),
        publisher=_outlet_name(outlet, clause.setting) if outlet else None,
        agencies=credited_in(clause),
        place=place.raw if (place := clause.first("place")) else None,
        date=day_in(clause) if not _FULL_YEAR.search(clause.text) else None,
    )


def _is_sentence(clause: Clause) -> bool:
    """Whether a line ends as sentences do, or goes on as long, and its "names" have no capitals to show that they are some."""
    named = clause.all("people", "outlet", "other", "desk", "job")
    if not named or any(letter.isupper() for unit in named for letter in unit.raw):
        return False
    long = any(len(unit.raw.split()) > _MOST_NAME_WORDS for unit in named)
    return long or clause.text.rstrip().endswith((".", "۔", "।"))


def _is_short(name: str) -> bool:
    """One word in a spaced script without capitals: an outlet sooner than a person."""
    return not is_ideograph(name[0]) and not "\uac00" <= name[0] <= "\ud7a3" and " " not in name and not name[0].isupper() and len(name) > 3


def _enough(clause: Clause, names: tuple[str, ...]) -> bool:
    """Whether an unmarked label ("by") governs names, an agency, an outlet or a desk, and the line is no sentence."""
    return bool(names or clause.first("agency", "own", "outlet", "desk", "job"))


def _read_source(clause: Clause) -> Credit | None:
    """Agencies, this outlet, or another one with its address and day."""
    if len(clause.all("other", "people", "quoted")) > 3 or any(len(unit.raw) > 60 for unit in clause.all("other", "people")):
        return None
    if clause.label is not None and clause.label.strength != "marked" and clause.all("other"):
        return None
    own, place = clause.first("own"), clause.first("place")
    named = clause.first("outlet", "quoted", "people", "other", "job", "code") or next(
        (unit for unit in clause.all("desk") if unit.value == "part"), None
    )
    if named is None and own is None and not clause.first("agency", "domain", "address"):
        named = place
    name = _whole(clause, named) if named else None
    address, domain = clause.first("address"), clause.first("domain")
    date = clause.first("date")
    located = Credit(
        agencies=credited_in(clause),
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
    if clause.units[0].value == "/" and words[0].kind == "other":
        return None  # Credit/debit cards
    raw = photo_text(clause.text, words)
    people = clause.all("people")
    strict = clause.label is not None and clause.label.strength != "marked"
    if any(len(unit.raw) > 80 for unit in clause.all("other")) or (strict and _is_sentence(clause)):
        return None
    names = tuple(name for unit in people for name in unit.names) if clause.label and clause.label.value == "photo" else ()
    return Credit(photo_credit=raw, roles=tuple(Role(name, "photographer") for name in names if not _is_organisation(clause)))


def _is_organisation(clause: Clause) -> bool:
    return bool(clause.all("other"))


def _read_agencies(clause: Clause) -> Credit | None:
    """Material of agencies ("with"), of other outlets."""
    if clause.all("other", "people", "quoted") or not clause.words:
        return None
    outlet = clause.first("outlet")
    own = clause.first("own")
    return Credit(agencies=credited_in(clause), original_publisher=outlet.raw if outlet else None, publisher=own.raw if own else None)


def _read_own(clause: Clause) -> Credit | None:
    """Exclusive, monitoring: this outlet and agencies."""
    if not clause.words:
        return Credit()
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
        agencies=credited_in(clause),
        place=place.raw if place else None,
    )


def _read_copyright(clause: Clause) -> Credit | None:
    """The holder: agencies, or this outlet."""
    if any(len(unit.raw) > 80 for unit in clause.all("other")):
        return None
    agencies = credited_in(clause)
    if clause.label and clause.label.strength != "marked" and clause.label.raw != "©" and clause.words and not _is_holder(clause):
        return None
    holder = clause.first("own", "outlet", "quoted", "people", "other")
    name = holder.raw.strip("0123456789٠١٢٣٤٥٦٧٨٩-– ") if holder else None
    return Credit(agencies=tuple(dict.fromkeys(agencies)), publisher=name if not agencies else None)


def _is_holder(clause: Clause) -> bool:
    """Whether what stands behind an unmarked "copyright" is a holder: a year or a known name is among it."""
    return bool(clause.first("agency", "own", "date", "code", "desk") or re.search(r"©|\d{4}", clause.text)) or any(
        unit.value == "known" or not unit.raw.isascii() for unit in clause.all("outlet", "people", "quoted")
    )


def _read_original(clause: Clause) -> Credit | None:
    return _read_source(clause)


def _read_nothing(clause: Clause) -> Credit | None:
    return None if clause.all("other", "quoted", "people", "place", "code") else Credit(agencies=credited_in(clause))


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
