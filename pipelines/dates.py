"""Which of a page's dates is the publication, with its evidence.

The most trusted candidate is taken; a lower one may refine it (same day, finer precision or a real offset); it is replaced only where two
other kinds of evidence agree with one another and not with it. Orders and confidences are measured, see ``newsbot/extractors/dates.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone, tzinfo
from itertools import groupby
from typing import Final

from newsbot.config import Config
from newsbot.items import Article, Dates, DateValue, OffsetBasis, Provenance
from newsbot.reading.date_strings import DateContext, DateReading, country_of_address, read_dates
from newsbot.reading.zones import zone_of

_RANKS: Final = (
    ("jsonld:datePublished", "jsonld", 1.0),
    ("microdata:datepublished", "microdata", 1.5),
    ("meta", "meta", 3.0),
    ("jsonld-other", "jsonld-other", 2.0),
    ("time:published", "time", 4.0),
    ("feed", "feed", 2.5),
    ("sitemap", "feed", 2.6),
    ("label", "text", 4.5),
    ("class:attribute", "time", 5.0),
    ("header", "text", 6.0),
    ("time", "time", 6.2),
    ("state", "state", 6.5),
    ("class", "text", 6.6),
    ("url:month", "url", 12.0),
    ("url", "url", 5.5),
    ("jsonld", "jsonld", 7.0),
    ("microdata", "microdata", 7.0),
    ("line", "text", 4.5),
    ("plain", "plain", 8.5),
    ("dateline", "dateline", 8.0),
    ("htmldate", "htmldate", 9.0),
)
"""Origin (whole, or up to its first colon), kind of evidence, rank: the smaller, the more trusted."""
_WEAK_METAS: Final = frozenset(
    f"meta:{name}"
    for name in "dc.date dcterms.date dc:date date datecreated date_created created creation_date timestamp og:time article:date".split()
)
_WEAK: Final = 7.5
_AGREED: Final = {1: 0.87, 2: 0.96, 3: 0.98}
_CONTRADICTED: Final = {1: 0.66, 2: 0.84, 3: 0.92}
_ALONE: Final = {"text": 0.6, "plain": 0.5, "dateline": 0.5, "htmldate": 0.6, "url": 0.8}
_LABELLED: Final = 0.8
_SHOWN: Final = frozenset(("text", "time", "url", "plain"))
"""Kinds that tell the day as the site counts it."""
_MINUTE: Final = timedelta(minutes=1)
_TIMESPEC: Final = {"minute": "minutes", "second": "seconds"}
_OFFSETS: Final = frozenset(
    timedelta(hours=hours) for hours in (*range(-11, 0), *range(1, 15), 3.5, 4.5, 5.5, 5.75, 6.5, 9.5, 10.5, -2.5, -3.5)
)
"""Offsets that places have today."""
_FINENESS: Final = {"year": 0, "month": 1, "day": 2, "hour": 3, "minute": 4, "second": 5}


@dataclass(frozen=True, slots=True)
class _Dated:
    """A candidate that could be read."""

    candidate: Provenance
    reading: DateReading
    kind: str
    rank: float

    @property
    def day(self) -> str:
        return self.reading.value[:10]

    @property
    def has_offset(self) -> bool:
        return self.reading.offset_basis is not None


def normalise_dates(article: Article, config: Config) -> Article:
    """*article* with its publication, modification and first publication elsewhere chosen from the candidates."""
    context = _context(article, config)
    published = _read("published", article.candidates, context, config)
    modified = _read("modified", article.candidates, context, config)
    original = _read("original", article.candidates, replace(context, timezone=None), config)  # another outlet's clock
    dates = Dates(
        published=_choose(published, modified, _home_zone(context, config)),
        modified=_choose(modified, [], _home_zone(context, config)),
        original=_choose(original, [], None),
    )
    if dates.original is None and article.dates.original is not None:
        dates = replace(dates, original=article.dates.original)
    return replace(article, dates=dates, candidates=_marked(article.candidates, dates))


def _context(article: Article, config: Config) -> DateContext:
    source = config.sources.get(article.source) if article.source else None
    languages = dict.fromkeys((*([article.language] if article.language else []), *(source.languages if source else [])))
    return DateContext(
        languages=tuple(languages),
        country=(source.country if source else None) or country_of_address(article.canonical_url or article.url),
        timezone=article.timezone,
        order=source.date_order if source else None,
        reference=_moment(article.fetched_at),
    )


def _moment(text: str | None) -> datetime | None:
    moment = datetime.fromisoformat(text) if text else None
    return moment if moment and moment.tzinfo else None


_Home = tuple[tzinfo, OffsetBasis]


def _home_zone(context: DateContext, config: Config) -> _Home | None:
    """Where the page is at home, to tell instants that are printed in UTC on the local clock: configured, else its country's only zone."""
    if context.timezone and (own := zone_of(context.timezone)):
        return own, "config"
    name = config.dates.country_zones.get(context.country or "")
    zone = zone_of(name) if name else None
    return (zone, "country") if zone else None


