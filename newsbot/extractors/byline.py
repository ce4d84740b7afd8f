"""Who wrote the article: as declared, and as printed near the headline or signed below the story."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lxml.html import HtmlElement

from newsbot.credit_tables import CreditTables
from newsbot.extractors.blocks import PageBlocks, clean_text
from newsbot.extractors.declared import find_declared_authors, find_declared_contributors
from newsbot.extractors.metadata import Metadata
from newsbot.extractors.time_elements import path_is_elsewhere
from newsbot.items import Block, Provenance
from newsbot.page import Page, join_url
from newsbot.reading.byline_lines import lone_label, read_byline
from newsbot.reading.credit_clauses import AUTHORS
from newsbot.reading.credit_lines import CreditContext

_WORDS: Final = r"""
    by-?line(?:s|-?(?:text|name|author|item))? | writer | written-?by | reporter
  | author(?:s|-?(?:name|names|link|info|inner|title|list|text|byline|date-?block))?
  | contributor(?:s|-name)? | posted-?by | post-?author | (?:entry|article|story)-?author | fn | p-author | vcard | creator
  | auteurs? | autor(?:en|es|i)? | autore | yazar | skribent | forfatter | redakteur | schrijver | columnist | journalist
"""
_BYLINE: Final = re.compile(rf"(?:^|[\s/#.\-_])(?:{_WORDS})(?:$|[\s/#.\-_])", re.VERBOSE | re.IGNORECASE)
"""Class and id words of byline elements, whole words of a DOM path's last steps."""
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ELSEWHERE: Final = re.compile(r"(?:^|[/.#_-])(?:newsletter|teasers?|comments?|reply|most-?read|trending)(?:$|[/.#_-])", re.IGNORECASE)
_PROFILE: Final = re.compile(
    r"""/(?: authors? | autor(?:en|es|i|zy|ka)? | auteurs? | autore | redakteur\w{0,3} | redacteurs? | journalistes? | journalists?
          | profile? | people | person | contributors? | columnists? | kolumnist\w{0,3} | columnistas? | mitarbeiter
          | writers? | reporters? | yazar(?:lar)? | forfatter | skribent | penulis | kirjoittaja | opinionistas? | correspondents? )
        [/=] [^/?\#]{2,80} /? (?:$|[?\#])""",
    re.VERBOSE | re.IGNORECASE,
)
"""Addresses of pages about one author."""
_INLINE: Final = ("a", "span", "strong", "b", "em", "i", "address")
_STEPS: Final = 4
_MOST_LETTERS: Final = 300
_AROUND: Final = range(-6, 14)
"""Blocks before and behind the headline among which a byline is the article's."""
_NAME: Final = re.compile(r"[^\W\d_][\w.'’-]{0,30}(?: [^\W\d_][\w.'’-]{0,30}){1,3}")
_MOST_BYLINES: Final = 12
_TOGETHER: Final = 4
"""Blocks from one byline to the next of the same article."""
_LINKED: Final = 0.6
"""Share of a byline's letters from which its links are its names."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A block that may be a byline."""

    block: Block
    element: HtmlElement
    near: bool
    """It stands near the headline."""
    label: str | None
    """The label that the block before it is, and nothing else: ``by`` of "Written by"."""


def find_authors(
    page: Page, metadata: Metadata, blocks: PageBlocks, tables: CreditTables, language: str | None = None
) -> Iterator[Provenance]:
    """Candidates of ``author`` and ``contributor`` (declared) and ``byline`` (printed), raw, most trusted origin first within a field.

    Origins of bylines that stand far from the headline, or from the first byline near it, begin with ``byline-far``.
    """
    yield from find_declared_authors(metadata)
    yield from find_declared_contributors(metadata)
    context = CreditContext(language=language)
    last: int | None = None
    found = {True: 0, False: 0}
    for place in _places(blocks, context, tables):
        known = _origin(place, context, tables) if found[place.near] < _MOST_BYLINES else None
        if known is None:
            continue
        found[place.near] += 1
        first = place.near and (last is None or place.block.position - last <= _TOGETHER)
        last = place.block.position if first else last
        yield from _printed(place, f"{'byline' if first else 'byline-far'}:{known}", page)


