"""What is not the story goes by rule, and everything that goes can be put back.

The invariant of the whole project: ``restore(kept, removals) == blocks``, for every page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from lxml.html import HtmlElement

from newsbot.extractors.blocks import PageBlocks
from newsbot.items import Block, Removal
from newsbot.reading.folding import fold_line
from newsbot.rules import Rule, RuleBook

_LONG_PARAGRAPH = 80
"""Folded letters from which a block counts as running text: ``start`` rules act before the first, ``end`` rules after the last."""
_SHARE_BEFORE_END = 0.5
"""``from_here`` acts only where this share of the story's letters stands before it: "Read more" above a story must not eat it."""

Kept = tuple[Block, ...]
Removals = tuple[Removal, ...]


def restore(kept: Iterable[Block], removals: Iterable[Removal]) -> tuple[Block, ...]:
    """All blocks as they were before any removal, in page order. A block cut twice comes back as before the first cut."""
    blocks = {block.position: block for block in kept}
    for removal in reversed(tuple(removals)):
        blocks[removal.block.position] = removal.block
    return tuple(blocks[position] for position in sorted(blocks))


def remove_everywhere(found: PageBlocks, book: RuleBook) -> tuple[Kept, Removals]:
    """Blocks that no subtree rule and no ``anywhere`` phrase rule removes, and what those removed. Idempotent."""
    above = _lines_up(found.elements)
    inside = book.subtrees.find(above)
    kept: list[Block] = []
    removals: list[Removal] = []
    for block, element in zip(found.blocks, found.elements, strict=True):
        rule = _enclosing(element, above, inside) or book.match(block.text)
        if rule is None:
            kept.append(block)
        else:
            removals.append(whole(block, rule.id, "rule"))
    return tuple(kept), tuple(removals)


def remove_by_place(story: Kept, book: RuleBook) -> tuple[Kept, Removals]:
    """*story* without what ``start``, ``end`` and ``from_here`` rules remove, and what they removed."""
    kept, tail = _cut_from_here(story, book)
    long = [
        index for index, block in enumerate(kept) if len(fold_line(block.text)) >= _LONG_PARAGRAPH and not book.match(block.text, "end")
    ]
    first, last = (long[0], long[-1]) if long else (0, len(kept) - 1)  # no running text, no before and after
    removals = {}
    for index, block in enumerate(kept):
        rule = (index < first and book.match(block.text, "start")) or (index > last and book.match(block.text, "end"))
        if rule:
            removals[block.position] = whole(block, rule.id, "rule")
    return tuple(block for block in kept if block.position not in removals), (*removals.values(), *tail)


def drop(story: Kept, rule: str, step: str, doomed: Callable[[Block], bool]) -> tuple[Kept, Removals]:
    """*story* without the blocks that are *doomed*, and their removals under *rule* and *step*."""
    gone = [block for block in story if doomed(block)]
    lost = {block.position for block in gone}
    return tuple(b for b in story if b.position not in lost), tuple(whole(block, rule, step) for block in gone)


def whole(block: Block, rule: str, step: str) -> Removal:
    """The removal of all of *block*."""
    return Removal(rule, step, block, block.text)


def _cut_from_here(story: Kept, book: RuleBook) -> tuple[Kept, Removals]:
    letters = [len(block.text) for block in story]
    before, total = 0, sum(letters)
    for index, block in enumerate(story):
        rule = book.match(block.text, "from_here")
        if rule is not None and before >= _SHARE_BEFORE_END * total:
            return story[:index], tuple(whole(later, rule.id, "rule") for later in story[index:])
        before += letters[index]
    return story, ()


def _lines_up(elements: Iterable[HtmlElement]) -> dict[HtmlElement, HtmlElement | None]:
    """*elements* and all elements around them, each with the one around it."""
    parents: dict[HtmlElement, HtmlElement | None] = {}
    for element in elements:
        here: HtmlElement | None = element
        while here is not None and here not in parents:
            parent = here.getparent()
            parents[here] = parent
            here = parent
    return parents


def _enclosing(element: HtmlElement, above: Mapping[HtmlElement, HtmlElement | None], inside: Mapping[HtmlElement, Rule]) -> Rule | None:
    """The rule whose subtree holds *element*."""
    here: HtmlElement | None = element if inside else None
    while here is not None:
        if here in inside:
            return inside[here]
        here = above[here]
    return None
