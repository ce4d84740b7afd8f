"""Dates as people and programs write them, in any language: a text to values at the precision that it states.

Nothing is invented: no day for a month, no offset that is neither written nor given by the context, no date in words that name none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from newsbot.date_tables import ORDERS, DateOrder, DateTables, Lexicon
from newsbot.items import OffsetBasis, Precision
from newsbot.reading import day_readings
from newsbot.reading.date_patterns import Found, find_days, find_times, find_zone, is_joint
from newsbot.reading.date_tokens import Line, clean, read_tokens
from newsbot.reading.day_readings import Day, Label, read_day
from newsbot.reading.machine_dates import MachineDate, read_machine_date
from newsbot.reading.relative_dates import RelativeDate, day_before, read_span
from newsbot.reading.times import Clock, read_clock
from newsbot.reading.zones import at_zone, letters_zone, offset_zone, zone_of

FIRST_YEAR: Final = 1990
"""Earlier years are another calendar, an event or a default of some program (1970)."""
_LAST_YEAR: Final = 2060
"""Without a reference time: later ones are sentinels of "never"."""
_SLACK: Final = timedelta(hours=24)
_ZONE_WORDS: Final = "Zcq+-(,|"


@dataclass(frozen=True, slots=True)
class DateContext:
    """What is known about the page around a date."""

    languages: tuple[str, ...] = ()
    """BCP 47, the page's first."""
    country: str | None = None
    """ISO 3166-1 alpha-2."""
    timezone: str | None = None
    """IANA name: gives the offset to times that have none."""
    order: DateOrder | None = None
    """Order of numeric dates; default: the country's, then the language's."""
    reference: datetime | None = None
    """When the page was fetched, aware; ``None``: relative dates stay unread, the wall clock is never asked."""


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
    lexicon = tables.lexicon(context.languages)
    line = read_tokens(text, lexicon)
    days, found = _days(line, context, tables)
    if not days and context.languages and "w" in line.signature and "n" in line.signature:
        other = read_tokens(text, tables.lexicon(()))  # feeds and templates print dates in a language that is not the page's
        if whole := [
            (found, day) for found, day in _days(other, context, tables) if day.precision == "day" and "year_inferred" not in day.flags
        ]:
            line, days = other, whole
    return _read_line(line, days, lexicon, context, tables)


def _machine_reading(machine: MachineDate, text: str, context: DateContext) -> DateReading | None:
    if machine.wall is None:
        value = machine.day.isoformat()[: 7 if machine.precision == "month" else 10]
        return _guarded(DateReading(value, machine.precision, raw=text), context, machine.day)
    return _timed(
        machine.wall, machine.precision, (machine.zone, "text") if machine.zone else None, DateReading("", "day", raw=text), context
    )


def _read_line(
    line: Line, days: list[tuple[Found, Day]], lexicon: Lexicon, context: DateContext, tables: DateTables
) -> tuple[DateReading, ...]:
    if any(day.is_range for _, day in days):
        return ()
    readings = [reading for found, day in days if (reading := _dated(line, found, day, days, context, tables))]
    if readings:
        return tuple(readings)
    if any(day.is_negative for _, day in days) or context.reference is None:
        return ()
    relative = _relative(line, lexicon, context, tables)
    return (relative,) if relative else ()


def _days(line: Line, context: DateContext, tables: DateTables) -> list[tuple[Found, Day]]:
    """The days of *line*; a Gregorian one beside the same day of another calendar stands for both."""
    order = order_of(context, tables)
    days = [
        (found, day)
        for found in find_days(line.signature)
        if (day := read_day(line, found, order, context.country, context.languages, context.reference))
    ]
    if any(day.calendar == "gregorian" and day.day for _, day in days):
        days = [(found, day) for found, day in days if day.calendar == "gregorian"]
    return days


@lru_cache(maxsize=1024)
def _order(country: str | None, languages: tuple[str, ...], tables: DateTables) -> tuple[DateOrder, bool]:
    for language in languages:
        region = language.rpartition("-")[2]
        country = country or (region if len(region) == 2 and region.isupper() else None)
    if country and country in tables.country_orders:
        return tables.country_orders[country], True
    main = languages[0].partition("-")[0].lower() if languages else ""
    return tables.language_orders.get(main, "DMY"), main != "en"


def order_of(context: DateContext, tables: DateTables) -> tuple[DateOrder, bool]:
    """The order of numeric dates, and whether it is known (English without a country is written both ways)."""
    return (context.order, True) if context.order else _order(context.country, context.languages, tables)


def _dated(
    line: Line, found: Found, day: Day, days: Iterable[tuple[Found, Day]], context: DateContext, tables: DateTables
) -> DateReading | None:  # noqa: PLR0913
    """The reading of one day with the time that belongs to it."""
    base = DateReading(
        day.iso, day.precision, None, day.calendar, day.flags, line.raw(found.start, found.end), day.label, line.tokens[found.start].start
    )
    if day.is_negative or day.day is None:
        return None
    if day.precision != "day":
        return _guarded(base, context, day.day)
    others = [other for other, _ in days if other is not found]
    timed = _clock_beside(line, found, others, context, tables)
    if timed is None:
        return _guarded(base, context, day.day)
    clock, zone, first, last = timed
    base = replace(base, raw=line.raw(min(first, found.start), max(last, found.end)))
    return _timed(datetime(day.day.year, day.day.month, day.day.day) + clock.since_midnight, clock.precision, zone, base, context)


