"""Where days and times stand in a signature (see :mod:`newsbot.reading.date_tokens`).

Letters: ``n`` number of one or two digits, ``3`` of three, ``Y`` of four, ``M`` month, ``O`` month of another calendar, ``W`` weekday,
``o`` filler ("of", "de"), ``y m d h i k`` units and the marks 年 月 日 時 分 秒, ``C`` era, ``g e s u t`` era marks, ``P`` part of the day,
``a`` "at", ``Z`` zone, ``c`` clock word, ``Q`` city. Punctuation stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_YEAR_AHEAD: Final = r"(?!(?<=n)(?:[:hPidq]|\.n))"
"""A year of two digits is not the hour of a time (``5 May 14:07``)."""
_NOT_INSIDE: Final = r"(?<![^:][n3Yx][-/.])(?<!^[n3Yx][-/.])"
"""Not inside a longer chain of numbers; a time may stand before (``14:07-5/5/2024``)."""
_PATTERNS: Final = tuple(
    (name, re.compile(pattern, re.VERBOSE))
    for name, pattern in (
        ("era", r"(?P<era>C) (?P<y>n|3) [./-] (?P<m>n) [./-] (?P<d>n)"),  # 令和6.5.5
        ("asctime", r"(?P<m>M) (?P<d>n) (?=n:n(?::n)?(?:Z|[+-]Y)?(?P<y>Y))"),  # Sun May 5 14:07:12 2024
        ("ymd", rf"{_NOT_INSIDE} (?P<y>Y) o?(?P<s>[-/.]) (?P<m>n) (?P=s) (?P<d>n) (?![-/][n3Yx](?![:h]))"),  # 2024-05-05, 2024. 5. 5.
        ("roc", rf"{_NOT_INSIDE} (?P<y>3) (?P<s>[-/.]) (?P<m>n) (?P=s) (?P<d>n) (?![-/.][n3Yx])"),  # 113/05/05
        (
            "abc",
            rf"{_NOT_INSIDE} (?P<a>n) (?P<s>[-/.]) (?P<b>n) (?P=s) (?P<c>Y|n) (?![-/][n3Yx](?![:h])) (?!\.[n3Yx](?!:)) {_YEAR_AHEAD}",
        ),  # 05/06/2024
        ("cjk", r"(?:C(?:n|3)y?\()? (?P<era>C)? ,?(?P<y>Y|n|3) y?\)?y (?P<m>n) [-o]{0,2}m ,?(?P<d>n) d?"),  # 2024年5月5日, 令和6年5月5日
        ("vi", rf"(?P<d>n) [,/]?m (?P<m>n) [,./]{{0,1}} (?:o|-)?y?C? (?P<y>Y) {_YEAR_AHEAD}"),  # 5 tháng 5, 2024
        (
            "day month year",
            rf"""
            (?P<d>n) [.)]? [od,-]{{0,3}} [/-]? [od]? (?P<m>[MO])
            (?:o?[/|(,-]{{0,2}}o?(?P<m2>[MO])\)?)? [.m]? [o,/.-]{{0,3}} (?:y\.?)?o?C? (?P<y>Y|n|3) {_YEAR_AHEAD}""",
        ),
        (
            "month day year",
            rf"""(?P<m>[MO]) (?:[/|(-]{{1,2}}(?P<m2>[MO])\)?)?
            [./-]{{0,2}} o? (?P<d>n) [.]?[oda]{{0,2}} [,./-]{{0,2}} [od]? (?P<y>Y|n) {_YEAR_AHEAD}""",
        ),
        ("year day month", r"(?P<y>Y) -?[y.,o]{1,3} (?P<d>n) [d.,o-]{0,2} (?P<m>[MO])"),  # 2017 ж. 2 мамыр, 2020. gada 8. maijs
        ("year month day", r"(?P<y>Y) [y.,o/-]{0,3} (?P<m>[MO]) [.,/o-]{0,2} (?P<d>n) (?![:hP])"),  # 2024. május 5.
        ("month year", r"(?<![n/-]) (?P<m>[MO]) (?:[/|(-]{1,2}(?P<m2>[MO])\)?)? [.,o]{0,2} y?o? (?P<y>Y)"),
        ("year month", r"(?P<y>Y) [y.,]{1,2} (?P<m>[MO]|n(?=m)) m?"),
        ("day month", r"(?<![n/:]) (?P<d>n) [.)]? [od]{0,2} (?P<m>[MO]) (?:[/|(-]{1,2}(?P<m2>[MO])\)?)?"),
        ("month day", r"(?P<m>[MO]) [.]? o?(?P<d>n) (?![:hPY3]|\.n) o?"),
        ("cjk day", r"(?<!y) (?P<m>n) m (?P<d>n) d?"),
    )
)
_MONTH_YEAR: Final = slice(
    *(next(index for index, (name, _) in enumerate(_PATTERNS) if name == wanted) for wanted in ("month year", "day month"))
)
_TIME: Final = re.compile(
    r"""
    (?P<before>P)? (?P<H>n) (?: : (?P<M>n) (?: : (?P<S>n) )? | h (?:[oB](?=ni))? (?P<M2>n) (?: i (?: (?P<S2>n) k?)? )? )
        [aho]? [.,]? (?P<after>P)?                                             # 14:07:12, 14h07, 14時7分
    | (?P<before4>P)? (?P<H4>n) [aho]{0,2}(?P<half>f)?(?P<after4>P)                        # 2 pm, الساعة الثانية ظهرا
    | (?P<before5>P) (?P<H5>n) h i?                                            # 下午2点
    | (?: ^ | a ) (?P<N>P)                                                             # at noon
    | (?P<H8>n) \. (?P<M8>n) (?= h?[(]?Z)                                    # 14.07 BST
    | a\.? (?P<H3>n) \. (?P<M3>n) (?![.\d]) [aho]?\.?(?P<after3>P)?          # kl. 14.07
    | (?<=_) W?[,|]? (?P<H11>n) \. (?P<M11>n) (?! [.:/n3Y-] ) \.?(?P<after11>P)?                      # 2025-05-05 14.07
    | (?<![n.]) (?P<H6>n) \. (?P<M6>n) (?: [aho] | \.?(?P<after6>P) )          # 14.07 Uhr
    | a (?P<H10>n) [oB] (?P<M10>n) i                                            # على الساعة 9 و 30 دقيقة
    | (?<=[-,|]) (?P<H9>n) [ah] \.? (?= [|,()LUZ-] | $ )                      # 5/5/2024 - 14h, 5. Mai 2024, 14 Uhr
    | a\.? (?P<H7>n) [ah] (?!n|[oB]ni)                                              # à 14 h
    | (?P<HM>Y) (?= h?[(]?Z)                                                   # 1107 GMT
    """,
    re.VERBOSE,
)
_ZONE: Final = re.compile(
    r"""\.?[,|-]?[(]? (?: c?o? (?P<z>Z) (?: (?P<sign>[+-]) (?P<h>n|Y|3) (?: :(?P<m>n) )? )?   # GMT+3
        | co? (?P<q>Q) | (?P<q2>Q) c                                                      # بتوقيت القدس, Doha time
        | (?P<plus>[+-]) (?P<oh>Y|n) (?: :(?P<om>n) )? )""",
    re.VERBOSE,
)
_BETWEEN: Final = re.compile(r"[.,;|()/\-:aogesutWdkihyPOL'\"lo]{0,9}")


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern's match: its name and the token positions of its parts."""

    name: str
    start: int
    end: int
    parts: dict[str, int]


def find_days(signature: str) -> list[Found]:
    """All days, most telling pattern first where two overlap; in order of the text."""
    if not ("n" in signature or "3" in signature):
        return _months(signature)
    found: list[Found] = []
    for name, pattern in _PATTERNS:
        for match in pattern.finditer(signature):
            if not any(match.start() < other.end and other.start < match.end() for other in found):
                found.append(Found(name, match.start(), match.end(), _parts(match)))
    return sorted(found, key=lambda one: one.start)


def _months(signature: str) -> list[Found]:
    return [
        Found(name, match.start(), match.end(), _parts(match))
        for name, pattern in _PATTERNS[_MONTH_YEAR]
        for match in pattern.finditer(signature)
    ]


def find_times(signature: str, found: Found) -> Iterator[Found]:
    """All times of day outside the day *found*, in order."""
    signature = signature[: found.start] + "_" * (found.end - found.start) + signature[found.end :]
    yield from (Found("time", match.start(), match.end(), _parts(match)) for match in _TIME.finditer(signature))


def find_zone(signature: str, place: int) -> Found | None:
    """The zone that stands at *place*."""
    match = _ZONE.match(signature, place)
    return Found("zone", match.start(), match.end(), _parts(match)) if match else None


def is_joint(between: str) -> bool:
    """Whether there are only marks and small words in the signature *between* a day and a time, so that they belong together."""
    return _BETWEEN.fullmatch(between) is not None


def _parts(match: re.Match[str]) -> dict[str, int]:
    return {name: match.start(name) for name in match.re.groupindex if match.start(name) >= 0}
