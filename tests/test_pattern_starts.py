"""What a line must hold to match a pattern is never told too narrowly."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.pattern_starts import LONGEST, Start, branches_of


@pytest.mark.parametrize(
    ("pattern", "beginnings"),
    [
        ("share", {"shar"}),
        ("(?:please )?share", {"plea", "shar"}),
        ("(?:a |an )?(?:ad|tv)", {"a ad", "a tv", "an a", "an t", "ad", "tv"}),
        ("s?hare", {"shar", "hare"}),
        ("(?:a{0,3}|b)c", {"a", "bc", "c"}),
        ("[ab]d", {"ad", "bd"}),
        (r"\(c\)", {"c)"}),
        (r"\W?(?:- ?)?note\W{1,4}all", {"note"}),
        (r"go\W{1,4}all", {"go"}),
        ("(?=.{0,20}x)go", {"go"}),
        ("(?:ال)?خبر", {"الخب", "خبر"}),
    ],
)
def test_how_a_line_begins_that_a_pattern_matches(pattern: str, beginnings: set[str]) -> None:
    assert [start.beginnings for _, start in branches_of(pattern)] == [beginnings]


def test_digits_are_told_one_by_one() -> None:
    ((_, start),) = branches_of(r"\d+ views")
    assert start == Start(frozenset("0123456789"), frozenset({" views"}))


@pytest.mark.parametrize("pattern", [".{0,3}a", r"\W{1,3}", "[^a]b", "[a-z]b", r"\w", "^a", "(?i:a)b", "#{2,5}"])
def test_forms_that_are_not_told_may_begin_with_anything(pattern: str) -> None:
    assert [start.beginnings for _, start in branches_of(pattern)] == [None]


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        (".{0,60}all rights reserved.{0,9}", {"all rights reserved"}),
        (".{0,60}(?:all|some) rights?", {" right"}),
        ("[^.]{2,40}(?:by|from)(?: us)?", {"by", "from"}),
        (".{0,9}(?:a|b?)", set()),
    ],
)
def test_what_stands_somewhere_in_a_line_that_a_pattern_matches(pattern: str, needs: set[str]) -> None:
    assert [start.needs for _, start in branches_of(pattern)] == [needs]


def test_alternatives_are_taken_apart_also_within_one_group() -> None:
    assert [branch for branch, _ in branches_of("(?:share|(?:a|b)c|d(?:e|f))")] == ["share", "(?:a|b)c", "d(?:e|f)"]
    assert [branch for branch, _ in branches_of("(?:a|b)|c")] == ["(?:a|b)", "c"]
    assert [branch for branch, _ in branches_of("(?:a|b)?")] == ["(?:a|b)?"]


PATTERNS = st.recursive(
    st.sampled_from(["a", "b", "x", " ", r"\d", "[ab]", "[. ]", r"[\d.]", r"\.", ".", "[^a]", r"\W", "(?=a)"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        inner.map(lambda one: f"(?:{one})?"),
        inner.map(lambda one: f"({one}){{0,2}}"),
        inner.map(lambda one: f"(?:{one}){{1,2}}"),
        st.sampled_from([r"\W{0,3}", r"[\d.]{1,3}", "[. ]{1,2}", " ?"]),
    ),
    max_leaves=8,
)


@given(PATTERNS, st.text("abx1. ", max_size=6))
def test_what_matches_holds_what_is_told_and_the_branches_match_what_the_pattern_does(pattern: str, text: str) -> None:
    branches = branches_of(pattern)
    matched = [start for branch, start in branches if re.fullmatch(rf"\W*(?:{branch})\W*", text)]
    assert bool(matched) == bool(re.fullmatch(rf"\W*(?:{pattern})\W*", text))
    first = re.search(r"\w", text)
    begins = {text[first.start() : first.start() + length] for length in range(1, LONGEST + 1)} if first else set()
    for start in matched:
        assert start.beginnings is None or start.beginnings & begins
        assert not start.needs or any(need in text for need in start.needs)
