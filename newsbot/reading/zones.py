"""Offsets from UTC: of zone letters, zone names and IANA zones, at a given wall time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsbot.date_tables import DateTables


@lru_cache(maxsize=512)
def zone_of(name: str) -> tzinfo | None:
    """The IANA zone *name*, or the fixed offset written as ``+HHMM``; ``None`` when there is none."""
    if name[:1] in "+-" and len(name) == 5 and name[1:].isdecimal():
        return offset_zone(name[0], int(name[1:3]), int(name[3:]))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def offset_zone(sign: str, hours: int, minutes: int) -> timezone | None:
    """The fixed offset; ``None`` beyond 14 hours, which no place has."""
    if hours > 14 or minutes > 59:
        return None
    delta = timedelta(hours=hours, minutes=minutes)
    return timezone(-delta if sign == "-" else delta)


def letters_zone(letters: str, country: str | None, tables: DateTables) -> tuple[tzinfo | None, bool]:
    """The zone that *letters* (``IST``) mean in *country*, and whether the country decided; ``None`` when it is open."""
    countries = tables.letters.get(letters, {})
    if country and country in countries:
        return zone_of(countries[country]), len(countries) > 1
    if "any" in countries:
        return zone_of(countries["any"]), False
    if country is None and len(set(countries.values())) == 1:
        return zone_of(next(iter(countries.values()))), False
    return None, False


def at_zone(wall: datetime, zone: tzinfo) -> tuple[datetime, tuple[str, ...]]:
    """*wall* in *zone* (fold 0, PEP 495), with the offset fixed; flags ``dst_gap`` and ``dst_overlap``."""
    first, second = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    offset = first.utcoffset() or timedelta()
    flags = () if offset == second.utcoffset() else ("dst_gap",) if offset < (second.utcoffset() or timedelta()) else ("dst_overlap",)
    return wall.replace(tzinfo=timezone(offset)), flags
