"""Gold texts, passages and lines laid over the blocks of a page."""

from __future__ import annotations

import pytest

from newsbot.training.labels import UNKNOWN, label

BRIDGE = "The old bridge over the river was opened on Sunday after two years of work."
MAYOR = "The mayor said that nobody had believed in it when the work began in spring."
ARABIC = "افتتح رئيس البلدية الجسر القديم يوم الأحد بعد عامين من العمل المتواصل فوق النهر."


def labels(texts, gold):
    return label(texts, gold).tolist()


def test_blocks_of_the_gold_text_are_the_story():
    assert labels(["Menu", BRIDGE, MAYOR, "Imprint"], {"text": f"{BRIDGE}\n\n{MAYOR}"}) == [0, 1, 1, 0]


def test_script_does_not_matter():
    assert labels(["القائمة", ARABIC, "اتصل بنا"], {"text": ARABIC}) == [0, 1, 0]


def test_short_block_counts_only_as_a_line_of_its_own():
    assert labels(["The", BRIDGE, "Costs"], {"text": f"{BRIDGE}\nCosts"}) == [0, 1, 1]


def test_menu_entry_with_the_words_of_a_heading_is_not_taken_for_it():
    found = labels(["What it cost", "Menu", BRIDGE, "What it cost", MAYOR], {"text": f"{BRIDGE}\nWhat it cost\n{MAYOR}"})
    assert found == [UNKNOWN, 0, 1, 1, 1]


def test_block_that_is_mostly_in_the_gold_text_is_the_story():
    assert labels([f"Photo {BRIDGE}"], {"text": BRIDGE}) == [1]


def test_long_block_printed_elsewhere_than_in_the_gold_is_the_story():
    assert labels([MAYOR, BRIDGE], {"text": f"{BRIDGE}\n{MAYOR}"}) == [1, 1]


def test_empty_gold_tells_nothing():
    assert labels([BRIDGE], {"text": ""}) == [UNKNOWN]


def test_passages_tell_of_the_blocks_that_hold_them_alone():
    assert labels(["Menu", BRIDGE, MAYOR], {"with": ["opened on Sunday"], "without": ["Menu"]}) == [0, 1, UNKNOWN]


def test_passage_that_stands_twice_tells_nothing():
    assert labels([BRIDGE, BRIDGE], {"with": ["opened on Sunday"], "without": []}) == [UNKNOWN, UNKNOWN]


@pytest.mark.parametrize(("text", "expected"), [(ARABIC, 1), ("القائمة", 0), ("الجسر القديم", UNKNOWN), ("شيء آخر", UNKNOWN)])
def test_lines_tell_of_blocks_with_their_letters(text, expected):
    assert labels([text], {"main": [f"{ARABIC} "], "either": ["الجسر القديم"], "must_not": ["القائمة", "الجسر القديم"]}) == [expected]