def _read(field: str, candidates: Iterable[Provenance], context: DateContext, config: Config) -> list[_Dated]:
    """The candidates of *field* that can be read, most trusted first."""
    found: list[_Dated] = []
    for candidate in candidates:
        if candidate.field == field:
            kind, rank = _trust(candidate.origin)
            reading = _reading(candidate, field, context, config)
            if reading is not None:
                found.append(
                    _Dated(candidate, reading, kind, rank + (2 if "year_inferred" in reading.flags or reading.precision == "month" else 0))
                )
    return sorted(found, key=lambda one: one.rank)


def _reading(candidate: Provenance, field: str, context: DateContext, config: Config) -> DateReading | None:
    """What *candidate* says; of a line that states a publication and an update, the one that is asked for."""
    readings = [one for one in read_dates(candidate.raw, context=context, tables=config.dates) if one.precision != "year"]
    if field == "modified":
        return next((one for one in readings if one.label == "modified"), readings[0] if readings and len(readings) == 1 else None)
    if field == "original":
        return next((one for one in readings if one.label == "original"), readings[0] if readings else None)
    visible = candidate.origin.partition(":")[0] in ("header", "label", "class")
    own = next((one for one in readings if one.label in ("published", None)), None)
    return own or (None if visible or not readings else readings[0])


def _trust(origin: str) -> tuple[str, float]:
    if origin in _WEAK_METAS:
        return "weak", _WEAK
    parts = origin.split(":")
    for length in range(len(parts), 0, -1):
        start = ":".join(parts[:length])
        for name, kind, rank in _RANKS:
            if name == start:
                return kind, rank
    return "other", _WEAK


def _choose(found: Sequence[_Dated], modified: Sequence[_Dated], home: _Home | None) -> DateValue | None:
    """The date that *found* say, with its evidence."""
    if not found:
        return None
    chosen = _outvoted(found) or _corrected(found, modified) or found[0]
    agree = [one for one in found if one is not chosen and _same_day(one, chosen)]
    disagree = [one for one in found if not _same_day(one, chosen)]
    refined, mended = _refined(chosen, agree)
    best, localised = _localised(refined, found, home)
    flags = (*mended, *localised)
    return DateValue(
        value=best.value,
        precision=best.precision,
        offset_basis=best.offset_basis,
        origin=chosen.candidate.origin,
        raw=chosen.candidate.raw,
        calendar=chosen.reading.calendar,
        agree=tuple(dict.fromkeys(one.candidate.origin for one in agree if one.candidate.origin != chosen.candidate.origin)),
        disagree=tuple(dict.fromkeys(one.candidate.origin for one in disagree)),
        confidence=_confidence(chosen, agree, disagree),
        flags=tuple(dict.fromkeys((*best.flags, *flags))),
    )


def _outvoted(found: Sequence[_Dated]) -> _Dated | None:
    """The best of at least two other kinds that agree with one another, where nothing agrees with the first candidate."""
    first = found[0]
    if any(one.kind != first.kind and _same_day(one, first) for one in found):
        return None
    others = sorted((one for one in found if not _same_day(one, first) and one.kind not in ("weak", first.kind)), key=lambda one: one.day)
    for _, group in groupby(others, key=lambda one: one.day):
        members = sorted(group, key=lambda one: one.rank)
        if len({one.kind for one in members}) >= 2:
            return members[0]
    return None


def _corrected(found: Sequence[_Dated], modified: Sequence[_Dated]) -> _Dated | None:
    """A labelled visible date, where the declared publication is only the last change repeated to the second."""
    first = found[0]
    if first.kind in ("text", "time") or first.reading.precision != "second":
        return None
    if not any(one.reading.value == first.reading.value for one in modified):
        return None
    return next((one for one in found if one.candidate.origin == "label" and one.day < first.day), None)


def _same_day(one: _Dated, other: _Dated) -> bool:
    """Whether two readings can mean one day: equal as printed, or one instant told in two zones."""
    if one.day == other.day:
        return True
    if one.day[:7] == other.day[:7] and "month" in (one.reading.precision, other.reading.precision):
        return True
    if one.has_offset and other.has_offset:
        return abs(_at(one.reading) - _at(other.reading)) < _MINUTE
    return _offset_between(one.reading, other.reading) is not None or _offset_between(other.reading, one.reading) is not None


def _at(reading: DateReading) -> datetime:
    return datetime.fromisoformat(reading.value)


