import tomllib
from pathlib import Path

import pytest
from pages_of_ours import metadata_of, page_of

from newsbot.extractors.language import find_language, language_of_text, normal_tag
from newsbot.extractors.metadata import read_metadata

PARAGRAPHS: dict[str, str] = tomllib.loads((Path(__file__).parent / "paragraphs.toml").read_text(encoding="utf-8"))


def test_at_least_98_of_100_paragraphs_are_read_right_without_markup():
    wrong = [(language, language_of_text(text)) for language, text in PARAGRAPHS.items() if language_of_text(text) != language]
    assert len(PARAGRAPHS) >= 40
    assert len(wrong) <= 0.02 * len(PARAGRAPHS), wrong


def test_fewer_than_twenty_letters_have_no_language_whatever_the_markup_says():
    metadata = read_metadata(page_of(lang="ar"))
    assert find_language("نص قصير", metadata) == (None, ())
    assert find_language("12345 67890 12345 67890", metadata)[0] is None


def test_text_wins_over_a_template_that_says_english():
    metadata = read_metadata(page_of(lang="en-US"))
    assert find_language(PARAGRAPHS["ar"], metadata)[0] == "ar"
    assert find_language(PARAGRAPHS["de"], metadata)[0] == "de"


@pytest.mark.parametrize(
    ("tag", "language", "expected"),
    [("ar-LB", "ar", "ar-LB"), ("nb", "da", "da"), ("pt-BR", "pt", "pt-BR"), ("zh-hant-tw", "zh", "zh-Hant-TW")],
)
def test_subtags_come_from_markup_that_agrees(tag, language, expected):
    assert find_language(PARAGRAPHS[language], read_metadata(page_of(lang=tag)))[0] == expected


def test_markup_decides_between_languages_that_a_paragraph_cannot_tell_apart():
    metadata = read_metadata(page_of(lang="bs"))
    assert find_language(PARAGRAPHS["hr"], metadata)[0] == "bs"


def test_markup_decides_on_a_short_text():
    metadata = read_metadata(page_of(lang="pt"))
    assert find_language("Festa na praia no sábado", metadata)[0] == "pt"


def test_short_text_in_another_script_than_the_markup_is_believed():
    metadata = read_metadata(page_of(lang="en"))
    assert find_language("افتتاح الجسر القديم أمام السيارات", metadata)[0] == "ar"


def test_og_locale_and_the_caller_are_heard():
    metadata = metadata_of('<meta property="og:locale" content="ar_EG">')
    assert find_language(PARAGRAPHS["ar"], metadata)[0] == "ar-EG"
    assert find_language(PARAGRAPHS["ar"], metadata, "ar-MA")[0] == "ar-MA"


def test_chosen_evidence_is_marked():
    _, evidence = find_language(PARAGRAPHS["fa"], read_metadata(page_of(lang="en")))
    assert [(one.origin, one.raw, one.chosen) for one in evidence] == [("text", "fa", True), ("html:lang", "en", False)]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("ar_AR", "ar-AR"), ("EN-us", "en-US"), ("iw", "he"), ("jp", "ja"), ("", None), ("und", None), ("x", None), ("arabic", None)],
)
def test_tags_come_in_one_form(tag, expected):
    assert normal_tag(tag) == expected
