"""Times of day as tokens to hours and minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from newsbot.items import Precision
from newsbot.reading.date_patterns import Found
from newsbot.reading.date_tokens import Line

_HOURS: Final = ("H", "H3", "H4", "H5", "H6", "H7")
_MINUTES: Final = ("M", "M2", "M3", "M6")
_SECONDS: Final = ("S", "S2")
_PARTS: Final = ("after", "after3", "after4", "after6", "before", "before4", "before5")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day."""

    since_midnight: timedelta
    precision: Precision


def read_clock(line: Line, found: Found) -> Clock | None:
    """The time that *found* writes; ``None`` when there is no such time."""
    parts = found.parts
    if "HM" in parts:
        hour, minute = divmod(line.tokens[parts["HM"]].value, 100)
        return _clock(hour, minute, None, None)
    hour = next(line.tokens[parts[name]].value for name in _HOURS if name in parts)
    minute = next((line.tokens[parts[name]].value for name in _MINUTES if name in parts), 0)
    second = next((line.tokens[parts[name]].value for name in _SECONDS if name in parts), None)
    period = next((line.tokens[parts[name]].value for name in _PARTS if name in parts), None)
    return _clock(hour, minute, second, period)


def _clock(hour: int, minute: int, second: int | None, period: str | None) -> Clock | None:
    if minute > 59 or (second or 0) > 59 or hour > 24 or (hour == 24 and minute):
        return None
    since = timedelta(hours=_hour(hour, period), minutes=minute, seconds=second or 0)
    return Clock(since, "minute" if second is None else "second")


def _hour(hour: int, period: str | None) -> int:
    """The hour on the clock of 24; what already is on it stays."""
    match period:
        case "pm" if hour < 12:
            return hour + 12
        case "am" | "midnight" if hour == 12:
            return 0
        case "noon" if hour < 6:
            return hour + 12
        case "night" if 6 <= hour < 12:
            return hour + 12
        case "night" if hour == 12:
            return 0
    return hour
