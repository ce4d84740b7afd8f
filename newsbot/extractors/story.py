"""From all blocks of a page to the story: by rule, by choice, by place; every cut is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from newsbot.caption_tables import CaptionTables
from newsbot.extractors.blocks import PageBlocks
from newsbot.extractors.body import Judgement, choose_story, letters_of, story_share
from newsbot.extractors.boilerplate import Kept, Removals, drop, remove_by_place, remove_everywhere, whole
from newsbot.extractors.captions import is_caption_block
from newsbot.extractors.features import Hints
from newsbot.extractors.panel import Panel, Verdict
from newsbot.extractors.template import Repeats, Weighed, weigh
from newsbot.items import Block, Removal
from newsbot.rules import RuleBook

_MOST_OF_STORY: Final = 0.5
_HEAD_BLOCKS: Final = 4
"""A line of the page's title among so many first blocks of the story is the title printed again, whatever its tag."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the story before its text is."""

    title: str | None
    rules: RuleBook
    captions: CaptionTables
    hints: Hints
    panel: Panel
    ask: Verdict
    repeats: Repeats | None = None
    """What the source's other pages say; ``None`` for a page that stands alone."""


@dataclass(frozen=True, slots=True)
class Story:
    """The blocks of the story, and everything else with its reason."""

    blocks: Kept
    removals: Removals
    confidence: float
    """Of the choice, 0 to 1."""
    weighed: Weighed
    """What the choice rests on."""


def tell_story(found: PageBlocks, known: Known) -> Story:
    """The story of a page without what rules name, without captions and its own title, and without what nobody chose."""
    judged = known.panel.judge(found, known.hints, known.ask)
    weighed = weigh(found, judged, known.repeats)
    kept, named = _sparing(found, judged, *remove_everywhere(found, known.rules))
    kept, repeated = weighed.remove(kept)
    choice = choose_story(found, kept, weighed.judged, known.hints.descriptions)
    positions = {block.position for block in choice.blocks}
    unchosen = [block for block in kept if block.position not in positions]
    story, captions = drop(
        choice.blocks, "caption", "caption", lambda block: is_caption_block(found.elements[block.position], known.captions)
    )
    story, placed = remove_by_place(story, known.rules)
    story, titles = _without_title(story, known.title)
    return Story(story, (*named, *repeated, *_not_chosen(unchosen, found, known), *captions, *placed, *titles), choice.confidence, weighed)


def _sparing(found: PageBlocks, judged: Judgement, kept: Kept, named: Removals) -> tuple[Kept, Removals]:
    """*kept* and *named* without the removals of rules that take most of the story: some themes give a box's class to the whole page."""
    places: dict[str, list[int]] = {}
    for cut in named:
        places.setdefault(cut.rule, []).append(cut.block.position)
    wrong = {rule for rule, positions in places.items() if story_share(found, judged, positions) > _MOST_OF_STORY}
    if not wrong:
        return kept, named
    spared = (cut.block for cut in named if cut.rule in wrong)
    whole_again = tuple(sorted((*kept, *spared), key=lambda block: block.position))
    return whole_again, tuple(cut for cut in named if cut.rule not in wrong)


def _not_chosen(blocks: Iterable[Block], found: PageBlocks, known: Known) -> Iterator[Removal]:
    """The removals of *blocks* that nobody chose; the title, captions and what a rule for some place knows are named as such."""
    title = letters_of(known.title or "")
    for block in blocks:
        if block.kind == "heading" and title and letters_of(block.text) == title:
            yield whole(block, "title-repeated", "title")
        elif is_caption_block(found.elements[block.position], known.captions):
            yield whole(block, "caption", "caption")
        elif rule := known.rules.match(block.text, "end") or known.rules.match(block.text, "start"):
            yield whole(block, rule.id, "rule")
        else:
            yield whole(block, "not-chosen", "choice")


def _without_title(story: Kept, title: str | None) -> tuple[Kept, Removals]:
    key = letters_of(title or "")
    head = {block.position for block in story[:_HEAD_BLOCKS]}

    def repeats_title(block: Block) -> bool:
        return bool(key) and (block.kind == "heading" or block.position in head) and letters_of(block.text) == key

    return drop(story, "title-repeated", "title", repeats_title)
