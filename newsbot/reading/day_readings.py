"""Days as tokens to calendar days: which calendar, which century, day or month first, and what the words around say."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal

from newsbot.date_tables import is_unspaced, main_language
from newsbot.items import Precision
from newsbot.reading.calendars import gregorian_day
from newsbot.reading.date_contexts import Setting
from newsbot.reading.date_patterns import Found
from newsbot.reading.date_tokens import Line, Token

Label = Literal["published", "modified", "original"]
_ERAS: Final = {"g": "gregorian", "e": "hijri", "s": "jalali", "u": "kurdish", "t": "ethiopian"}
_RANGE_BEFORE: Final = re.compile(r"(?<![:V])(?<![3Yx][-/.])n\.?-$|[MO]\.?[-]$|[nMOY]\.?[Bd]?Bo?$")
_RANGE_AFTER: Final = re.compile(r"B[ao]?[nMO]|-n(?![:h/.\-]|n?[MO]\.?o?-|n?P)(?:[MO,]|$)")
_OTHER_CALENDAR: Final = (re.compile(r"[-(]n[.]?o?Oo?Y"), re.compile(r"[-(]n[.]?o?Mo?Y"))
"""The same day again: in another calendar after a Gregorian one, and the other way round."""
_TWO_DAYS: Final = re.compile(r"(?:^|[^:/.0-9])[0-3]?[0-9]\.?/$")
"""``8/9 February``; with spaces around it, a slash separates."""
_NUMERIC_RANGE: Final = re.compile(r"[nY](?:\.-|\.?B)o?$")
_LABEL: Final = re.compile(r"[LUX](?=[^LUX]{0,8}$)")
_NUMBERING: Final = re.compile(r"V[.:;#]?$")
_NUMBER_BEFORE: Final = re.compile(r"(?:^|[^:.hi/-])[nYx]$|3$")
"""A number right before a date in numbers, that ends no time."""
_UNKNOWN_LABEL: Final = re.compile(r"^[^LUQn3YM]{0,6}w[)]?:[Wo,]{0,3}$")
_NEVER: Final = re.compile(r"X[^LUX|]{0,4}$")
_NEVER_AFTER: Final = re.compile(r"-?w?X")
_POSTPOSITIONAL: Final = frozenset("tr az uz kk ky tk mn ur hi mr ne bn ta te kn ml gu pa si hu fi et eu ka hy ko ja".split())
"""Languages that say "until", "born" and the like behind the day."""
_SOLAR: Final = ("fa", "prs", "ps", "mzn", "glk", "lrc")
_SOLAR_COUNTRIES: Final = ("IR", "AF")
_LUNAR: Final = ("ar", "ur")
_LUNAR_COUNTRIES: Final = ("SA",)
_BUDDHIST_YEARS: Final = 543
_CLOCK: Final = re.compile(r"n[:h]n(?:[:i]n)?[ik]?P?Z?|a\.?n\.n")
_UNYEARED: Final = frozenset({"day month", "month day", "cjk day"})


@dataclass(frozen=True, slots=True)
class Day:
    """A day, or a month, with what was understood on the way."""

    day: date | None
    """``None`` where the calendar has no such day."""
    precision: Precision = "day"
    calendar: str = "gregorian"
    flags: tuple[str, ...] = ()
    label: Label | None = None
    is_negative: bool = False
    """The words before it say that it is something else."""
    is_range: bool = False

    @property
    def iso(self) -> str:
        """ISO 8601 at the precision."""
        return self.day.isoformat()[: {"year": 4, "month": 7}.get(self.precision, 10)] if self.day else ""


def read_day(line: Line, found: Found, setting: Setting) -> Day | None:
    """The day that *found* writes; ``None`` when the numbers are no date at all."""
    before = line.signature[: found.start]
    if _is_numbered(before, found):
        return None
    label = label_before(line, found.start)
    if _is_range(line, found):
        return Day(None, is_range=True)
    if (
        _is_called_otherwise(before, setting)
        or _NEVER.search(before)
        or _is_called_after(line, found.end, setting)
        or _is_called_so_before(line, found.start)
    ):
        return Day(None, is_negative=True)
    if found.name in _UNYEARED:
        return _unyeared(line, found, setting.context.reference, label)
    read = _numbers(line, found, setting)
    if read is None:
        return None
    calendar, year, month, day, flags = read
    if found.name in ("month year", "year month"):
        return _month(line, found, calendar, year, month, label)
    return Day(gregorian_day(calendar, year, month, day), "day", calendar, flags, label)


def label_before(line: Line, place: int) -> Label | None:
    """What the last label before *place* says; ``original`` where the first publication is said to be elsewhere."""
    before = line.signature[:place]
    match = _LABEL.search(before)
    if match is None:
        return None
    if match[0] == "U":
        return "modified"
    for index, kind in enumerate(before):
        if kind == "L" and line.tokens[index].value == "original" and "w" in before[index:]:
            return "original"
    return "published" if match[0] == "L" else None


def _is_numbered(before: str, found: Found) -> bool:
    """Whether what looks like a date goes on a number of something: ``Page 5/12``, ``030 12.05.2024``."""
    if _NUMBERING.search(before) and found.name in ("abc", "roc", "ymd", "month day", "day month"):
        return True
    return found.name in ("abc", "roc", "ymd") and _NUMBER_BEFORE.search(before) is not None


def _is_called_otherwise(before: str, setting: Setting) -> bool:
    """Whether a word and a colon before the day call it something that is no publication in a language whose labels are known."""
    languages = setting.context.languages
    is_known = bool(languages) and "published" in setting.tables.words.get(main_language(languages[0]), ())
    return is_known and _UNKNOWN_LABEL.search(before) is not None


def _is_called_after(line: Line, place: int, setting: Setting) -> bool:
    """Whether the words right after the day say that it is something else, where such words follow (``2019/5/17撮影``, ``... kadar``)."""
    after = line.signature[place:]
    if after.startswith("X") and is_unspaced(line.text[line.tokens[place].start]):
        return True
    languages = setting.context.languages
    return bool(languages) and main_language(languages[0]) in _POSTPOSITIONAL and _NEVER_AFTER.match(after) is not None


def _is_called_so_before(line: Line, place: int) -> bool:
    """Whether a label is but the end of a longer word for something else: ``报名截止日期``."""
    at = max(line.signature.rfind(kind, 0, place) for kind in "LU")
    return at > 0 and line.signature[at - 1] == "X" and line.tokens[at - 1].end == line.tokens[at].start


def _is_range(line: Line, found: Found) -> bool:
    """``3-5 May 2024``, ``May 3-5, 2024``."""
    if found.name in ("ymd", "abc", "roc"):
        return bool(_NUMERIC_RANGE.search(line.signature[: found.start]) or re.match(r"Bo?n", line.signature[found.end :]))
    if _ends_in_a_day(line, found) or _TWO_DAYS.search(
        line.text[max(0, line.tokens[found.start].start - 6) : line.tokens[found.start].start]
    ):
        return True
    before, after = line.signature[: found.start], line.signature[found.end :]
    if "m" in found.parts and _OTHER_CALENDAR[line.signature[found.parts["m"]] == "O"].match(after):
        return False  # 22 January 2025 - 3 Bahman 1403
    return bool(_RANGE_BEFORE.search(before) or _RANGE_AFTER.match(after))


def _ends_in_a_day(line: Line, found: Found) -> bool:
    """Whether what looks like a year of two digits is the last day of a range: ``Nov 18-20``, ``18 Nov - 20 Nov``, not ``18-Nov-20``."""
    if found.name not in ("day month year", "month day year") or line.tokens[found.parts["y"]].kind != "n":
        return False
    first, second = sorted((found.parts["d"], found.parts["m"]))
    if line.signature[found.end : found.end + 1] in ("M", "O"):
        return True
    return "-" in line.signature[second : found.parts["y"]] and "-" not in line.signature[first:second]


Numbers = tuple[str, int, int, int, tuple[str, ...]]


def _numbers(line: Line, found: Found, setting: Setting) -> Numbers | None:
    """Calendar, year, month, day, flags."""
    parts, tokens = found.parts, line.tokens
    if found.name == "abc":
        return _ordered(line, found, setting)
    calendar, month = _calendar_month(line, found)
    if month == 0:
        return None
    year = tokens[parts["y"]]
    day = tokens[parts["d"]].value if "d" in parts else 1
    width = year.end - year.start
    if "era" in parts:
        return "gregorian", year.value + tokens[parts["era"]].value, month, day, ()
    if found.name == "roc" or (year.kind == "3" and found.name == "cjk"):
        return ("roc", year.value, month, day, ()) if _is_at_home(setting, ("TW",), ("zh",)) else None
    if year.kind == "3" or (year.kind == "n" and width != 2) or (tokens[parts["y"]].kind == "n" and found.name == "vi"):
        return None
    calendar, full = _year(line, found, calendar, year, setting)
    flags = ("hijri_umalqura",) if calendar == "hijri" else ()
    return calendar, full, month, day, flags


def _calendar_month(line: Line, found: Found) -> tuple[str, int]:
    """The calendar and number of the month; 0 when two names contradict each other."""
    token = line.tokens[found.parts["m"]]
    if token.kind not in "MO":
        return "gregorian", token.value
    calendar, number = token.value
    if "m2" in found.parts and line.tokens[found.parts["m2"]].value != token.value:
        return calendar, 0
    return calendar, number


def _is_at_home(setting: Setting, countries: tuple[str, ...], languages: tuple[str, ...]) -> bool:
    """Whether the page is of one of *countries*, or in one of *languages*."""
    context = setting.context
    return context.country in countries or bool(context.languages and main_language(context.languages[0]) in languages)


def _year(line: Line, found: Found, calendar: str, token: Token, setting: Setting) -> tuple[str, int]:
    """The calendar that the era mark, the language and the size of the year point to, and the whole year."""
    year, width = token.value, token.end - token.start
    if calendar == "gregorian":
        is_numeric = line.tokens[found.parts["m"]].kind == "n"
        calendar = _numeric_calendar(line, found, year, width, setting) if is_numeric else "gregorian"
        if width == 4 and 2480 <= year <= 2620:
            return "gregorian", year - _BUDDHIST_YEARS
        if width == 2 and year > 45 and _is_at_home(setting, ("TH",), ("th",)):
            return "gregorian", 2500 + year - _BUDDHIST_YEARS
    if calendar == "jalali" and 2680 <= year <= 2800:
        return "kurdish", year
    return calendar, year + (_century(calendar, year) if width == 2 else 0)


def _numeric_calendar(line: Line, found: Found, year: int, width: int, setting: Setting) -> str:
    """The calendar of a date in numbers: its mark, else its size where the page's language counts so."""
    mark = line.signature[found.end : found.end + 2].lstrip(",")[:1]
    if mark in _ERAS and mark != "g":
        return _ERAS[mark]
    if width == 4 and 1300 <= year <= 1500:
        if _is_at_home(setting, _SOLAR_COUNTRIES, _SOLAR):
            return "jalali"
        if year > 1400 and _is_at_home(setting, _LUNAR_COUNTRIES, _LUNAR):
            return "hijri"
    return "gregorian"


