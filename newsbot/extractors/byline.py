"""Who wrote the article: as declared, and as printed near the headline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from lxml.html import HtmlElement

from newsbot.credit_tables import CreditTables
from newsbot.extractors.blocks import PageBlocks
from newsbot.extractors.declared import find_declared_authors
from newsbot.extractors.metadata import Metadata
from newsbot.items import Block, Provenance
from newsbot.page import Page, join_url
from newsbot.reading.credit_lines import CreditContext, read_line

_BYLINE: Final = re.compile(
    r"""(?:^|[\s/#.\-_])(?:
        by-?line(?:s|-?(?:text|name|author|item))? | writer | written-?by | reporter
      | author(?:s|-?(?:name|names|link|info|title|list|text|byline))?
      | contributor(?:s|-name)? | posted-?by | post-?author | (?:entry|article|story)-?author | fn | p-author | vcard | creator
      | auteurs? | autor(?:en|es|i)? | autore | yazar | skribent | forfatter | redakteur | schrijver | columnist | journalist
    )(?:$|[\s/#.\-_])""",
    re.VERBOSE | re.IGNORECASE,
)
"""Class and id words of byline elements, whole words of a DOM path's last steps."""
_ELSEWHERE: Final = re.compile(
    r"(?i)(?:comment|related|sidebar|aside|footer|recommend|teaser|promo|newsletter|popular|trending|most-read|widget|nav\b|menu|reply)"
)
"""Path words under which names belong to other stories or to readers."""
_INLINE: Final = ("a", "span", "strong", "b", "em", "i", "address")
_STEPS: Final = 4
_MOST_LETTERS: Final = 300
_AROUND: Final = range(-6, 14)
"""Blocks before and behind the headline among which a byline without marked-up class is looked for."""
_MOST_BYLINES: Final = 12
_LINKED: Final = 0.6
"""Share of a byline's letters from which its links are its names."""


def find_authors(
    page: Page, metadata: Metadata, blocks: PageBlocks, tables: CreditTables, language: str | None = None
) -> Iterator[Provenance]:
    """Candidates of ``author`` (declared) and ``byline`` (printed), raw, most trusted origin first within a field."""
    yield from find_declared_authors(metadata)
    headline = _headline(blocks)
    found = 0
    for block, element in zip(blocks.blocks, blocks.elements, strict=True):
        if found >= _MOST_BYLINES or len(block.text) > _MOST_LETTERS:
            continue
        origin = _origin(block, element, headline, CreditContext(language=language), tables)
        if origin:
            found += 1
            yield from _printed(block, origin, page)


def _printed(block: Block, origin: str, page: Page) -> Iterator[Provenance]:
    """The names of a byline: its links one by one when it is made of several, else the whole line."""
    if len(block.links) > 1 and origin != "byline:line" and sum(len(link.text) for link in block.links) >= _LINKED * len(block.text):
        yield from (
            Provenance("byline", f"{origin}-link", link.text, join_url(page.base_url, link.url)) for link in block.links[:_MOST_BYLINES]
        )
    else:
        yield Provenance("byline", origin, block.text, _profile(block, page))


def _headline(blocks: PageBlocks) -> int:
    """Position of the first ``h1``, or of the page's first heading; 0 without one."""
    headings = [block for block in blocks.blocks if block.kind == "heading"]
    return next((block.position for block in headings if block.level == 1), headings[0].position if headings else 0)


def _origin(block: Block, element: HtmlElement, headline: int, context: CreditContext, tables: CreditTables) -> str | None:
    """How the block is known as a byline; ``None`` when it is none."""
    if _is_elsewhere(block.path):
        return None
    if element.get("itemprop") == "author" or element.get("rel") == "author":
        return "byline:itemprop"
    near = block.position - headline in _AROUND
    steps = "/".join(block.path.split("/")[-_STEPS:])
    if _names_byline(steps) or (near and any(_is_byline(child) and _is_inline_in(child, element) for child in element.iter(*_INLINE))):
        return "byline:class"
    if near and block.kind != "heading" and not _is_entry(block):
        credit = read_line(block.text, context=context, tables=tables)
        if credit and credit.authors:
            return "byline:line"
    return None


@lru_cache(maxsize=8192)
def _is_elsewhere(path: str) -> bool:
    return _ELSEWHERE.search(path) is not None


@lru_cache(maxsize=8192)
def _names_byline(marks: str) -> bool:
    return _BYLINE.search(marks) is not None


def _is_entry(block: Block) -> bool:
    """Whether the block is one link: an entry of a menu or a list of stories."""
    return len(block.links) == 1 and len(block.links[0].text) >= len(block.text) - 2


def _is_byline(element: HtmlElement) -> bool:
    marks = " ".join((element.get("class") or "", element.get("rel") or "", element.get("itemprop") or ""))
    return bool(marks.strip()) and _names_byline(marks)


def _is_inline_in(child: HtmlElement, holder: HtmlElement) -> bool:
    """Whether nothing but inline elements stands between *child* and *holder*: the text of *child* is a part of that very block."""
    for ancestor in child.iterancestors():
        if ancestor is holder:
            return True
        if ancestor.tag not in _INLINE:
            return False
    return False


def _profile(block: Block, page: Page) -> str | None:
    """The address of the author's page: the block's only link."""
    return join_url(page.base_url, block.links[0].url) if len(block.links) == 1 else None
