"""Dates that programs write: RFC 3339 and ISO 8601, RFC 822, epochs, PDF, JavaScript, addresses with a day in the path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from newsbot.items import Precision
from newsbot.reading.zones import offset_zone, zone_of

_ISO: Final = re.compile(
    r"""(?:D:)? (?P<y>\d{4}) (?P<s>[-/.:]?) (?P<m>\d{2}) (?P=s) (?P<d>\d{2})
        (?: (?: [Tt] | \s{1,2} | (?<=\d)(?=\d{4}) ) (?P<H>\d{2}) (?::?(?P<M>\d{2})) (?: :?(?P<S>\d{2}|(?<=:)\d) (?:[.,]\d{1,9})? )?
            \s? (?: (?P<z>[Zz]|UTC|GMT|(?P<sign>[+-])(?P<oh>\d{2})[:']?(?P<om>\d{2})?'?) [Zz]? )?
            (?:\s?\[?(?P<zone>[A-Z][A-Za-z_]{2,20}/[A-Za-z_/]{2,30})\]?)? )? \.?""",
    re.VERBOSE,
)
_WEEK: Final = re.compile(r"(\d{4})-?W(\d{2})-?([1-7])|(\d{4})-(\d{3})")
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_EPOCH: Final = re.compile(r"(?:/Date\()?(\d{9,10})(\d{3})?(?:\.\d{1,6})?(?:[+-]\d{4})?(?:\)/)?")
_ADDRESS: Final = re.compile(r"https?://[^\s]{1,2000}|/[^\s]{1,2000}", re.ASCII)
_IN_PATH: Final = re.compile(
    r"""(?<![\d]) (?: (?P<y>(?:19|20)\d\d) (?P<s>[/\-_.]) (?P<m>0?[1-9]|1[0-2]) (?P=s) (?P<d>0?[1-9]|[12]\d|3[01]) (?!\d)  # 2024/05/05
        | (?P<y2>20\d\d) (?P<m2>0[1-9]|1[0-2]) (?P<d2>0[1-9]|[12]\d|3[01]) (?!\d)                                      # 20240505
        | (?<=/) (?P<y3>(?:19|20)\d\d) / (?P<n>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}
            / (?P<d3>0?[1-9]|[12]\d|3[01]) (?!\d)
        | (?<=/) (?P<y4>(?:19|20)\d\d) [/-] (?P<m4>0[1-9]|1[0-2]) (?=/|$) )""",
    re.VERBOSE | re.ASCII,
)
_SHORT: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class MachineDate:
    """A day, perhaps with a time of day, perhaps with a zone."""

    day: date
    precision: Precision
    wall: datetime | None = None
    zone: tzinfo | None = None


def read_machine_date(text: str) -> MachineDate | None:
    """The date that the whole of *text* writes in a machine form."""
    if not text or not (text[0].isdigit() or text[0] in "D/h"):
        return None
    if match := _ISO.fullmatch(text):
        return _iso(match)
    if match := _EPOCH.fullmatch(text):
        return _epoch(int(match[1]))
    if match := _MONTH.fullmatch(text):
        year, month = int(match[1]), int(match[2])
        return None if month == year % 100 + 1 else MachineDate(date(year, month, 1), "month")  # 2010-11 is a season
    if match := _WEEK.fullmatch(text):
        return _week(match)
    if _ADDRESS.fullmatch(text):
        return read_address_date(text)
    return None


def read_address_date(address: str) -> MachineDate | None:
    """The day, or the month, in the path of *address*."""
    path = address.partition("://")[2].partition("/")[2] if "://" in address else address[1:]
    match = _IN_PATH.search("/" + path.partition("?")[0][:1000].lower())
    if not match:
        return None
    year = int(match["y"] or match["y2"] or match["y3"] or match["y4"])
    if match["y4"]:
        return MachineDate(date(year, int(match["m4"]), 1), "month")
    month = int(match["m"] or match["m2"] or 0) or _SHORT.index(match["n"]) + 1
    return _valid(year, month, int(match["d"] or match["d2"] or match["d3"]))


def _valid(year: int, month: int, day: int) -> MachineDate | None:
    try:
        return MachineDate(date(year, month, day), "day")
    except ValueError:
        return None


def _iso(match: re.Match[str]) -> MachineDate | None:
    day = _valid(int(match["y"]), int(match["m"]), int(match["d"]))
    if day is None or match["H"] is None:
        return day if match["s"] or match["H"] else (day if day and 1990 <= day.day.year <= 2040 else None)
    hour, minute, second = int(match["H"]), int(match["M"]), int(match["S"] or 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        return None
    wall = datetime(day.day.year, day.day.month, day.day.day) + timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
    return MachineDate(day.day, "second" if match["S"] else "minute", wall, _iso_zone(match))


def _iso_zone(match: re.Match[str]) -> tzinfo | None:
    if match["zone"]:
        return zone_of(match["zone"])
    if match["sign"]:
        return offset_zone(match["sign"], int(match["oh"]), int(match["om"] or 0))
    return UTC if match["z"] else None


def _epoch(seconds: int) -> MachineDate | None:
    wall = datetime(1970, 1, 1) + timedelta(seconds=seconds)
    return MachineDate(wall.date(), "second", wall, UTC)


def _week(match: re.Match[str]) -> MachineDate | None:
    try:
        if match[1]:
            return MachineDate(date.fromisocalendar(int(match[1]), int(match[2]), int(match[3])), "day")
        day = date(int(match[4]), 1, 1) + timedelta(days=int(match[5]) - 1)
    except (ValueError, OverflowError):
        return None
    return MachineDate(day, "day") if 1 <= int(match[5]) <= 366 and day.year == int(match[4]) else None