Zone = tuple[tzinfo, OffsetBasis]


def _clock_beside(
    line: Line, found: Found, others: list[Found], context: DateContext, tables: DateTables
) -> tuple[Clock, Zone | None | Literal["unknown"], int, int] | None:
    """The time of day that stands beside a day, its zone, and where both stand."""
    signature = line.signature
    best: tuple[int, Clock, Found] | None = None
    for time in find_times(signature):
        if time.start < found.end and found.start < time.end:
            continue
        first, last = (found.end, time.start) if time.start >= found.end else (time.end, found.start)
        between = _without(signature, first, last, others)
        if between is None or not is_joint(between, 0, len(between)) or (time.start >= found.end and "L" in between):
            continue
        clock = read_clock(line, time)
        distance = last - first + (2 if time.start < found.start else 0)
        if clock and (best is None or distance < best[0]):
            best = (distance, clock, time)
    if best is None:
        return None
    _, clock, time = best
    zone, end = _zone_after(line, time.end, datetime(2000, 1, 1), context, tables)
    return clock, zone, time.start, end


def _without(signature: str, first: int, last: int, others: list[Found]) -> str | None:
    """The signature between *first* and *last* without other days that are wholly inside it."""
    text = signature[first:last]
    for other in sorted(others, key=lambda one: -one.start):
        if first <= other.start and other.end <= last:
            text = text[: other.start - first] + text[other.end - first :]
    return text


def _zone_after(
    line: Line, place: int, _: datetime, context: DateContext, tables: DateTables
) -> tuple[Zone | None | Literal["unknown"], int]:
    """The zone written after a time, and the place after it; ``unknown`` when letters are written that nobody can place."""
    found = find_zone(line.signature, place)
    if not found:
        return None, place
    parts, tokens = found.parts, line.tokens
    if "oh" in parts:
        return _written_offset(line, found, place)
    if "q" in parts or "q2" in parts:
        zone = zone_of(tokens[parts.get("q", parts.get("q2", 0))].value)
        return ((zone, "text") if zone else None), found.end
    name = tokens[parts["z"]].value
    if name == "local":
        return None, found.end
    if "sign" in parts and name in ("gmt", "utc", "ut", "Etc/GMT"):
        return _written_offset(line, found, place)
    if "/" in name:
        zone = zone_of(name)
        return ((zone, "text") if zone else None), parts["z"] + 1
    zone, by_country = letters_zone(name, context.country, tables)
    if zone is None:
        return ("unknown" if not context.timezone else None), parts["z"] + 1
    return (zone, "country" if by_country else "text"), parts["z"] + 1


def _written_offset(line: Line, found: Found, place: int) -> tuple[Zone | None, int]:
    """``+0300``, ``+03:00``, ``GMT+3``."""
    parts, tokens = found.parts, line.tokens
    sign, hours, minutes = ("plus", "oh", "om") if "oh" in parts else ("sign", "h", "m")
    number = tokens[parts[hours]]
    is_bare = sign == "plus" and number.kind != "Y" and minutes not in parts
    if number.start != tokens[parts[sign]].end and sign == "plus" or is_bare:
        return None, place
    whole = int(number.value)
    hour, minute = divmod(whole, 100) if number.kind in ("Y", "3") else (whole, tokens[parts[minutes]].value if minutes in parts else 0)
    zone = offset_zone(tokens[parts[sign]].value, hour, minute)
    return ((zone, "text") if zone else None), found.end


def _timed(
    wall: datetime, precision: Precision, zone: Zone | None | Literal["unknown"], base: DateReading, context: DateContext
) -> DateReading | None:
    """*base* with a time of day: in the written zone, else the page's, else without offset."""
    basis: OffsetBasis | None = None
    moment, flags = wall, base.flags
    if zone is None and context.timezone and (own := zone_of(context.timezone)):
        zone = (own, "config")
    if zone is not None and zone != "unknown":
        moment, more = at_zone(wall, zone[0])
        basis, flags = zone[1], (*flags, *more)
    value = moment.isoformat(timespec="seconds" if precision == "second" else "minutes")
    return _guarded(replace(base, value=value, precision=precision, offset_basis=basis, flags=flags), context, moment)


def _guarded(reading: DateReading, context: DateContext, moment: date) -> DateReading | None:
    """*reading*, unless no page can have been published then."""
    if not FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    if context.reference is None:
        return reading
    latest = context.reference + _SLACK
    if isinstance(moment, datetime) and moment.tzinfo:
        return None if moment > latest else reading
    day = moment.date() if isinstance(moment, datetime) else moment
    return None if day > latest.date() else reading


