"""Times of day as tokens: which one belongs to a day, in which zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from newsbot.items import Precision
from newsbot.reading.date_contexts import Setting
from newsbot.reading.date_patterns import Found, find_times, find_zone, is_joint
from newsbot.reading.date_readings import WrittenZone
from newsbot.reading.date_tokens import Line
from newsbot.reading.zones import letters_zone, offset_zone, zone_of

_HOURS: Final = ("H", "H3", "H4", "H5", "H6", "H7", "H8", "H9", "H10", "H11")
_MINUTES: Final = ("M", "M2", "M3", "M6", "M8", "M10", "M11")
_SECONDS: Final = ("S", "S2")
_PARTS: Final = ("after", "after3", "after4", "after6", "after11", "before", "before4", "before5")
_UNIVERSAL: Final = frozenset(("gmt", "utc", "ut", "Etc/GMT"))
_DETOUR: Final = 2
"""A time before its day counts as so many tokens farther than one after it."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day with its zone, and the tokens that say it."""

    since_midnight: timedelta
    precision: Precision
    zone: WrittenZone
    start: int
    end: int


def clock_beside(line: Line, found: Found, others: Sequence[Found], setting: Setting) -> Clock | None:
    """The time of day that belongs to the day *found*: nothing but marks, small words and *others* (the same day again) between them."""
    best: tuple[int, Clock] | None = None
    for time in find_times(line.signature, found):
        since = _since_midnight(line, time)
        if since is None:
            continue
        zone, end = _zone_after(line, time.end, setting)
        first, last = (found.end, time.start) if time.start >= found.end else (end, found.start)
        between = _without(line.signature, first, last, others)
        if not is_joint(between) or (time.start >= found.end and "L" in between):
            continue
        distance = last - first + (_DETOUR if time.start < found.start else 0)
        if best is None or distance < best[0]:
            best = distance, Clock(*since, zone or _zone_before(line, found, setting), time.start, end)
    return best[1] if best else None


def _without(signature: str, first: int, last: int, others: Sequence[Found]) -> str:
    """The signature between *first* and *last* without other days that are wholly inside it."""
    text = signature[first:last]
    for other in sorted(others, key=lambda one: -one.start):
        if first <= other.start and other.end <= last:
            text = text[: other.start - first] + text[other.end - first :]
    return text


def _since_midnight(line: Line, found: Found) -> tuple[timedelta, Precision] | None:
    """The time that *found* writes; ``None`` when there is no such time."""
    parts, tokens = found.parts, line.tokens
    if "N" in parts:
        period = tokens[parts["N"]].value
        return (timedelta(hours=12 if period == "noon" else 0), "minute") if period in ("noon", "midnight") else None
    if "HM" in parts:
        hour, minute = divmod(tokens[parts["HM"]].value, 100)
        return _clock(hour, minute, None, None)
    hour = next(tokens[parts[name]].value for name in _HOURS if name in parts)
    minute = next((tokens[parts[name]].value for name in _MINUTES if name in parts), 0)
    if "M11" in parts and tokens[parts["M11"]].end - tokens[parts["M11"]].start != 2:
        return None
    if "half" in parts:
        minute = int(60 * tokens[parts["half"]].value)
    second = next((tokens[parts[name]].value for name in _SECONDS if name in parts), None)
    period = next((tokens[parts[name]].value for name in _PARTS if name in parts), None)
    return _clock(hour, minute, second, period)


def _clock(hour: int, minute: int, second: int | None, period: str | None) -> tuple[timedelta, Precision] | None:
    if minute > 59 or (second or 0) > 59 or hour > 24 or (hour == 24 and minute):
        return None
    since = timedelta(hours=_hour(hour, period), minutes=minute, seconds=second or 0)
    return since, "minute" if second is None else "second"


def _hour(hour: int, period: str | None) -> int:
    """The hour on the clock of 24; what already is on it stays."""
    match period:
        case "pm" if hour < 12:
            return hour + 12
        case "am" | "midnight" | "night" if hour == 12:
            return 0
        case "noon" if hour < 6:
            return hour + 12
        case "night" if 6 <= hour < 12:
            return hour + 12
    return hour


def _zone_before(line: Line, found: Found, setting: Setting) -> WrittenZone:
    """The zone that stands right before a day: ``北京时间2024年5月5日14:07``."""
    if found.start and line.signature[found.start - 1] == "Z":
        return _zone_after(line, found.start - 1, setting)[0]
    return None


def _zone_after(line: Line, place: int, setting: Setting) -> tuple[WrittenZone, int]:
    """The zone written after a time, and the place after it."""
    found = find_zone(line.signature, place)
    if not found:
        return None, place
    parts, tokens = found.parts, line.tokens
    if "oh" in parts:
        return _written_offset(line, found, place)
    if "q" in parts or "q2" in parts:
        zone = zone_of(tokens[parts["q" if "q" in parts else "q2"]].value)
        return ((zone, "text") if zone else None), found.end
    name, after = tokens[parts["z"]].value, parts["z"] + 1
    if name == "local":
        return None, found.end
    if "sign" in parts and name in _UNIVERSAL:
        return _written_offset(line, found, after)
    if "/" in name:
        zone = zone_of(name)
        return ((zone, "text") if zone else None), after
    zone, by_country = letters_zone(name, setting.context.country, setting.tables)
    if zone is None:
        return (None if setting.context.timezone else "unknown"), after
    return (zone, "country" if by_country else "text"), after


def _written_offset(line: Line, found: Found, place: int) -> tuple[WrittenZone, int]:
    """``+0300``, ``+03:00``, ``GMT+3``."""
    parts, tokens = found.parts, line.tokens
    is_bare = "oh" in parts
    sign, hours, minutes = ("plus", "oh", "om") if is_bare else ("sign", "h", "m")
    number = tokens[parts[hours]]
    if is_bare and (number.start != tokens[parts[sign]].end or (number.kind != "Y" and minutes not in parts)):
        return None, place
    if number.kind in ("Y", "3"):
        hour, minute = divmod(number.value, 100)
    else:
        hour, minute = number.value, tokens[parts[minutes]].value if minutes in parts else 0
    zone = offset_zone(tokens[parts[sign]].value, hour, minute)
    return ((zone, "text") if zone else None), found.end
