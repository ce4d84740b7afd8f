"""Lines that are passed over unread would credit nothing if they were read."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.config import SHIPPED
from newsbot.credit_tables import CreditTables, load_credit_tables
from newsbot.reading.agencies import cited_agencies, may_name_agency
from newsbot.reading.credit_clauses import clauses_of
from newsbot.reading.credit_cues import may_credit
from newsbot.reading.credit_units import Setting, opening_units, site_words, units_of
from newsbot.reading.unlabelled_credits import is_doubtful, read_clauses

TABLES: Final[CreditTables] = load_credit_tables((SHIPPED,))
LANGUAGES: Final = ("en", "ar", "de", "fr", "ru", "fa", "he", "tr", "hi", "ja", "ko", "th")
NAMES: Final = ("Anna Smith", "Lina Farah", "سامي الحداد", "Иван Петров", "דנה לוי", "राजेश शर्मा", "山田太郎", "김민수")
MARKS: Final = (" ", ", ", "/", " - ", ": ", " (", ")", "«", "»", " © ", "\n", "، ", ". ")


def setting_of(language: str) -> Setting:
    return Setting(TABLES.lexicon(language), TABLES, site_words("Example Times"))


def some_of(language: str) -> st.SearchStrategy[str]:
    entry = TABLES.languages[language]
    words = [label for table in (entry.labels, entry.bare, entry.weak, entry.after) for labels in table.values() for label in labels]
    words += [*entry.words.desks, *entry.words.jobs, *entry.words.outlets, *entry.words.known, *entry.words.honorifics, *entry.words.within]
    words += [*NAMES, "Cairo", "القاهرة", "AFP", "رويترز", "5 May 2024", "the", "mayor", "example.com", "@anna", "Example Times"]
    return st.lists(st.tuples(st.sampled_from(words), st.sampled_from(MARKS)), min_size=1, max_size=5).map(
        lambda parts: "".join(word + mark for word, mark in parts).strip()
    )


@given(st.sampled_from(LANGUAGES).flatmap(lambda language: st.tuples(st.just(language), some_of(language))))
@settings(max_examples=400)
def test_a_line_without_a_cue_would_credit_nothing(line: tuple[str, str]) -> None:
    language, text = line
    setting = setting_of(language)
    if not may_credit(text, setting):
        clauses = clauses_of(text, units_of(text, setting), setting)
        assert is_doubtful(clauses) or read_clauses(clauses, slot=False) is None


@given(st.sampled_from(LANGUAGES), st.sampled_from([form for agency in TABLES.agencies for form in agency.forms]))
@settings(max_examples=300)
def test_a_paragraph_that_cites_an_agency_is_never_passed_over(language: str, form: str) -> None:
    lexicon = setting_of(language).lexicon
    for text in (
        f"The mayor resigned, {form} reported on Monday.",
        f"The mayor told {form} that he resigned.",
        f"وقال لوكالة {form} إنه استقال",
    ):
        if cited_agencies(text, lexicon, TABLES):
            assert may_name_agency(text, lexicon, TABLES)


@pytest.mark.parametrize(
    "opening", ["The mayor resigned on Monday after a long debate about the harbour in", "قال رئيس البلدية إنه لن يستقيل بعد"]
)
def test_long_prose_is_known_by_its_head(opening: str) -> None:
    text = f"{opening} {'the council ' * 20}"
    assert opening_units(text, setting_of("ar"))[1]
    assert len(opening_units(text, setting_of("ar"))[0][-1].raw) <= len(text)


def test_a_labelled_line_is_read_to_its_end() -> None:
    line = "Reporting by Anna Smith in Cairo, Lina Farah in Beirut, John Roe in Amman, Jane Doe in Doha; editing by Tom Hall"
    units, prose = opening_units(line + " and Mary Major in London", setting_of("en"))
    assert not prose
    assert any("Mary Major" in unit.raw for unit in units)
