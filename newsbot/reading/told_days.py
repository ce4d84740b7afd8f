"""Dates told from now, as readings: spans, near days, weekdays."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from newsbot.date_tables import Lexicon
from newsbot.reading.date_contexts import Setting
from newsbot.reading.date_patterns import Found
from newsbot.reading.date_readings import FIRST_YEAR, DateReading, timed
from newsbot.reading.date_tokens import Line
from newsbot.reading.day_readings import Label, label_before
from newsbot.reading.relative_dates import RelativeDate, day_before, read_span
from newsbot.reading.times import clock_beside
from newsbot.reading.zones import zone_of

_NUMBERED: Final = re.compile(r"[,o]{0,2}n(?![:h.Pa])")
"""A day of some month: "Friday the 13th"."""
_LENGTHS: Final = {"year": 4, "month": 7, "day": 10}
_TIMESPEC: Final = {"hour": "minutes", "minute": "seconds", "second": "seconds"}


def read_told(line: Line, lexicon: Lexicon, setting: Setting) -> DateReading | None:
    """The date that *line* tells from the reference time; ``None`` without one, and for the future."""
    reference = setting.context.reference
    if reference is None or "X" in line.signature:
        return None
    if setting.context.timezone and (zone := zone_of(setting.context.timezone)):
        reference = reference.astimezone(zone)
    if "R" in line.signature:
        return _near_day(line, line.signature.index("R"), reference, setting)
    if span := read_span(line, lexicon, reference):
        return _span_reading(span, line, label_before(line, len(line.signature)))
    return _weekday(line, reference, setting)


def _span_reading(span: RelativeDate, line: Line, label: Label | None) -> DateReading | None:
    if span.moment.year < FIRST_YEAR:
        return None
    raw = line.raw(span.start, span.end)
    if span.precision in _TIMESPEC:
        value = span.moment.isoformat(timespec=_TIMESPEC[span.precision])
        return DateReading(value, span.precision, "text", flags=("relative",), raw=raw, label=label)
    return DateReading(
        span.moment.date().isoformat()[: _LENGTHS[span.precision]], span.precision, flags=("relative",), raw=raw, label=label
    )


def _near_day(line: Line, place: int, reference: datetime, setting: Setting) -> DateReading | None:
    """The day that "yesterday" means, with the time beside it; none for "tomorrow" and in sentences."""
    shift = line.tokens[place].value
    if shift > 0 or any(kind in "wVB" for kind in line.signature[place + 1 : place + 3]):
        return None
    return _on_day(line, place, reference.date() + timedelta(days=shift), reference, setting)


def _weekday(line: Line, reference: datetime, setting: Setting) -> DateReading | None:
    """The last such weekday: alone, with a time, or marked as the last one."""
    place = line.signature.find("W")
    if place < 0 or any(kind in "wVMOYnN3x" for kind in line.signature[:place]) or line.signature.count("W") != 1:
        return None
    number, is_whole = line.tokens[place].value
    rest = line.signature[place + 1 :]
    if not is_whole or any(kind in "wVMO" for kind in rest) or _NUMBERED.match(rest):
        return None
    return _on_day(line, place, day_before(reference, number), reference, setting)


def _on_day(line: Line, place: int, day: date, reference: datetime, setting: Setting) -> DateReading | None:
    """A day told from the reference, with the time beside it; a reference in UTC says nothing about the local offset."""
    raw, label = line.raw(place, place + 1), label_before(line, place)
    base = DateReading(day.isoformat(), "day", flags=("relative",), raw=raw, label=label, start=line.tokens[place].start)
    clock = clock_beside(line, Found("told", place, place + 1, {}), (), setting)
    if clock is None:
        return base
    zone = clock.zone
    if zone is None and reference.utcoffset() and reference.tzinfo:
        zone = (reference.tzinfo, "config" if setting.context.timezone else "text")
    return timed(datetime(day.year, day.month, day.day) + clock.since_midnight, clock.precision, zone, base, setting.context)