def _century(calendar: str, year: int) -> int:
    if calendar == "gregorian":
        return 2000 if year < 70 else 1900
    return 1300 if calendar == "jalali" and year > 50 else 1400


def _ordered(line: Line, found: Found, setting: Setting) -> Numbers | None:
    """A date in three numbers, by the order of the place; the other way round when only that is a date."""
    first, second, third = (line.tokens[found.parts[name]] for name in "abc")
    mark = line.tokens[found.parts["s"]].value
    if third.kind == "n" and not _may_be_short(line, found, mark):
        return None
    which, is_known = setting.order
    if which == "YMD" and third.kind == "n" and first.end - first.start == 2:
        return "gregorian", first.value + _century("gregorian", first.value), second.value, third.value, ()
    day, month = first.value, second.value
    if which == "MDY" and (mark != "." or setting.is_order_of_language):
        day, month = month, day
    flags: tuple[str, ...] = () if is_known or day > 12 or day == month else ("order_assumed",)
    if month > 12 >= day:
        day, month, flags = month, day, ("swapped",)
    calendar, year = _year(line, replace(found, parts={**found.parts, "m": found.parts["b"]}), "gregorian", third, setting)
    return (calendar, year, month, day, flags) if third.kind == "Y" or 1990 <= year < 2060 else None


