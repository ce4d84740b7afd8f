"""Credit lines leave the story, sentences never do, and everything that went is recorded."""

from __future__ import annotations

from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.config import SHIPPED
from newsbot.credit_tables import load_credit_tables
from newsbot.extractors.blocks import find_blocks
from newsbot.extractors.byline import find_authors
from newsbot.extractors.credit_blocks import credit_removals, find_credit_lines
from newsbot.extractors.metadata import read_metadata
from newsbot.items import Block
from newsbot.page import Page, RawPage
from newsbot.reading.credit_lines import CreditContext

TABLES: Final = load_credit_tables((SHIPPED,))
STORY: Final = (
    "By Jane Doe",
    "The council met on Monday to talk about the bridge, which has been closed since spring.",
    "It will meet again in June. (Reuters)",
    "Editing by Max Moe",
    "Source: Example News",
)


def blocks(*lines: str) -> tuple[Block, ...]:
    return tuple(Block(index, "paragraph", line) for index, line in enumerate(lines))


def test_bylines_signoffs_and_source_lines_go_and_are_recorded() -> None:
    told = credit_removals(blocks(*STORY), CreditContext(language="en"), TABLES)
    assert [block.text for block in told.blocks] == [STORY[1], "It will meet again in June."]
    assert [(removal.rule, removal.text) for removal in told.removals] == [
        ("credit/byline", "By Jane Doe"),
        ("credit/signoff", "Editing by Max Moe"),
        ("credit/source", "Source: Example News"),
        ("credit/mark", " (Reuters)"),
    ]
    assert [one.raw for one in told.candidates] == ["By Jane Doe", "Editing by Max Moe", "Source: Example News", "(Reuters)"]


def test_a_story_that_is_nothing_but_credits_is_left_alone() -> None:
    assert credit_removals(blocks("Source: Reuters"), CreditContext(language="en"), TABLES).blocks == blocks("Source: Reuters")


def test_first_publication_is_found_behind_the_story() -> None:
    page = blocks(
        "قال الوزير إن العمل بدأ صباح اليوم في المدينة.", "نشر الخبر اول مرة على موقع :www.example.com بتاريخ:2024-05-05 14:07:12"
    )
    found = list(find_credit_lines(page, page[:1], CreditContext(language="ar"), TABLES))
    assert [(one.field, one.origin) for one in found] == [("credit_line", "line:1"), ("original", "line:1")]
    assert found[1].raw == "2024-05-05T14:07:12"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([*STORY, "وكالات", "(أ ف ب)", "Anna Muster", "They left. --(بترا)", "© 2024 Example"]), max_size=9))
def test_what_is_kept_and_what_went_make_the_story_again(lines: list[str]) -> None:
    story = blocks(*lines)
    told = credit_removals(story, CreditContext(language="en"), TABLES)
    whole = {block.position: block.text for block in told.blocks}
    for removal in told.removals:
        whole[removal.block.position] = whole.get(removal.block.position, "") + removal.text
    assert whole == {block.position: block.text for block in story}


def test_finds_declared_and_printed_authors() -> None:
    html = b"""<html><head><meta name="author" content="Jane Doe"></head><body><h1>The bridge</h1>
    <p class="byline">By <a href="/people/jane">Jane Doe</a></p><p>The council met on Monday.</p>
    <div class="comments"><span class="author">Troll</span></div></body></html>"""
    page = Page.parse(RawPage("https://news.example.com/a-b-c-d", html))
    found = list(find_authors(page, read_metadata(page), find_blocks(page), TABLES, "en"))
    assert [(one.field, one.origin, one.raw) for one in found] == [
        ("author", "meta:author", "Jane Doe"),
        ("byline", "byline:profile", "Jane Doe"),
    ]
    assert found[1].url == "https://news.example.com/people/jane"
