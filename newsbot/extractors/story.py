"""From all blocks of a page to the story: by rule, by choice, by place; every cut is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from newsbot.extractors.blocks import PageBlocks
from newsbot.extractors.body import choose_blocks, letters_of
from newsbot.extractors.boilerplate import Kept, Removals, drop, remove_by_place, remove_everywhere, whole
from newsbot.extractors.trafilatura_text import story_lines
from newsbot.items import Block
from newsbot.page import Page
from newsbot.rules import RuleBook

_HEAD_BLOCKS: Final = 4
"""A line of the page's title among so many first blocks of the story is the title printed again, whatever its tag."""
_LEAD_LETTERS: Final = 40


@dataclass(frozen=True, slots=True)
class Story:
    """The blocks of the story, and everything else with its reason."""

    blocks: Kept
    removals: Removals


def tell_story(page: Page, found: PageBlocks, book: RuleBook, title: str | None, summary: str | None) -> Story:
    """The story of *page* without what rules name, its own *title*, and what nobody chose.

    *summary* is the page's description: where it is printed above the story, it is the standfirst and belongs to it.
    """
    kept, named = remove_everywhere(page, found, book)
    chosen = _with_standfirst(choose_blocks(kept, story_lines(page)), kept, summary)
    positions = {block.position for block in chosen}
    unchosen = tuple(whole(block, "not-chosen", "choice") for block in kept if block.position not in positions)
    placed, by_place = remove_by_place(chosen, book)
    story, titles = _without_title(placed, title)
    return Story(story, (*named, *unchosen, *by_place, *titles))


def _with_standfirst(chosen: Kept, kept: Kept, summary: str | None) -> Kept:
    """*chosen* with the printed *summary* put in front, where the choice has missed it."""
    key = letters_of(summary or "")
    if not chosen or len(key) < _LEAD_LETTERS or any(letters_of(block.text).startswith(key) for block in chosen):
        return chosen
    above = [block for block in kept if block.position < chosen[0].position and letters_of(block.text) == key]
    return (*above[-1:], *chosen)


def _without_title(story: Kept, title: str | None) -> tuple[Kept, Removals]:
    key = letters_of(title or "")
    head = {block.position for block in story[:_HEAD_BLOCKS]}

    def repeats_title(block: Block) -> bool:
        return bool(key) and (block.kind == "heading" or block.position in head) and letters_of(block.text) == key

    return drop(story, "title-repeated", "title", repeats_title)
