"""Dates as people and programs write them, in any language: a text to values at the precision that it states.

Nothing is invented: no day for a month, no offset that is neither written nor given by the context, no date in words that name none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from newsbot.date_tables import DateTables
from newsbot.reading.date_contexts import DateContext, Setting, context_of, country_of_address
from newsbot.reading.date_patterns import Found, find_days
from newsbot.reading.date_readings import FIRST_YEAR, DateReading, guarded, timed
from newsbot.reading.date_tokens import Line, clean, read_tokens, spaced
from newsbot.reading.day_readings import Day, read_day
from newsbot.reading.machine_dates import MachineDate, read_machine_date
from newsbot.reading.other_languages import read_in_other_language
from newsbot.reading.times import clock_beside
from newsbot.reading.told_days import read_told

__all__ = ["DateContext", "DateReading", "context_of", "country_of_address", "read_date", "read_date_line", "read_dates"]


def read_date(text: str, *, context: DateContext, tables: DateTables) -> DateReading | None:
    """The publication date that *text* states; an update only when nothing else is stated; ``None`` when there is none."""
    readings = read_dates(text, context=context, tables=tables)
    return next((reading for reading in readings if reading.label != "modified"), readings[0] if readings else None)


def read_dates(text: str, *, context: DateContext, tables: DateTables) -> tuple[DateReading, ...]:
    """All dates that *text* states about a publication, in order."""
    text = clean(text).strip()
    if not text:
        return ()
    if machine := read_machine_date(text):
        reading = _machine_reading(machine, text, context)
        if reading or machine.day.year >= FIRST_YEAR:
            return (reading,) if reading else ()
    text, setting = spaced(text), Setting(context, tables)
    line = read_tokens(text, tables.lexicon(context.languages))
    days = _days(line, setting)
    if not days and context.languages and "w" in line.signature and "n" in line.signature and "V" not in line.signature:
        line, days = _in_any_language(text, line, setting)
    return _read_line(line, days, setting) or read_in_other_language(text, setting)


def _in_any_language(text: str, line: Line, setting: Setting) -> tuple[Line, list[tuple[Found, Day]]]:
    """*text* read with every language's months: feeds and templates print dates in a language that is not the page's."""
    other = read_tokens(text, setting.tables.lexicon(()))
    days = [(place, day) for place, day in _days(other, setting) if day.precision == "day" and "year_inferred" not in day.flags]
    return (other, days) if days else (line, [])


def _machine_reading(machine: MachineDate, text: str, context: DateContext) -> DateReading | None:
    if machine.wall is None:
        value = machine.day.isoformat()[: 7 if machine.precision == "month" else 10]
        return guarded(DateReading(value, machine.precision, raw=text), context, machine.day)
    zone = (machine.zone, "text") if machine.zone else None
    return timed(machine.wall, machine.precision, zone, DateReading("", "day", raw=text), context)  # type: ignore[arg-type]


def _days(line: Line, setting: Setting) -> list[tuple[Found, Day]]:
    """All days of *line*, in order."""
    found = ((place, read_day(line, place, setting)) for place in find_days(line.signature))
    return [(place, day) for place, day in found if day is not None]


def _read_line(line: Line, days: Sequence[tuple[Found, Day]], setting: Setting) -> tuple[DateReading, ...]:
    """The readings of *line*; a Gregorian day beside the same day of another calendar stands for both."""
    if any(day.is_range for _, day in days):
        return ()
    places = [place for place, _ in days]
    if any(day.calendar == "gregorian" and day.day for _, day in days):
        days = [(place, day) for place, day in days if day.calendar == "gregorian"]
    readings = [reading for place, day in days if (reading := _dated(line, place, day, places, setting))]
    if readings or any(day.is_negative for _, day in days):
        return tuple(readings)
    told = read_told(line, setting.tables.lexicon(setting.context.languages), setting)
    return (told,) if told else ()


def _dated(line: Line, place: Found, day: Day, places: Sequence[Found], setting: Setting) -> DateReading | None:
    """The reading of one day with the time that belongs to it."""
    if day.is_negative or day.day is None:
        return None
    raw, start = line.raw(place.start, place.end), line.tokens[place.start].start
    base = DateReading(day.iso, day.precision, None, day.calendar, day.flags, raw, day.label, start)
    clock = clock_beside(line, place, [other for other in places if other is not place], setting) if day.precision == "day" else None
    if clock is None:
        return guarded(base, setting.context, day.day)
    base = replace(base, raw=line.raw(min(clock.start, place.start), max(clock.end, place.end)))
    wall = datetime(day.day.year, day.day.month, day.day.day) + clock.since_midnight
    return timed(wall, clock.precision, clock.zone, base, setting.context)


def read_date_line(entry: Mapping[str, Any], tables: DateTables) -> dict[str, Any]:
    """The answer of ``scrapy extract --of dates`` to one line ``{"id", "text", "lang", "context"}``; ``value`` is ``None`` for no date."""
    context = entry.get("context")
    about = context_of(entry.get("lang"), context if isinstance(context, Mapping) else {})
    reading = read_date(str(entry.get("text") or ""), context=about, tables=tables)
    if reading is None:
        return {"id": entry.get("id"), "value": None}
    return {
        "id": entry.get("id"), "value": reading.value, "precision": reading.precision, "offset_basis": reading.offset_basis,
        "calendar": reading.calendar, "label": reading.label, "raw": reading.raw, "flags": list(reading.flags),
    }  # fmt: skip
