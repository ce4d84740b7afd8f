"""What is learned from one more page."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.items import PageSigns
from newsbot.signs import BLOCK, STORY, Template, nearest
from pipelines.repeats import MOST_LAYOUTS, MOST_PLACES, MOST_TEXTS, SourceMemory, is_redesign, learn, template_of


def signs(blocks: list[tuple[int, int, bool]], title: int = 0) -> PageSigns:
    """The signs of a page of (text, place, is story)."""
    rows = np.zeros(len(blocks), BLOCK)
    for row, (text, place, is_story) in zip(rows, blocks, strict=True):
        row["text"], row["place"], row["letters"], row["likely"], row["flags"] = text, place, 100, is_story, STORY * is_story
    return PageSigns(rows.tobytes(), title)


def page(number: int, boxes: int = 4) -> PageSigns:
    """A page with three lines of its own at place 1, and one that all pages have at each of *boxes* other places."""
    own = [(1000 + 10 * number + line, 1, True) for line in range(3)]
    return signs([*own, *((place, place, False) for place in range(2, 2 + boxes))])


def learned(pages: list[PageSigns], memory: SourceMemory | None = None) -> SourceMemory:
    memory = memory or SourceMemory()
    for number, one in enumerate(pages):
        memory, _ = learn(memory, one, memory.pages * 1000 + number + 1)
    return memory


def shares(memory: SourceMemory) -> dict[int, tuple[float, float]]:
    """(count, pages) of each place of the last layout."""
    return {int(row["key"]): (float(row["count"]), float(row["pages"])) for row in template_of(memory).layouts[0].places}


def test_an_article_counts_once_and_so_does_a_story_under_two_addresses() -> None:
    memory = learned([page(0), page(1)])
    same, lesson = learn(memory, page(2), 1)
    assert lesson.layout is None and same.pages == 2
    twin, lesson = learn(memory, page(1), 77)
    assert lesson.layout is None and twin.pages == 2


def test_texts_of_most_pages_are_told_from_texts_of_one() -> None:
    texts = template_of(learned([page(number) for number in range(8)])).layouts[0].texts
    assert len(texts) == 4
    assert texts["count"] == pytest.approx(texts["pages"]) and texts["pages"][0] > 7


def test_what_is_new_counts_from_the_page_that_had_it_first_and_what_is_gone_fades() -> None:
    memory = learned([page(number) for number in range(20)])
    changed = [page(number, boxes=3) if number % 2 else signs([*_rows(page(number)), (99, 99, False)]) for number in range(30, 40)]
    memory = learned(changed, memory)
    seen = shares(memory)
    assert seen[99][1] < 10.5 and 4 < seen[99][0] < 6
    assert seen[2][0] == pytest.approx(seen[2][1])
    assert seen[5][0] < 0.9 * seen[5][1]


def _rows(one: PageSigns) -> list[tuple[int, int, bool]]:
    return [(int(row["text"]), int(row["place"]), bool(row["flags"] & STORY)) for row in np.frombuffer(one.blocks, BLOCK)]


def test_texts_that_come_back_at_a_place_are_counted_from_their_first_sighting() -> None:
    pages = [signs([*_rows(page(number)), (500 + number % 3, 60, True)]) for number in range(12)]
    place = next(row for row in template_of(learned(pages)).layouts[0].places if row["key"] == 60)
    assert place["again"] > 0.9 * place["blocks"]
    own = next(row for row in template_of(learned(pages)).layouts[0].places if row["key"] == 1)
    assert own["again"] == 0 and own["story"] == own["letters"]


def test_titles_and_paragraphs_of_other_articles_count_as_coming_back() -> None:
    pages = [signs([*_rows(page(number)), (1000 + 10 * (number - 1), 70, True)], title=9000 + number) for number in range(10)]
    place = next(row for row in template_of(learned(pages)).layouts[0].places if row["key"] == 70)
    assert place["again"] > 0.8 * place["blocks"]


def test_a_page_whose_story_stands_at_an_unknown_place_has_no_layout() -> None:
    layouts = template_of(learned([page(number) for number in range(5)])).layouts
    other = np.frombuffer(signs([(1, 1000, True), *((place, place, False) for place in range(2, 6))]).blocks, BLOCK)
    assert nearest(layouts, np.frombuffer(page(9).blocks, BLOCK)) is layouts[0]
    assert nearest(layouts, other) is None


def test_a_redesign_is_told_once_and_neither_a_rare_layout_nor_two_that_take_turns() -> None:
    assert is_redesign(("a",) * 20 + ("b",) * 6)
    assert not is_redesign(("a",) * 20 + ("b",) * 4)
    assert not is_redesign(("a", "b") * 10)
    assert not is_redesign(("a",) * 10 + ("b",) * 10)
    assert not is_redesign(("b",) * 6)


def test_the_memory_is_bounded() -> None:
    memory = SourceMemory()
    rng = np.random.default_rng(1)
    for number in range(60):
        own = [(int(text), 1 if text % 2 else int(text), True) for text in rng.integers(10, 2**62, 400)]
        memory, _ = learn(memory, signs([*own, *((box, box, False) for box in range(2, 9))]), number + 1)
    for number in range(10):
        memory, _ = learn(memory, signs([(number, 10_000 * number + place, True) for place in range(9)]), number + 1000)
    assert len(memory.layouts) == MOST_LAYOUTS
    assert all(len(layout.texts) <= MOST_TEXTS and len(layout.places) <= MOST_PLACES for layout in memory.layouts)


def test_nothing_is_learned_from_a_page_without_blocks() -> None:
    memory, lesson = learn(SourceMemory(), signs([]), 1)
    assert (memory.pages, lesson.layout) == (0, None)


_BLOCKS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12), st.booleans()), max_size=30)


@settings(max_examples=50, deadline=None)
@given(st.lists(_BLOCKS, max_size=8))
def test_any_pages_can_be_learned_from_and_shares_stay_shares(pages: list[list[tuple[int, int, bool]]]) -> None:
    template = template_of(learned([signs(blocks) for blocks in pages]))
    assert isinstance(template, Template)
    for layout in template.layouts:
        for rows in (layout.places, layout.texts):
            assert (np.diff(rows["key"].astype(object)) > 0).all()
            assert (rows["count"] <= rows["pages"] * 1.0001).all() and (rows["count"] > 0).all()
