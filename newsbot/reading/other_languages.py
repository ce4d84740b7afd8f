"""Dates in languages that the tables lack: dateparser, one language, strict, the last step."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from newsbot.date_tables import main_language
from newsbot.reading.date_contexts import Setting
from newsbot.reading.date_readings import DateReading, guarded

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

_LONGEST: Final = 60
"""Letters; it reads dates, not sentences."""


def read_in_other_language(text: str, setting: Setting) -> tuple[DateReading, ...]:
    """The day that dateparser reads in *text*; nothing for languages of the tables, whose forms are read already, and nothing relative."""
    language = main_language(setting.context.languages[0]) if setting.context.languages else ""
    if not language or language in setting.tables.words or len(text) > _LONGEST or not any(char.isdigit() for char in text):
        return ()
    found = _day(text, language, setting.order[0])
    reading = guarded(DateReading(found.isoformat(), "day", raw=text), setting.context, found) if found else None
    return (reading,) if reading else ()


def _day(text: str, language: str, order: str) -> date | None:
    try:
        found = _parser(language, order).get_date_data(text).date_obj
    except ValueError:
        return None  # a language that it does not know either
    return found.date() if found else None


@lru_cache(maxsize=16)
def _parser(language: str, order: str) -> DateDataParser:
    """The parser for one language; imported late, it costs a quarter of a second."""
    from dateparser.date import DateDataParser

    return DateDataParser(languages=[language], settings={"STRICT_PARSING": True, "DATE_ORDER": order, "PARSERS": ["absolute-time"]})
