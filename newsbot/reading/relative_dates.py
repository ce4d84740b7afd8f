"""Days and times told from now: ``قبل ساعتين``, ``2 hours ago``, ``昨天 14:07``, ``Friday``. Without a reference time none is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from newsbot.date_tables import UNITS, Lexicon, Phrase, is_unspaced, split_words
from newsbot.items import Precision
from newsbot.reading.date_tokens import Line, Token

_UNIT_OF: Final = {letter: unit for unit, letter in UNITS.items()}
_SPAN: Final = re.compile(
    r"""
    (?P<ago>A) o? (?P<first>(?:[nN3f]?o?[hikdqmy]|D) (?:[,o&]?[nN3f]?[hikdqmy]|o?f)?)  # منذ 3 ساعات, vor 2 Stunden
    | (?P<second>(?:(?:[nN3f]|^|(?<=[LUo:|.,()-]))[hikdqmy]|D) (?:[,o]?[nN3][hikdqmy])?) o?A              # 2 hours ago
    """,
    re.VERBOSE,
)
_BARE: Final = re.compile(r"[^nN3A-Za]{0,2}(?:.{0,12}[|])?(?P<n>[n3])(?P<unit>[hikdq])\.?")
"""``2h`` alone or after a bar, as on listing cards."""
_PART: Final = re.compile(r"(?P<number>[nN3f])?o?(?P<unit>[hikdqmy])|(?P<dual>D)|(?P<more>f)")
_MOST_TOKENS: Final = 14
_REACH: Final = 6
"""Words of a pattern on one side of its number."""
_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600}
_DAYS: Final = {"day": 1, "week": 7}
_LONGEST: Final = {"second": 86400, "minute": 10000, "hour": 1000, "day": 1000, "week": 200, "month": 120, "year": 50}


@dataclass(frozen=True, slots=True)
class RelativeDate:
    """A moment before the reference, at the precision of the words."""

    moment: datetime
    """In the reference's zone."""
    precision: Precision
    start: int
    end: int
    """Tokens that say it."""


def read_span(line: Line, lexicon: Lexicon, reference: datetime) -> RelativeDate | None:
    """A span before *reference*: "2 hours ago" in any language."""
    match = _SPAN.search(line.signature)
    if match:
        group = "first" if match["first"] else "second"
        parts = [_amount(line.tokens, part) for part in _PART.finditer(line.signature, match.start(group), match.end(group))]
        return _before(reference, parts, match.start(), match.end())
    if line.signature.lstrip("LU:.,|-").rstrip(".") == "D" and line.tokens[line.signature.index("D")].value == (0, "second"):
        return RelativeDate(reference, "minute", 0, len(line.tokens))
    return _cldr_span(line, lexicon, reference) or _bare(line, reference)


def _amount(tokens: tuple[Token, ...], part: re.Match[str]) -> tuple[float, str]:
    value = tokens[part.start()].value
    if part["dual"]:
        return float(value[0]), str(value[1])
    if part["more"]:
        return value, "hour"
    unit = _UNIT_OF[part["unit"]]
    if not part["number"]:
        return 1, unit
    return tokens[part.start("number")].value, unit


def _cldr_span(line: Line, lexicon: Lexicon, reference: datetime) -> RelativeDate | None:
    """A span in one of CLDR's own patterns, word for word."""
    if len(line.tokens) > _MOST_TOKENS:
        return None
    for token in line.tokens:
        if token.kind in ("n", "3"):
            before, after = split_words(line.text[: token.start])[-_REACH:], split_words(line.text[token.end :])[:_REACH]
            if unit := _unit_of_pattern(before, after, lexicon):
                return _before(reference, [(token.value, unit)], 0, len(line.tokens))
    return None


def _unit_of_pattern(before: Phrase, after: Phrase, lexicon: Lexicon) -> str | None:
    """The unit of the longest pattern that the words around a number make with it."""
    for head in range(len(before) + 1):
        for tail in range(len(after), -1, -1):
            if unit := lexicon.spans.get((*before[head:], "0", *after[:tail])):
                return unit
    return None


def _bare(line: Line, reference: datetime) -> RelativeDate | None:
    match = _BARE.fullmatch(line.signature)
    if not match:
        return None
    number, unit = line.tokens[match.start("n")], line.tokens[match.start("unit")]
    if unit.start != number.end or unit.end - unit.start > 3 or is_unspaced(line.text[unit.start]):
        return None  # "5 minutes" alone is a reading time, 3小时 a duration
    return _before(reference, [(number.value, _UNIT_OF[match["unit"]])], match.start("n"), match.end())


def _before(reference: datetime, parts: list[tuple[float, str]], start: int, end: int) -> RelativeDate | None:
    """*reference* less the *parts*; its precision is that of the smallest."""
    if not parts or any(amount > _LONGEST[unit] for amount, unit in parts):
        return None
    moment, unit = reference, parts[-1][1]
    if any(amount < 1 for amount, _ in parts) and unit == "hour":
        unit = "minute"
    for amount, one in parts:
        if one in _SECONDS:
            moment -= timedelta(seconds=amount * _SECONDS[one])
        elif one in _DAYS:
            moment -= timedelta(days=int(amount * _DAYS[one]))
        else:
            moment = _months_before(moment, int(amount) * (12 if one == "year" else 1) or 6)
    precision: Precision = "day" if unit == "week" else unit  # type: ignore[assignment]
    return RelativeDate(moment, precision, start, end)


def _months_before(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=max(1, year), month=month + 1, day=min(moment.day, 28))


def day_before(reference: datetime, weekday: int) -> date:
    """The last *weekday* (0 Monday) up to the day of *reference*; the day of *reference* itself is meant as a week ago."""
    back = (reference.weekday() - weekday) % 7 or 7
    return reference.date() - timedelta(days=back)
