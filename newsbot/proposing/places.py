"""Country and time zone of a publisher, from what its pages and lists print."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

_SOLD: Final = frozenset("ac ag ai cc co eu fm gg io is la li ly me nu sh so su tk to tv vc ws".split())
"""Country domains that are sold to everyone: they say nothing. ``eu`` is no country."""
_DOMAINS: Final = {"uk": "GB"}
_REGION: Final = re.compile(r"^[a-z]{2,3}(?:[-_][A-Za-z]{4})?[-_]([A-Z]{2})$")


def country_of_locales(locales: Iterable[str]) -> str | None:
    """The region that most of *locales* (``ar_LB``, ``en-GB``) name."""
    regions = Counter(match[1] for locale in locales if (match := _REGION.match(locale)))
    return regions.most_common(1)[0][0] if regions else None


def country_of_host(host: str) -> str | None:
    """The country of *host*'s top-level domain; ``None`` where it is generic or sold to everyone."""
    last = host.rpartition(".")[2].lower()
    code = _DOMAINS.get(last, last.upper())
    return code if last not in _SOLD and code in _zones() else None


def zones_of_country(country: str) -> tuple[str, ...]:
    """IANA zones of *country* (ISO 3166-1), the most populous first as ``zone.tab`` has them; zones with the same offsets only once."""
    return _zones().get(country, ())


def country_of_zone(zone: str) -> str | None:
    """The country that *zone* belongs to by ``zone.tab``."""
    return next((country for country, zones in _all_zones().items() if zone in zones), None)


def zones_with_offsets(zones: Sequence[str], dates: Iterable[str]) -> tuple[str, ...]:
    """Those of *zones* whose offset is that of each of *dates* (ISO 8601 or RFC 822, with offset). Dates in UTC say nothing."""
    moments = [moment for text in dates if (moment := _moment(text)) and moment.utcoffset()]
    if not moments:
        return ()
    return tuple(zone for zone in zones if all(moment.astimezone(ZoneInfo(zone)).utcoffset() == moment.utcoffset() for moment in moments))


def _moment(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
        except (ValueError, OverflowError):
            continue
        return moment if moment.tzinfo else None
    return None


@lru_cache(maxsize=1)
def _zones() -> dict[str, tuple[str, ...]]:
    """Zones by country, of those that agree in their offsets the first."""
    told: dict[str, dict[tuple[timedelta | None, ...], str]] = {}
    for country, zones in _all_zones().items():
        for zone in zones:
            told.setdefault(country, {}).setdefault(_behaviour(zone), zone)
    return {country: tuple(found.values()) for country, found in told.items()}


@lru_cache(maxsize=1)
def _all_zones() -> dict[str, list[str]]:
    """Zones by country: ``zone.tab`` of the tzdata package."""
    zones: dict[str, list[str]] = {}
    for line in files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones.setdefault(country, []).append(zone)
    return zones


def _behaviour(zone: str) -> tuple[timedelta | None, ...]:
    """Its offsets of some years: zones that agree in them are one for our purpose."""
    return tuple(datetime(year, month, 15, tzinfo=ZoneInfo(zone)).utcoffset() for year in range(2018, 2027) for month in (1, 4, 7, 10))