def _offset_between(universal: DateReading, local: DateReading) -> timedelta | None:
    """The offset of a place that prints *local* for the instant *universal* (told in UTC); ``None`` when no place does."""
    if (
        local.offset_basis is not None
        or not universal.value.endswith("+00:00")
        or min(_FINENESS[one.precision] for one in (universal, local)) < _FINENESS["minute"]
    ):
        return None
    gap = _at(local).replace(second=0) - _at(universal).replace(second=0, tzinfo=None)
    return gap if gap in _OFFSETS else None


def _localised(best: DateReading, found: Sequence[_Dated], home: _Home | None) -> tuple[DateReading, tuple[str, ...]]:
    """*best*, told in UTC, as the page's own clock tells it: the instant is the same, the day the reader's."""
    if not best.value.endswith("+00:00") or _FINENESS[best.precision] < _FINENESS["minute"]:
        return best, ()
    for other in found:
        if other.has_offset and not other.reading.value.endswith("+00:00") and abs(_at(other.reading) - _at(best)) < _MINUTE:
            moment = _at(best).astimezone(_at(other.reading).tzinfo)
            return replace(best, value=moment.isoformat(timespec=_TIMESPEC[best.precision]), offset_basis=other.reading.offset_basis), ()
    for other in found:
        offset = _offset_between(best, other.reading) if other.kind != "weak" else None
        if offset:
            moment = _at(best).astimezone(timezone(offset))
            return replace(best, value=moment.isoformat(timespec=_TIMESPEC[best.precision])), ("offset_from_utc",)
    if home is not None:
        moment = _at(best).astimezone(home[0])
        moment = moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta()))
        shown = {one.day for one in found if one.kind in _SHOWN and not one.has_offset}
        if best.value[:10] in shown and moment.isoformat()[:10] not in shown:
            return best, ()
        return replace(best, value=moment.isoformat(timespec=_TIMESPEC[best.precision]), offset_basis=home[1]), ()
    return best, ()


def _refined(chosen: _Dated, agree: Sequence[_Dated]) -> tuple[DateReading, tuple[str, ...]]:
    """The finest reading of the same day, and what had to be mended."""
    best = chosen.reading
    for other in agree:
        finer = _FINENESS[other.reading.precision] > _FINENESS[best.precision] and _FINENESS[best.precision] < _FINENESS["minute"]
        same_wall = other.reading.value[:16] == best.value[:16] and other.reading.precision in ("minute", "second")
        gains_offset = same_wall and other.has_offset and best.offset_basis is None
        gains_second = (
            same_wall and other.reading.precision == "second" and best.precision == "minute" and (other.has_offset or not best.offset_basis)
        )
        if finer or gains_offset or gains_second:
            best = replace(other.reading, flags=tuple(dict.fromkeys((*best.flags, *other.reading.flags))))
    return _uncopied(best, agree)


def _uncopied(best: DateReading, agree: Sequence[_Dated]) -> tuple[DateReading, tuple[str, ...]]:
    """*best* without a false ``Z``: the page prints the same wall time, in a zone that is known to be another."""
    if best.offset_basis != "text" or not best.value.endswith("+00:00"):
        return best, ()
    for other in agree:
        is_local = other.reading.offset_basis == "config" and other.kind in ("text", "time")
        is_written = other.reading.offset_basis == "text"
        if (is_local or is_written) and other.reading.value[:16] == best.value[:16] and not other.reading.value.endswith(("+00:00", "Z")):
            value = best.value[:-6] + other.reading.value[-6:]
            return replace(best, value=value, offset_basis=other.reading.offset_basis), ("copied_z",)
    return best, ()


def _confidence(chosen: _Dated, agree: Sequence[_Dated], disagree: Sequence[_Dated]) -> float:
    """How often such a choice was right: by the kinds of evidence that agree, and whether another kind contradicts."""
    kinds = {chosen.kind, *(one.kind for one in agree)} - {"weak"}
    others = {one.kind for one in disagree} - kinds - {"weak"}
    if len(kinds) <= 1 and not others and chosen.kind in _ALONE:
        return _LABELLED if chosen.candidate.origin == "label" else _ALONE[chosen.kind]
    table = _CONTRADICTED if others else _AGREED
    return table.get(max(1, len(kinds)), 0.92 if others else 0.99)


def _marked(candidates: Sequence[Provenance], dates: Dates) -> tuple[Provenance, ...]:
    """*candidates* with those marked that were chosen."""
    chosen = {(name, value.origin, value.raw) for name in ("published", "modified", "original") if (value := getattr(dates, name))}
    return tuple(replace(one, chosen=True) if (one.field, one.origin, one.raw) in chosen else one for one in candidates)
