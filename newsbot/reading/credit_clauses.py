"""A credit line as clauses: a label and the units that it governs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from newsbot.reading.credit_units import Setting, Unit
from newsbot.reading.credits import AgencyCredit

AUTHORS: Final = frozenset({"by", "reporter", "writer", "interviewer", "prepared"})
"""Labels whose people wrote the text."""
_JOINTS: Final = frozenset({"and", "et", "und", "y", "e", "i", "и", "og", "och", "en", "ja", "ve", "و", "&", "+", "·", "・", "/"})
ROLES: Final = MappingProxyType(
    {"reporter": "reporter", "writer": "writer", "interviewer": "interviewer", "compiled": "compiled", "editor": "editor"}
    | {"translator": "translator", "contributor": "contributor", "camera": "photographer", "photo": "photographer"}
)
"""Labels whose people have a role in the record."""


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
    return tuple(_sharing(found))


def _sharing(clauses: Sequence[Clause]) -> Iterator[Clause]:
    """*clauses*; a label that only "and" or a middle dot parts from the next one shares what that governs: ``Texte et photos : X``."""
    for clause, after in zip(clauses, (*clauses[1:], None), strict=True):
        joins = [unit.value in _JOINTS for unit in clause.units]
        if after and clause.label and after.label and joins == [True]:
            yield replace(clause, units=after.units)
        else:
            yield clause


def credited_in(clause: Clause) -> tuple[AgencyCredit, ...]:
    """The agencies of *clause*, in order."""
    named = {unit.value: unit.raw for unit in reversed(clause.all("agency"))}
    return tuple(AgencyCredit(one, raw) for one, raw in reversed(named.items()))


def day_in(clause: Clause) -> str | None:
    """The day that *clause* names, without its time."""
    unit = clause.first("date")
    return unit.value[:10] or None if unit else None


def photo_text(text: str, units: Sequence[Unit]) -> str:
    """The stretch of *text* that *units* cover, without marks around it."""
    return text[units[0].start : units[-1].end].strip(' .,:;|/–—-()[]（）«»"“”')
