"""What a text says about a date, and the guards that every reading passes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, Literal

from newsbot.items import OffsetBasis, Precision
from newsbot.reading.date_contexts import DateContext
from newsbot.reading.day_readings import Label
from newsbot.reading.zones import at_zone, zone_of

FIRST_YEAR: Final = 1990
"""Earlier years are another calendar, an event or a default of some program (1970)."""
_LAST_YEAR: Final = 2060
"""Without a reference time: later ones are sentinels of "never"."""
_SLACK: Final = timedelta(hours=24)

WrittenZone = tuple[tzinfo, OffsetBasis] | Literal["unknown"] | None
"""A zone and where it comes from; ``unknown`` when letters are written that nobody can place."""


@dataclass(frozen=True, slots=True)
class DateReading:
    """A date that a text states."""

    value: str
    """ISO 8601 at the precision of the text."""
    precision: Precision
    offset_basis: OffsetBasis | None = None
    calendar: str = "gregorian"
    flags: tuple[str, ...] = ()
    """``swapped``, ``order_assumed``, ``year_inferred``, ``relative``, ``dst_gap``, ``dst_overlap``, ``hijri_umalqura``."""
    raw: str = ""
    """The part of the text that states it."""
    label: Label | None = None
    """What the words before it say it is."""
    start: int = 0
    """Where it begins in the (cleaned) text."""


def guarded(reading: DateReading, context: DateContext, moment: date) -> DateReading | None:
    """*reading*, unless no page can have been published at *moment*."""
    if not FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    if context.reference is None:
        return reading
    latest = context.reference + _SLACK
    if isinstance(moment, datetime) and moment.tzinfo:
        return None if moment > latest else reading
    day = moment.date() if isinstance(moment, datetime) else moment
    return None if day > latest.date() else reading


def timed(wall: datetime, precision: Precision, zone: WrittenZone, base: DateReading, context: DateContext) -> DateReading | None:
    """*base* with a time of day: in the written zone, else the page's, else without offset."""
    basis: OffsetBasis | None = None
    moment, flags = wall, base.flags
    if zone is None and context.timezone and (own := zone_of(context.timezone)):
        zone = (own, "config")
    if zone is not None and zone != "unknown":
        moment, more = at_zone(wall, zone[0])
        basis, flags = zone[1], (*flags, *more)
    value = moment.isoformat(timespec="seconds" if precision == "second" else "minutes")
    return guarded(replace(base, value=value, precision=precision, offset_basis=basis, flags=flags), context, moment)
