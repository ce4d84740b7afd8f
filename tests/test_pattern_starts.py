"""What a pattern can begin with is never told too narrowly."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.pattern_starts import Start, branches_of


@pytest.mark.parametrize(
    ("pattern", "letters"),
    [
        ("share", "s"),
        ("(?:please )?share", "ps"),
        ("(?:please |now )?(?:share|tweet)(?: it)?", "pnst"),
        ("s?hare", "sh"),
        ("(?:a{0,3}|b)c", "abc"),
        (r"\d+ views", "0123456789"),
        ("[abc]d", "abc"),
        (r"\(c\)", "("),
        ("(?:ال)?خبر", "اخ"),
    ],
)
def test_the_letters_a_pattern_begins_with(pattern: str, letters: str) -> None:
    assert branches_of(pattern) == [(pattern, Start(frozenset(letters)))]


@pytest.mark.parametrize("pattern", [".{0,3}a", r"\W{0,3}a", "[^a]b", "[a-z]b", "(?=a).b", r"\w", "^a", "(?i:a)b"])
def test_forms_that_are_not_told_may_begin_with_anything(pattern: str) -> None:
    assert [start.letters for _, start in branches_of(pattern)] == [None]


def test_alternatives_are_taken_apart_also_within_one_group() -> None:
    assert [branch for branch, _ in branches_of("(?:share|(?:a|b)c|d(?:e|f))")] == ["share", "(?:a|b)c", "d(?:e|f)"]
    assert [branch for branch, _ in branches_of("(?:a|b)|c")] == ["(?:a|b)", "c"]
    assert [branch for branch, _ in branches_of("(?:a|b)?")] == ["(?:a|b)?"]


PATTERNS = st.recursive(
    st.sampled_from(["a", "b", "x", r"\d", "[ab]", r"\.", ".", "[^a]", r"\W"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        inner.map(lambda one: f"(?:{one})?"),
        inner.map(lambda one: f"({one}){{0,2}}"),
        inner.map(lambda one: f"(?:{one}){{1,2}}"),
    ),
    max_leaves=8,
)


@given(PATTERNS, st.text("abx1. ", max_size=5))
def test_what_matches_begins_as_told_and_the_branches_match_what_the_pattern_does(pattern: str, text: str) -> None:
    branches = branches_of(pattern)
    matched = [start for branch, start in branches if re.fullmatch(branch, text)]
    assert bool(matched) == bool(re.fullmatch(pattern, text))
    for start in matched:
        assert start.letters is None or start.empty or text[:1] in start.letters
