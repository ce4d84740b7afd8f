"""The day in a dateline, the time in a line about first publication: dates where they stand among other words."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from newsbot.credit_tables import Lexicon
from newsbot.reading.tokens import Token

_ISO: Final = re.compile(
    r"""
    (?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})
    (?:[T\s]{1,2}(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,6})?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?
    """,
    re.VERBOSE,
)
_DAY_FIRST: Final = re.compile(r"(?P<day>\d{1,2})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4})")
_IDEOGRAPHS: Final = re.compile(r"(?:(?P<year>\d{4})\s?[年년]\s?)?(?:(?P<month>\d{1,2})\s?[月월]\s?)?(?P<day>\d{1,2})\s?[日일號号]")
_DAY: Final = re.compile(r"(?:0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th|er)?")
_TIME: Final = re.compile(
    r"""
    \s{0,3}(?:[,،|•·/à–—-]|[^\W\d_]{1,6}\.?)?\s{0,3}      # a mark, or "at"
    (?:[01]?\d|2[0-3])\s?[:hH٫]\s?[0-5]\d(?::[0-5]\d)?(?!\d)
    (?:\s?(?:[aApP]\.?[mM]\b\.?|Uhr|[صم](?!\w)))?
    (?:\s?\(?(?:UTC|GMT|[A-Z]{1,3}S?T)(?:\s?[+-]\d{1,2}(?::?\d\d)?)?\)?(?!\w))?     # the zone: IST, GMT+3
    """,
    re.VERBOSE,
)
"""The time of day behind a date: ``- 21:10``, ``à 17h05``, ``um 9:30 Uhr``."""
_ERAS: Final = frozenset({"ه", "هـ", "م", "ق", "ش"})
_EQUALS: Final = frozenset({"الموافق", "=", "-", "/", "|", "("})
_SHORT: Final = re.compile(r"(?P<day>\d{1,2})\s?[-/]\s?(?P<month>\d{1,2})(?=\s?[(\[،,]|\s*$)")
"""KUNA prints ``الكويت - 5 - 5 (كونا)``."""


@dataclass(frozen=True, slots=True)
class DateFound:
    """A date among tokens."""

    last: int
    """Index after its last token."""
    value: str | None
    """ISO 8601; ``None`` when the year is not printed and no reference day tells it."""


def date_at(text: str, tokens: Sequence[Token], at: int, lexicon: Lexicon, reference: str | None) -> DateFound | None:
    """The date that starts at token *at*; a missing year is the one nearest before *reference* (RFC 3339)."""
    if tokens[at].kind != "word":
        return None
    if weekday := lexicon.weekdays.match(tokens, at):
        place = _skip(tokens, weekday[0], {",", "،", "-", ".", "|"})
        return _whole_date(text, tokens, place, lexicon, reference) if place < len(tokens) else None
    return _whole_date(text, tokens, at, lexicon, reference)


def time_end(text: str, start: int) -> int | None:
    """The offset behind the time of day that begins at *start* of *text*, after a mark or "at" at most."""
    time = _TIME.match(text, start)
    return time.end() if time else None


def _whole_date(text: str, tokens: Sequence[Token], at: int, lexicon: Lexicon, reference: str | None) -> DateFound | None:
    """The date that starts at token *at* with its other calendar and its time of day."""
    found = _bare_date(text, tokens, at, lexicon, reference)
    if found is None:
        return None
    found = _with_other_calendar(text, tokens, found, lexicon, reference)
    time = _TIME.match(text, tokens[found.last - 1].end)
    return DateFound(_after(tokens, found.last, time.end()), found.value) if time else found


def _with_other_calendar(text: str, tokens: Sequence[Token], found: DateFound, lexicon: Lexicon, reference: str | None) -> DateFound:
    """*found* with its era, and with the same day in another calendar behind it: ``18 رمضان 1447 هـ الموافق 7 مارس 2026 م``."""
    last = _skip(tokens, found.last, _ERAS)
    place = _skip(tokens, _skip(tokens, last, _EQUALS), _EQUALS)
    other = _bare_date(text, tokens, place, lexicon, reference) if last < place < len(tokens) else None
    if other is None or (other.value is None) == (found.value is None):
        return DateFound(last, found.value)
    return DateFound(_skip(tokens, other.last, _ERAS), other.value or found.value)


def _bare_date(text: str, tokens: Sequence[Token], at: int, lexicon: Lexicon, reference: str | None) -> DateFound | None:
    """The date without a weekday that starts at token *at*."""
    if not tokens[at].folded[0].isdigit():
        return _month_first(tokens, at, lexicon, reference)
    for pattern in (_ISO, _DAY_FIRST, _IDEOGRAPHS):
        if match := pattern.match(text, tokens[at].start):
            return _built(match.groupdict(), _after(tokens, at, match.end()), reference)
    if named := _day_first(tokens, at, lexicon, reference):
        return named
    match = _SHORT.match(text, tokens[at].start)
    return _built(match.groupdict(), _after(tokens, at, match.end()), reference) if match else None


def _after(tokens: Sequence[Token], at: int, offset: int) -> int:
    while at < len(tokens) and tokens[at].start < offset:
        at += 1
    return at


def _built(parts: dict[str, str | None], last: int, reference: str | None) -> DateFound | None:
    day = _day(_number(parts.get("year")), _number(parts.get("month")), int(parts["day"] or 0), reference)
    if day is None:
        return DateFound(last, None) if not parts.get("year") and reference is None else None
    return DateFound(last, day.isoformat() + _clock(parts))


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _clock(parts: dict[str, str | None]) -> str:
    """``T14:07:12+03:00`` as far as it is printed, "" without a valid time."""
    hour, minute = _number(parts.get("hour")), _number(parts.get("minute"))
    if hour is None or minute is None or hour > 23 or minute > 59:
        return ""
    second = parts.get("second")
    zone = (parts.get("zone") or "").replace("Z", "+00:00")
    return (
        f"T{hour:02}:{minute:02}"
        + (f":{int(second):02}" if second else "")
        + (zone if ":" in zone or not zone else f"{zone[:3]}:{zone[3:]}")
    )


def _day(year: int | None, month: int | None, day: int, reference: str | None) -> date | None:
    """The day; a missing year or month is the latest that does not lie after the day behind *reference*."""
    if year is not None and month is not None:
        return _valid(year, month, day)
    if reference is None:
        return None
    try:
        until = datetime.fromisoformat(reference).date() + timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    months = ((until.year - back // 12 - (until.month <= back % 12), (until.month - 1 - back) % 12 + 1) for back in range(12))
    days = (_valid(one_year, one_month, day) for one_year, one_month in months if month in (None, one_month))
    return next((one for one in days if one is not None and one <= until), None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1900 <= year <= 2100 else None
    except ValueError:
        return None


def _day_first(tokens: Sequence[Token], at: int, lexicon: Lexicon, reference: str | None) -> DateFound | None:
    """``5 May 2024``, ``5. Mai``, ``5 de mayo``, ``5 أيار/مايو``, ``5 مايو أيار``."""
    if not _is_day(tokens[at].folded):
        return None
    place = _skip(tokens, at + 1, {".", "-", "de", "من", "º", "a"})
    month = lexicon.months.match(tokens, place) if place < len(tokens) else None
    if month is None:
        return _other_month(tokens, place, lexicon)
    return _with_year(tokens, _second_name(tokens, month[0], month[1], lexicon), month[1], _number_of(tokens[at]), lexicon, reference)


def _other_month(tokens: Sequence[Token], place: int, lexicon: Lexicon) -> DateFound | None:
    """``22 اردیبهشت 1405``: a day of another calendar with its year; its value is not told."""
    month = lexicon.other_months.match(tokens, place) if place < len(tokens) else None
    year = _skip(tokens, month[0], {",", "،"}) if month else len(tokens)
    return DateFound(year + 1, None) if year < len(tokens) and _is_year(tokens[year]) else None


def _is_year(token: Token) -> bool:
    return token.folded.isdigit() and len(token.folded) == 4


def _month_first(tokens: Sequence[Token], at: int, lexicon: Lexicon, reference: str | None) -> DateFound | None:
    """``May 5``, ``Sept. 5, 2024``."""
    month = lexicon.months.match(tokens, at)
    place = _skip(tokens, month[0], {"."}) if month else len(tokens)
    if month is None or place >= len(tokens) or not _is_day(tokens[place].folded):
        return None
    return _with_year(tokens, place + 1, month[1], _number_of(tokens[place]), lexicon, reference)


def _number_of(day: Token) -> int:
    return int(day.folded.rstrip("sthndre"))


def _is_day(folded: str) -> bool:
    return _DAY.fullmatch(folded) is not None


def _skip(tokens: Sequence[Token], at: int, words: Set[str]) -> int:
    return at + 1 if at < len(tokens) and tokens[at].folded in words else at


def _second_name(tokens: Sequence[Token], at: int, month: int, lexicon: Lexicon) -> int:
    """The place after another name of the same month: the Arabic press prints both."""
    place = _skip(tokens, at, {"/", "(", "-"})
    other = lexicon.months.match(tokens, place) if place < len(tokens) else None
    return _skip(tokens, other[0], {")", "/"} if place > at else set()) if other and other[1] == month else at


def _with_year(tokens: Sequence[Token], at: int, month: int, day: int, lexicon: Lexicon, reference: str | None) -> DateFound | None:
    place = _skip(tokens, at, {",", "،", "de", "."})
    if place < len(tokens) and _is_year(tokens[place]):
        value = _day(int(tokens[place].folded), month, day, None)
        return DateFound(_second_name(tokens, place + 1, month, lexicon), value.isoformat()) if value else None
    found = _day(None, month, day, reference)
    return DateFound(at, found.isoformat() if found else None)
