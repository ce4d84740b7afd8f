"""Days of other calendars as Gregorian days; ``None`` for a day that the calendar does not have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from hijridate import Hijri
from persiantools.jdatetime import JalaliDate

_ETHIOPIAN_EPOCH: Final = 1724220
"""Julian day number of the day before 1 Meskerem of the year 1."""
_UNIX_JDN: Final = 2440588
_BIKRAM_NEW_YEARS: Final = {
    year: date(year - 57, 4, 13 if year in (2073, 2077, 2081) else 14) for year in range(2070, 2083)
}  # fmt: skip
"""First day of the Nepali year. Its months follow the sun, not a rule: the published calendars decide, later years are not read."""
_BIKRAM_MONTHS: Final = {
    2070: (31, 31, 31, 32, 31, 31, 29, 30, 30, 29, 30, 30), 2071: (31, 31, 32, 31, 31, 31, 30, 29, 30, 29, 30, 30),
    2072: (31, 32, 31, 32, 31, 30, 30, 29, 30, 29, 30, 30), 2073: (31, 32, 31, 32, 31, 30, 30, 30, 29, 29, 30, 31),
    2074: (31, 31, 31, 32, 31, 31, 30, 29, 30, 29, 30, 30), 2075: (31, 31, 32, 31, 31, 31, 30, 29, 30, 29, 30, 30),
    2076: (31, 32, 31, 32, 31, 30, 30, 30, 29, 29, 30, 30), 2077: (31, 32, 31, 32, 31, 30, 30, 30, 29, 30, 29, 31),
    2078: (31, 31, 31, 32, 31, 31, 30, 29, 30, 29, 30, 30), 2079: (31, 31, 32, 31, 31, 31, 30, 29, 30, 29, 30, 30),
    2080: (31, 32, 31, 32, 31, 30, 30, 30, 29, 29, 30, 30), 2081: (31, 32, 31, 32, 31, 30, 30, 30, 29, 30, 29, 31),
    2082: (31, 31, 32, 31, 31, 31, 30, 29, 30, 29, 30, 30),
}  # fmt: skip
_BANGLA_MONTHS: Final = (31, 31, 31, 31, 31, 31, 30, 30, 30, 30, 29, 30)
"""Bangladesh since October 2019; Falgun (11th) has 30 days in a Gregorian leap year."""
_TISHRI: Final = 7
"""The month with which the Hebrew year begins, counted from Nisan."""
Day = Callable[[int, int, int], date | None]


def gregorian_day(calendar: str, year: int, month: int, day: int) -> date | None:
    """The Gregorian day of *day*.*month*.*year* in *calendar*; ``None`` when there is no such day or the calendar is unknown."""
    reader = _CALENDARS.get(calendar)
    try:
        return reader(year, month, day) if reader else None
    except (ValueError, OverflowError):
        return None


def _hijri(year: int, month: int, day: int) -> date:
    """Umm al-Qura, 1343 to 1500."""
    return date(*Hijri(year, month, day).to_gregorian().datetuple())


def _jalali(year: int, month: int, day: int) -> date:
    jalali: Any = JalaliDate  # the package declares no types
    return date.fromordinal(jalali(year, month, day).to_gregorian().toordinal())


def _kurdish(year: int, month: int, day: int) -> date:
    """The Kurdish solar year runs with the Jalali one, 1321 ahead."""
    return _jalali(year - 1321, month, day)


def _hebrew(year: int, month: int, day: int) -> date | None:
    """Months counted from Nisan; Adar of a leap year is Adar II."""
    from convertdate import hebrew  # pulled in late: few pages need it and it loads its own astronomy

    months = hebrew.year_months(year)
    number = months if month == 12 else month
    if not 1 <= number <= months or not 1 <= day <= hebrew.month_length(year, number):
        return None
    before = range(_TISHRI, number) if number >= _TISHRI else (*range(_TISHRI, months + 1), *range(1, number))
    new_year = hebrew.EPOCH + hebrew.delay_1(year) + hebrew.delay_2(year) + 1
    jdn = int(new_year + day + 0.5) + sum(hebrew.month_length(year, one) for one in before)
    return date(1970, 1, 1) + timedelta(days=jdn - _UNIX_JDN)


def _ethiopian(year: int, month: int, day: int) -> date | None:
    longest = 30 if month < 13 else (6 if year % 4 == 3 else 5)
    if not (1 <= month <= 13 and 1 <= day <= longest):
        return None
    jdn = _ETHIOPIAN_EPOCH + 365 * (year - 1) + year // 4 + 30 * (month - 1) + day
    return date(1970, 1, 1) + timedelta(days=jdn - _UNIX_JDN)


def _bikram(year: int, month: int, day: int) -> date | None:
    """The Nepali civil year, where its published calendar is known."""
    lengths = _BIKRAM_MONTHS.get(year)
    if not lengths or not 1 <= day <= lengths[month - 1]:
        return None
    return _BIKRAM_NEW_YEARS[year] + timedelta(days=sum(lengths[: month - 1]) + day - 1)


def _bangla(year: int, month: int, day: int) -> date | None:
    """The calendar of Bangladesh: 1 Boishakh is 14 April."""
    lengths = list(_BANGLA_MONTHS)
    leap_year = year + 594
    lengths[10] += leap_year % 4 == 0 and (leap_year % 100 != 0 or leap_year % 400 == 0)
    if not 1 <= day <= lengths[month - 1]:
        return None
    return date(year + 593, 4, 14) + timedelta(days=sum(lengths[: month - 1]) + day - 1)


_CALENDARS: Final[dict[str, Day]] = {
    "gregorian": date,
    "hijri": _hijri,
    "jalali": _jalali,
    "kurdish": _kurdish,
    "hebrew": _hebrew,
    "ethiopian": _ethiopian,
    "bikram": _bikram,
    "bangla": _bangla,
    "buddhist": lambda year, month, day: date(year - 543, month, day),
    "roc": lambda year, month, day: date(year + 1911, month, day),
}
