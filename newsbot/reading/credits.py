"""What one credit line says: the value that the readers of lines, datelines and fragments fill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

Position = Literal["top", "bottom", "caption", "body"]
LineKind = Literal["line", "paragraph", "html"]


@dataclass(frozen=True, slots=True)
class CreditContext:
    """What is known about the page around a line."""

    language: str | None = None
    """BCP 47."""
    site_name: str | None = None
    """The outlet of the page: a source line that names it credits the page's own publisher."""
    page_url: str | None = None
    country: str | None = None
    position: Position | None = None
    """``top``: a byline slot, where a name alone is an author; ``caption``: below a picture."""
    kind: LineKind = "line"
    reference: str | None = None
    """RFC 3339; the year of a date without one is the latest before it."""


@dataclass(frozen=True, slots=True)
class Role:
    """A person with a stated role."""

    name: str
    role: str
    """A value of ``ContributorRole``."""


@dataclass(frozen=True, slots=True)
class AgencyCredit:
    """An agency as a line names it."""

    id: str
    raw: str


@dataclass(frozen=True, slots=True)
class Credit:
    """The attribution in one line, fragment or paragraph; nothing found is ``None`` or empty."""

    authors: tuple[str, ...] = ()
    """People who wrote the text, as printed, without titles."""
    roles: tuple[Role, ...] = ()
    publisher: str | None = None
    """The page's own outlet."""
    original_publisher: str | None = None
    original_url: str | None = None
    original_domain: str | None = None
    original_date: str | None = None
    """ISO 8601 at the printed precision."""
    agencies: tuple[AgencyCredit, ...] = ()
    """Credited for the text."""
    cited: tuple[AgencyCredit, ...] = ()
    """Named by a sentence as having reported."""
    place: str | None = None
    date: str | None = None
    """Day of the dateline, ``YYYY-MM-DD``."""
    photo_credit: str | None = None
    drop: bool = False
    """The whole line is attribution (or a caption): it is no part of the story."""
    cut: int | None = None
    """Offset from which an agency's mark closes a paragraph of the story, and goes."""
    dateline: str | None = None
    """The head of the paragraph that names place, day and agency, as printed."""


def merged(credits: Iterable[Credit]) -> Credit:
    """One credit of many: lists are joined without repeats, the first value of the others counts."""
    whole: dict[str, Any] = {}
    for credit in credits:
        for name in _NAMES:
            value = getattr(credit, name)
            if value is None or value is False or value == ():
                continue
            before = whole.get(name)
            if isinstance(value, tuple):
                whole[name] = tuple(dict.fromkeys((*(before or ()), *value)))
            elif before is None:
                whole[name] = value
    return Credit(**whole) if whole else _NOTHING


_NAMES: Final = tuple(field.name for field in fields(Credit))
_NOTHING: Final = Credit()