def _places(blocks: PageBlocks, context: CreditContext, tables: CreditTables) -> Iterator[_Place]:
    """The short blocks of the page that do not speak of other stories."""
    headline = _headline(blocks)
    label = None
    for block, element in zip(blocks.blocks, blocks.elements, strict=True):
        if len(block.text) > _MOST_LETTERS or _is_elsewhere(block.path):
            label = None
            continue
        yield _Place(block, element, block.position - headline in _AROUND, label)
        label = lone_label(block.text, context=context, tables=tables)


def _printed(place: _Place, origin: str, page: Page) -> Iterator[Provenance]:
    """The names of a byline: its links or inner elements one by one when it is made of several, else the whole line."""
    block = place.block
    if origin.endswith(":profile"):
        links = [link for link in block.links if _PROFILE.search(link.url)]
        if len(links) > 1:
            yield Provenance("byline", origin, block.text)
        yield from (Provenance("byline", origin, link.text, join_url(page.base_url, link.url)) for link in links[:_MOST_BYLINES])
    elif len(block.links) > 1 and not origin.endswith(":line") and sum(len(link.text) for link in block.links) >= _LINKED * len(block.text):
        yield from (
            Provenance("byline", f"{origin}-link", link.text, join_url(page.base_url, link.url)) for link in block.links[:_MOST_BYLINES]
        )
    elif parts := _parts(place):
        yield from (Provenance("byline", f"{origin}-part", part) for part in parts)
    else:
        yield Provenance("byline", origin, block.text, _profile(block, page))


def _parts(place: _Place) -> list[str]:
    """The texts of the block's inner elements, two at least, when they are all its text: names that no mark parts."""
    inner = [clean_text("".join(child.itertext())) for child in place.element if child.tag in (*_INLINE, "li", "div")]
    parts = [part for part in inner if part]
    whole = " ".join(parts) == place.block.text and all(map(_NAME.fullmatch, parts))
    return parts if whole and 1 < len(parts) <= _MOST_BYLINES else []


def _headline(blocks: PageBlocks) -> int:
    """Position of the first ``h1``, or of the page's first heading; 0 without one."""
    headings = [block for block in blocks.blocks if block.kind == "heading"]
    return next((block.position for block in headings if block.level == 1), headings[0].position if headings else 0)


def _origin(place: _Place, context: CreditContext, tables: CreditTables) -> str | None:
    """How the block is known as a byline; ``None`` when it is none."""
    block, element = place.block, place.element
    if element.get("itemprop") == "author" or element.get("rel") == "author":
        return "itemprop"
    if place.label is not None and place.label != "nothing":
        return "label" if place.label in AUTHORS else None
    if place.near and block.kind != "heading" and any(_PROFILE.search(link.url) for link in block.links):
        return "profile"
    if path_names_byline(block.path) or (
        place.near and any(_is_byline(child) and _is_inline_in(child, element) for child in element.iter(*_INLINE))
    ):
        return "class"
    if not _is_entry(block) and read_byline(block.text, context=context, tables=tables):
        return "line"
    return None


@lru_cache(maxsize=8192)
def _is_elsewhere(path: str) -> bool:
    return path_is_elsewhere(path) or _ELSEWHERE.search(path) is not None


@lru_cache(maxsize=8192)
def _names_byline(marks: str) -> bool:
    return _BYLINE.search(marks) is not None or _BYLINE.search(_HUMP.sub("-", marks)) is not None


def path_names_byline(path: str) -> bool:
    """Whether one of the last steps of a DOM *path* calls its element a byline."""
    return _names_byline("/".join(path.split("/")[-_STEPS:]))


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
