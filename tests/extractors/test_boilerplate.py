from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.extractors.blocks import find_blocks
from newsbot.extractors.boilerplate import remove_by_place, remove_everywhere, restore
from newsbot.page import Page, RawPage
from newsbot.rules import Rule, RuleBook

BOOK = RuleBook(
    (
        Rule(id="t/share", pattern="share (?:this|it)", why="a test rule", removes=["Share this"]),
        Rule(id="t/box", select="div.promo", why="a test rule", removes=["<div class=promo>x</div>"]),
        Rule(id="t/first", pattern="kicker", where="start", why="a test rule", removes=["Kicker"]),
        Rule(id="t/last", pattern="the end", where="end", why="a test rule", removes=["The end"]),
        Rule(id="t/more", pattern="more stories", where="from_here", why="a test rule", removes=["More stories"]),
    )
)
LONG = "The council decided on Monday to rebuild the bridge over the river, which a flood had carried away in spring. "
LINES = st.sampled_from(["Share this!", "Kicker", "The end.", "More stories", LONG, "A short line", "شارك الخبر", "«The end»"])
PAGES = st.lists(st.tuples(st.sampled_from(["p", "div", "div class=promo", "li", "h2", "span"]), LINES | st.text(max_size=30)), max_size=20)


def page_of(lines: list[tuple[str, str]]) -> Page:
    body = "".join(f"<{tag}>{text.replace('<', '')}</{tag.split()[0]}>" for tag, text in lines)
    return Page.parse(RawPage("https://e.example/", b"", text=f"<html><body><p>.</p>{body}</body></html>"))


@given(PAGES)
def test_nothing_is_lost(lines):
    page = page_of(lines)
    found = find_blocks(page)
    kept, cuts = remove_everywhere(found, BOOK)
    story, placed = remove_by_place(kept, BOOK)
    assert restore(story, (*cuts, *placed)) == found.blocks
    assert not {block.position for block in story} & {cut.block.position for cut in (*cuts, *placed)}


@given(PAGES)
def test_removing_everywhere_twice_is_removing_once(lines):
    page = page_of(lines)
    found = find_blocks(page)
    kept, _ = remove_everywhere(found, BOOK)
    elements = {block.position: element for block, element in zip(found.blocks, found.elements, strict=True)}
    rest = replace(found, blocks=kept, elements=tuple(elements[block.position] for block in kept))
    assert remove_everywhere(rest, BOOK) == (kept, ())


def removed_by(*lines: tuple[str, str]) -> list[tuple[str, str]]:
    page = page_of(list(lines))
    kept, cuts = remove_everywhere(find_blocks(page), BOOK)
    _, placed = remove_by_place(kept, BOOK)
    return [(cut.rule, cut.text) for cut in (*cuts, *placed)]


def test_a_selected_subtree_goes_whole():
    assert removed_by(("p", LONG), ("div class=promo", "Buy our book")) == [("t/box", "Buy our book")]


def test_rules_for_the_start_leave_the_middle_alone():
    assert removed_by(("p", "Kicker"), ("p", LONG), ("p", "Kicker"), ("p", LONG)) == [("t/first", "Kicker")]


def test_rules_for_the_end_leave_the_start_alone():
    assert removed_by(("p", "The end"), ("p", LONG), ("p", "The end")) == [("t/last", "The end")]


def test_from_here_takes_the_rest_but_never_most_of_the_story():
    assert removed_by(("p", LONG), ("p", LONG), ("h2", "More stories"), ("p", "One")) == [("t/more", "More stories"), ("t/more", "One")]
    assert removed_by(("h2", "More stories"), ("p", LONG), ("p", LONG)) == []


@pytest.mark.parametrize("text", ["Share this", "» Share it!", "SHARE\u00a0THIS", "share this…"])
def test_outer_punctuation_and_case_do_not_hide_a_phrase(text):
    assert removed_by(("p", LONG), ("p", text))[0][0] == "t/share"


def test_a_sentence_that_only_begins_like_a_phrase_stays():
    assert removed_by(("p", "Share this, the minister said, and you share the burden.")) == []