def _relative(line: Line, lexicon: Lexicon, context: DateContext, tables: DateTables) -> DateReading | None:
    reference = context.reference
    if reference is None or "X" in line.signature:
        return None
    if context.timezone and (zone := zone_of(context.timezone)):
        reference = reference.astimezone(zone)
    label = day_readings.label_before(line, len(line.signature))
    if place := line.signature.find("R") + 1:
        return _near_day(line, place - 1, reference, context, tables)
    if span := read_span(line, lexicon, reference):
        return _span_reading(span, line, label)
    return _weekday(line, reference, context, tables)


def _span_reading(span: RelativeDate, line: Line, label: Label | None) -> DateReading | None:
    if span.moment.year < FIRST_YEAR:
        return None
    raw = line.raw(span.start, span.end)
    if span.precision in ("hour", "minute", "second"):
        value = span.moment.isoformat(timespec="seconds" if span.precision == "second" else "minutes")
        if span.precision == "minute":
            value = span.moment.isoformat(timespec="seconds")
        return DateReading(value, span.precision, "text", flags=("relative",), raw=raw, label=label)
    value = span.moment.date().isoformat()[: {"day": 10, "month": 7, "year": 4}[span.precision]]
    return DateReading(value, span.precision, flags=("relative",), raw=raw, label=label)


def _near_day(line: Line, place: int, reference: datetime, context: DateContext, tables: DateTables) -> DateReading | None:
    """ "yesterday at 14:07"."""
    shift = line.tokens[place].value
    if shift > 0 or any(kind in "wV" for kind in line.signature[place + 1 : place + 3]):
        return None
    return _on_day(line, Found("near", place, place + 1, {}), reference.date() + timedelta(days=shift), reference, context, tables)


def _on_day(line: Line, found: Found, day: date, reference: datetime, context: DateContext, tables: DateTables) -> DateReading | None:  # noqa: PLR0913
    """A day told from the reference, with the time beside it; a reference in UTC says nothing about the local offset."""
    base = DateReading(
        day.isoformat(),
        "day",
        flags=("relative",),
        raw=line.raw(found.start, found.end),
        label=day_readings.label_before(line, found.start),
    )
    timed = _clock_beside(line, found, [], context, tables)
    if timed is None:
        return base
    clock, zone, first, last = timed
    if zone is None and reference.utcoffset():
        zone = (reference.tzinfo, "config" if context.timezone else "text")  # type: ignore[assignment]
    return _timed(datetime(day.year, day.month, day.day) + clock.since_midnight, clock.precision, zone, base, context)


def _weekday(line: Line, reference: datetime, context: DateContext, tables: DateTables) -> DateReading | None:
    """ "Friday", alone, with a time, or marked as the last one."""
    place = line.signature.find("W")
    if place < 0 or any(kind in "wVMOYnN3x" for kind in line.signature[:place]) or line.signature.count("W") != 1:
        return None
    number, is_whole = line.tokens[place].value
    if not is_whole or any(kind in "wVMO" for kind in line.signature[place + 1 :]):
        return None
    return _on_day(line, Found("weekday", place, place + 1, {}), day_before(reference, number), reference, context, tables)


def read_date_line(entry: Mapping[str, Any], tables: DateTables) -> dict[str, Any]:
    """The answer of ``scrapy extract --of dates`` to one line ``{"id", "text", "lang", "context"}``."""
    context = context_of(entry.get("lang"), entry.get("context") or {})
    reading = read_date(str(entry.get("text") or ""), context=context, tables=tables)
    if reading is None:
        return {"id": entry.get("id"), "value": None}
    return {
        "id": entry.get("id"), "value": reading.value, "precision": reading.precision, "offset_basis": reading.offset_basis, "calendar": reading.calendar,
        "label": reading.label, "raw": reading.raw, "flags": list(reading.flags),
    }  # fmt: skip


def context_of(language: object, given: Mapping[str, Any]) -> DateContext:
    """The context as a line of input gives it: ``page_url``, ``country``, ``timezone``, ``date_order``, ``reference_time``; wrong types are not given."""
    texts = {key: value for key, value in given.items() if isinstance(value, str)}
    order = texts.get("date_order")
    return DateContext(
        languages=(language,) if isinstance(language, str) and language else (),
        country=texts.get("country") or country_of_address(texts.get("page_url", "")),
        timezone=texts.get("timezone"),
        order=order if order in ORDERS else None,  # type: ignore[arg-type]
        reference=_reference(texts.get("reference_time", "")),
    )


def _reference(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def country_of_address(address: str) -> str | None:
    """The country whose domain *address* is under (``uk`` is GB; domains sold to everyone name none)."""
    try:
        last = (urlsplit(address).hostname or "").rpartition(".")[2]
    except ValueError:
        return None
    if last == "uk":
        return "GB"
    return last.upper() if len(last) == 2 and last.isascii() and last not in _SOLD else None


_SOLD: Final = frozenset("ai cc co eu fm io ly me sh so tv ws".split())
