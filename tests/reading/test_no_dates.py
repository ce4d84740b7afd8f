"""Texts with numbers, days and months that are no publication date: prices, numbers, births, deadlines, events, of our own writing."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from newsbot.config import SHIPPED
from newsbot.date_tables import DateTables, load_date_tables
from newsbot.reading.date_strings import context_of, read_date

TABLES: Final[DateTables] = load_date_tables((SHIPPED,))
LINES: Final = [line.split("\t") for line in (Path(__file__).parent / "no_dates.tsv").read_text(encoding="utf-8").splitlines()]
LONG_AFTER: Final = {"reference_time": "2026-07-20T12:00:00Z"}
"""Every day in the texts is past: that it is to come is not what tells it."""


@pytest.mark.parametrize("language", sorted({language for language, _ in LINES}))
def test_no_publication_is_read_where_none_is_stated(language: str) -> None:
    texts = [text for one, text in LINES if one == language]
    read = {text: read_date(text, context=context_of(language, LONG_AFTER), tables=TABLES) for text in texts}
    assert {text: one.value for text, one in read.items() if one} == {}


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Published: 5 May 2024"), ("de", "Stand: 5. Mai 2024"), ("en", "Berlin, 5 May 2024"), ("ar", "تاريخ النشر: 5 مايو 2024")],
)
def test_a_known_label_or_place_before_the_day_is_no_obstacle(language: str, text: str) -> None:
    reading = read_date(text, context=context_of(language, LONG_AFTER), tables=TABLES)
    assert reading is not None
    assert reading.value == "2024-05-05"
