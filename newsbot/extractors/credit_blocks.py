"""Lines of attribution at the edges of a story: cut from it, and kept as evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from newsbot.credit_tables import CreditTables
from newsbot.extractors.byline import path_names_byline
from newsbot.items import Block, Provenance, Removal
from newsbot.reading.credit_lines import Credit, CreditContext, read_credit, read_line
from newsbot.reading.credits import Position

HEAD_BLOCKS: Final = 4
TAIL_BLOCKS: Final = 8
MOST_LETTERS: Final = 400
"""A longer block is never only attribution."""
_STORY_KINDS: Final = ("code", "table_row", "quote")
"""Kinds of blocks that are never attribution; headings and list items may be, above the story."""
_BEFORE: Final = 8
_BEHIND: Final = 16
"""Blocks before and behind the story in which its credit lines stand; farther off they speak of other stories."""


@dataclass(frozen=True, slots=True)
class CreditedStory:
    """A story without its credit lines."""

    blocks: tuple[Block, ...]
    removals: tuple[Removal, ...]
    candidates: tuple[Provenance, ...]
    """``credit_line`` for each line and mark, ``original`` for each date of first publication."""


def credit_removals(story: Sequence[Block], context: CreditContext, tables: CreditTables) -> CreditedStory:
    """*story* without the lines at its head and tail that are only attribution, and without the agency's mark that closes it.

    A line that is labelled as a credit goes wherever it stands; a name alone only at the head, in an element that is called a byline:
    a short heading reads like a name. Sentences stay, whatever they cite.
    """
    dropped = dict(_credits(story, context, tables))
    kept = [block for index, block in enumerate(story) if index not in dropped]
    if not kept:
        return CreditedStory(tuple(story), (), ())
    removals = [Removal(f"credit/{_kind(credit)}", "credit", story[index], story[index].text) for index, credit in dropped.items()]
    candidates = [one for index, credit in dropped.items() for one in _evidence(story[index], credit)]
    tail = read_credit(kept[-1].text, context=replace(context, kind="paragraph", position="body"), tables=tables)
    if tail.cut:
        whole, cut = kept[-1], tail.cut
        mark, text = whole.text[cut:], whole.text[:cut].rstrip(" -–—")
        kept[-1] = replace(whole, text=text)
        removals.append(Removal("credit/mark", "credit", whole, whole.text[len(text) :]))
        candidates.append(Provenance("credit_line", f"mark:{whole.position}", mark.strip()))
    return CreditedStory(tuple(kept), tuple(removals), tuple(candidates))


def _credits(story: Sequence[Block], context: CreditContext, tables: CreditTables) -> Iterator[tuple[int, Credit]]:
    """(index, credit) of the blocks that are credit lines: from the head and from the tail inwards, and paragraphs between."""
    at_head = True
    for index, block in enumerate(story):
        if block.kind in _STORY_KINDS or len(block.text) > MOST_LETTERS or (block.kind != "paragraph" and not at_head):
            at_head = False
            continue
        slot = at_head and index < HEAD_BLOCKS and block.kind != "heading" and path_names_byline(block.path)
        credit = read_line(block.text, context=replace(context, position="top" if slot else "body"), tables=tables)
        at_head = at_head and credit is not None
        if credit and (slot or index >= len(story) - TAIL_BLOCKS or block.kind == "paragraph"):
            yield index, credit


def is_credit(block: Block, at_head: bool, context: CreditContext, tables: CreditTables) -> bool:
    """Whether :func:`credit_removals` would take *block* out of a story: it needs to see it, for the evidence."""
    if block.kind in _STORY_KINDS or len(block.text) > MOST_LETTERS or (block.kind != "paragraph" and not at_head):
        return False
    position: Position = "top" if at_head and block.kind != "heading" else "body"
    return read_line(block.text, context=replace(context, position=position), tables=tables) is not None


def find_credit_lines(
    blocks: Sequence[Block], story: Sequence[Block], context: CreditContext, tables: CreditTables
) -> Iterator[Provenance]:
    """Credit lines of the page around the story that never were in it: ``credit_line`` and ``original`` candidates, in page order.

    Only lines that name a source, an agency, a role or an outlet behind a label count: names alone, menus and copyright lines do not.
    """
    if not story:
        return
    context = replace(context, position="bottom")
    inside = {block.position for block in story}
    first, last = story[0].position - _BEFORE, story[-1].position + _BEHIND
    for block in blocks:
        if first <= block.position <= last and block.position not in inside and len(block.text) <= MOST_LETTERS:
            credit = read_line(block.text, context=context, tables=tables)
            if credit and (_names_source(credit) or (block.links and _labels_source(block, context, tables))):
                yield from _evidence(block, credit)


def _names_source(credit: Credit) -> bool:
    return bool(credit.original_publisher or credit.original_domain or credit.agencies or credit.roles or credit.original_date)


def _labels_source(block: Block, context: CreditContext, tables: CreditTables) -> bool:
    """Whether the text of a linked line is but a label such as "source of the story"."""
    found = read_line(f"{block.text}: example.com", context=context, tables=tables)
    return found is not None and found.original_domain == "example.com"


def _evidence(block: Block, credit: Credit) -> Iterator[Provenance]:
    url = block.links[0].url if block.links else None
    yield Provenance("credit_line", f"line:{block.position}", block.text, url)
    if credit.original_date:
        yield Provenance("original", f"line:{block.position}", credit.original_date)


def _kind(credit: Credit) -> str:
    """The name of the rule: what the line mainly tells."""
    named = {
        "source": credit.original_publisher or credit.original_domain or credit.original_url,
        "photo": credit.photo_credit,
        "byline": credit.authors,
        "signoff": credit.roles,
        "agency": credit.agencies,
        "dateline": credit.place or credit.date,
        "publisher": credit.publisher,
    }
    return next((name for name, value in named.items() if value), "label")
