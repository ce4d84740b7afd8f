"""Whether everyone may read the story, with the evidence.

A prompt beside a complete text is no evidence; neither is a subscription dialog that lies over the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from cssselect import SelectorError
from lxml.cssselect import CSSSelector

from newsbot.extractors.jsonld import Node, as_list, text_of, types_of
from newsbot.extractors.meta_names import TIER_METAS, TIERS
from newsbot.extractors.metadata import Metadata
from newsbot.gate_tables import GateTables
from newsbot.items import Access, AccessStatus, Block, Evidence
from newsbot.page import Page
from newsbot.reading.folding import fold

_REFUSED: Final = frozenset((401, 402, 403, 451))
_FALSE: Final = frozenset(("false", "no", "0", "nein", "non"))
_TRUE: Final = frozenset(("true", "yes", "1", "ja", "oui"))
CUT_LETTERS: Final = 1500
"""A story of fewer letters may be the open part of a longer one."""
_PART_LETTERS: Final = 300
_GATE_LETTERS: Final = 400
_GATE_REACH: Final = 15
"""Blocks after the story's last one in which a gate stands "in its place"."""
_WHOLE: Final = 0.85
_DENSE: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_OVERLAY: Final = re.compile(
    r"modal|popup|pop-up|dialog|newsletter|lightbox|jetpack-subscri|footer|sidebar|(?:^|/)(?:nav|aside)\b", re.IGNORECASE
)
_WALL: Final = re.compile(r"pay-?wall|reg-?wall|premium|piano|gate|locked", re.IGNORECASE)


def find_access(page: Page, metadata: Metadata, story: Sequence[Block], blocks: Sequence[Block], gates: GateTables) -> Access:
    """The status and what it rests on; *story* are the chosen blocks, *blocks* all of the page."""
    refused = [Evidence("http:status", str(page.raw.status))] if page.raw.status in _REFUSED else []
    declared = list(_declared(metadata))
    gate = list(_gate(story, blocks, gates))
    whole = _wholeness(page, metadata, story)
    evidence = (*refused, *(one for one, _ in declared), *(one for one, _ in gate), *whole)
    said = [status for _, status in declared]
    return Access(_judge(bool(refused), said, [kind for _, kind in gate], bool(whole)), evidence)


def _judge(refused: bool, said: Sequence[AccessStatus], gates: Sequence[AccessStatus], whole: bool) -> AccessStatus:
    """The status from what server, metadata, gate and text say."""
    if refused:
        return "paywalled"
    if "paywalled" in said:
        return "metered" if whole else "paywalled"
    if gates and not whole:
        return gates[0]
    if said:
        return said[0]
    return "free" if whole else "unknown"


def _declared(metadata: Metadata) -> Iterator[tuple[Evidence, AccessStatus]]:
    """What metadata declares; tiers first: they tell metered from locked."""
    for name, content in metadata.meta(*TIER_METAS):
        if status := TIERS.get(content.strip().casefold()):
            yield Evidence(f"meta:{name}", content), status
    for node in _speaking_nodes(metadata):
        if (free := _truth(node.get("isAccessibleForFree"))) is not None:
            yield Evidence("jsonld:isAccessibleForFree", str(free)), "free" if free else "paywalled"
        for part in _closed_parts(node):
            yield _closed_evidence(part), "paywalled"
    for item in metadata.items:
        if item.name == "isaccessibleforfree" and not item.related and (free := _truth(item.value)) is not None:
            yield Evidence("microdata:isAccessibleForFree", item.value), "free" if free else "paywalled"


def _closed_evidence(part: Node) -> Evidence:
    """What closes *part*: the selector that it names, else its own word; evidence is never empty."""
    if selector := text_of(part.get("cssSelector")):
        return Evidence("jsonld:hasPart.cssSelector", selector)
    return Evidence("jsonld:hasPart.isAccessibleForFree", str(part.get("isAccessibleForFree")))


def _speaking_nodes(metadata: Metadata) -> list[Node]:
    """The own article node, or page-level nodes where there is none or it says nothing."""
    own = [metadata.article] if metadata.article is not None else []
    if any("isAccessibleForFree" in node or "hasPart" in node for node in own):
        return own
    return [
        placed.node
        for placed in metadata.graph.nodes
        if placed.under == "" and types_of(placed.node) & {"WebPage", "CreativeWork", "WebPageElement"}
    ]


def _closed_parts(node: Node) -> Iterator[Node]:
    for part in as_list(node.get("hasPart")):
        if isinstance(part, dict) and _truth(part.get("isAccessibleForFree")) is False:
            yield part


def _truth(value: object) -> bool | None:
    if isinstance(value, (bool, int)) and value in (0, 1):
        return bool(value)
    text = (text_of(value) or "").casefold().rpartition("/")[2]
    return True if text in _TRUE else False if text in _FALSE else None


def _gate(story: Sequence[Block], blocks: Sequence[Block], gates: GateTables) -> Iterator[tuple[Evidence, AccessStatus]]:
    """The first gate in the place where a short story breaks off."""
    if sum(_size(block.text) for block in story) >= CUT_LETTERS:
        return
    start = story[0].position if story else 0
    end = story[-1].position if story else len(blocks)
    for block in blocks[start : end + 1 + _GATE_REACH]:
        if len(block.text) > _GATE_LETTERS or (_OVERLAY.search(block.path) and not _WALL.search(block.path)):
            continue
        if kind := gates.kind_of(block.text):
            yield Evidence(f"line:{block.position}", block.text), "paywalled" if kind == "pay" else "metered"
            return


def _wholeness(page: Page, metadata: Metadata, story: Sequence[Block]) -> list[Evidence]:
    """Signs that the text is complete: as long as ``articleBody`` or the feed's text, or the closed part stands on the page."""
    size = sum(_size(block.text) for block in story)
    body = text_of((metadata.article or {}).get("articleBody")) or ""
    if len(body) >= _PART_LETTERS and size >= _WHOLE * _size(body) and not body.rstrip().endswith(("...", "…")):
        return [Evidence("jsonld:articleBody", f"{len(body)} letters")]
    feed, letters = page.raw.feed_text, sum(len(block.text) + 1 for block in story)
    if feed and feed.whole and feed.letters >= _PART_LETTERS and letters >= _WHOLE * feed.letters:
        return [Evidence("feed:content", f"{feed.letters} letters")]
    for part in _closed_parts(metadata.article or {}):
        for selector in [text_of(one) for one in as_list(part.get("cssSelector"))]:
            if selector and (letters := _letters_under(page, selector, story)) >= _PART_LETTERS:
                return [Evidence("text:hasPart.cssSelector", f"{letters} letters under {selector}")]
    return []


def _letters_under(page: Page, selector: str, story: Sequence[Block]) -> int:
    """Letters of the story that stand under *selector*; 0 when it is no selector."""
    try:
        found = CSSSelector(selector[:200])(page.tree)[:20]
    except (SelectorError, SyntaxError, ValueError):
        return 0
    text = fold(" ".join(" ".join(element.itertext()) for element in found))
    return sum(len(block.text) for block in story if fold(block.text) in text)


def _size(text: str) -> int:
    """Letters; one of Chinese or Japanese counts as three."""
    return len(text) + 2 * len(_DENSE.findall(text))
