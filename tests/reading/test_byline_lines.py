"""Bylines amid other words about the article, in lines of our own making."""

from __future__ import annotations

from typing import Final

import pytest

from newsbot.config import SHIPPED
from newsbot.credit_tables import CreditTables, load_credit_tables
from newsbot.reading.byline_lines import lone_label, read_byline
from newsbot.reading.credit_lines import CreditContext, read_credit
from newsbot.reading.person_names import listed_names

TABLES: Final[CreditTables] = load_credit_tables((SHIPPED,))


def writers(text: str, language: str) -> tuple[str, ...]:
    return read_byline(text, context=CreditContext(language=language), tables=TABLES)


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("Posted 11 April 2018 by Anna Smith", "en", ("Anna Smith",)),
        ("By Anna Smith and John Roe December 2, 2025 Published in the winter issue", "en", ("Anna Smith", "John Roe")),
        ("Start | Par Claire Dubois | 30 septembre 2018", "fr", ("Claire Dubois",)),
        ("22. Januar 2020 @ 18:13 // Autor: Jonas Weber // Lesezeit: 1 Minute", "de", ("Jonas Weber",)),
        ("تحديث 5 مايو 2024 | كتب: سامي الحداد | 12 تعليقا", "ar", ("سامي الحداد",)),
        ("Автор: Анна Смирнова | 5 мая 2024 | Комментарии: 3", "ru", ("Анна Смирнова",)),
    ],
)
def test_the_writers_behind_a_label_are_read_whatever_stands_beside(text: str, language: str, names: tuple[str, ...]) -> None:
    assert writers(text, language) == names


@pytest.mark.parametrize(
    "text",
    [
        "Anna Smith and John Roe",
        "San Francisco December 3, 2025",
        "President Anna Smith, John Roe / AFP",
        "Edited by Anna Smith",
        "Fact checked by Anna Smith",
        "By the time the council met, Anna Smith had left the town for good and nobody knew where she was living by then",
        "Posted on 5 May 2024 by Example Hospital",
    ],
)
def test_names_without_a_writers_label_are_no_byline(text: str) -> None:
    assert writers(text, "en") == ()


def test_a_label_alone_tells_what_follows() -> None:
    context = CreditContext(language="en")
    assert lone_label("Written by", context=context, tables=TABLES) == "by"
    assert lone_label("Edited by:", context=context, tables=TABLES) == "editor"
    assert lone_label("Written by Anna Smith", context=context, tables=TABLES) is None
    assert lone_label("The mayor", context=context, tables=TABLES) is None


def test_degrees_and_offices_behind_a_full_name_are_no_people() -> None:
    assert listed_names(("Anna Smith", "MD", "Marketing", "John Roe")) == ("Anna Smith", "John Roe")
    assert listed_names(("Anna", "Ben")) == ("Anna", "Ben")
    assert listed_names(("سامي الحداد", "ليلى")) == ("سامي الحداد", "ليلى")
    line = "Anna Smith, MS, RD"
    assert read_credit(line, context=CreditContext(language="en", position="top"), tables=TABLES).authors == ("Anna Smith",)


@pytest.mark.parametrize("zone", ["IST", "GMT+3", "UTC", "ET"])
def test_the_zone_behind_a_time_is_nobody(zone: str) -> None:
    line = f"By Anna Smith | May 5, 2024 10:30 PM {zone}"
    assert read_credit(line, context=CreditContext(language="en", position="top"), tables=TABLES).authors == ("Anna Smith",)