def _may_be_short(line: Line, found: Found, mark: str) -> bool:
    """Whether three numbers of two digits are rather a date than a score, a version, a formation."""
    first, third = line.tokens[found.parts["a"]], line.tokens[found.parts["c"]]
    return third.end - third.start == 2 and (mark != "-" or first.end - first.start == 2)


def _unyeared(line: Line, found: Found, reference: datetime | None, label: Label | None) -> Day | None:
    """A day without a year is the nearest past one, where it stands alone, after a label or in a dateline."""
    calendar, month = _calendar_month(line, found)
    if reference is None or month == 0 or calendar != "gregorian" or not _stands_alone(line, found, label):
        return None
    for year in range(reference.year, reference.year - 5, -1):
        day = gregorian_day(calendar, year, month, line.tokens[found.parts["d"]].value)
        if day and day <= reference.date():
            return Day(day, "day", calendar, ("year_inferred",), label)
    return None


def _stands_alone(line: Line, found: Found, label: str | None) -> bool:
    before, after = line.signature[: found.start], line.signature[found.end :]
    others = _CLOCK.sub("", before) + _CLOCK.sub("", after.partition("|")[0])
    if label == "published" or not re.search(r"[wVXn3xQZNRC]", others):
        return True
    is_dateline = re.fullmatch(r"[wQM]{1,4}(?:[,/][wQM]{1,3})?[,:\-(/|]o?W?,?", before) is not None
    return is_dateline and re.match(r"[.]?(?:$|[(|\-:,])", after) is not None


def _month(line: Line, found: Found, calendar: str, year: int, month: int, label: Label | None) -> Day | None:
    """A month and a year, where they stand alone or after a label."""
    rest = line.signature[: found.start] + line.signature[found.end :]
    if calendar != "gregorian" or (re.search(r"[wnN3YxVQM]", rest) and not label):
        return None
    day = gregorian_day(calendar, year, month, 1)
    return Day(day, "month", calendar, (), label) if day else None
