"""Scores against gold lines."""

from __future__ import annotations

import pytest

from newsbot.evaluation import is_exact, score, shingle_f1, shingles, word_f1, worst

URL = "https://a.example/1"


def figures(gold, **record):
    return {figure.name: figure.value for figure in score({URL: record} if record else {}, [{"url": URL, "set": "a", **gold}])}


def test_same_text_scores_one():
    assert shingle_f1([shingles("one two three four five", "one two three four five")]) == 1
    assert is_exact("One, two.", "One two")


def test_surplus_words_cost_precision():
    one = shingles("a b c d e", "a b c d e f g")
    assert (one.right, one.surplus, one.missing) == (0.5, 0.5, 0)


def test_missing_record_counts_as_empty():
    assert figures({"text": "one two three four five"})["shingle F1"] == 0


def test_characters_are_words_in_scripts_without_spaces():
    assert word_f1("日本語", "日本") == pytest.approx(0.8)


def test_segments_are_found_whatever_the_white_space():
    found = figures({"with": ["old bridge"], "without": ["Menu"]}, content_text="The old\nbridge")
    assert found["snippet F1"] == 1


def test_leak_is_a_line_of_its_own():
    gold = {"main": ["افتتح الجسر"], "either": [], "must_not": ["القائمة", "الجسر"]}
    found = figures(gold, content_text="افتتح الجسر\nالقائمة")
    assert (found["blocks found"], found["leaks a page"]) == (1, 1)


def test_titles_may_differ_in_quotes_and_dashes():
    assert figures({"title": "“Old” bridge — open"}, title='"Old" bridge - open')["title exact"] == 1


@pytest.mark.parametrize(("written", "f1"), [(["By Ada Long"], 1), (["ADA LONG"], 1), (["Bo Short"], 0), ([], 0)])
def test_authors_are_compared_as_names(written, f1):
    assert figures({"authors": ["Ada Long, MD"]}, authors=[{"name": name} for name in written])["author F1"] == f1


def test_day_counts_whatever_the_time():
    assert figures({"published": "2024-05-05"}, date_published="2024-05-05T14:00:00+03:00")["day"] == 1


def test_worst_pages_come_first():
    gold = [{"url": f"https://a.example/{n}", "set": "a", "text": "old bridge"} for n in (1, 2)]
    assert worst({"https://a.example/1": {"content_text": "old bridge"}}, gold, 2) == [
        (0.0, "https://a.example/2"),
        (1.0, "https://a.example/1"),
    ]
