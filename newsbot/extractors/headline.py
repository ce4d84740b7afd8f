"""The story's headline: which of the page's headings and titles it is, without the site's name.

Measured on pages with known titles: the first ``h1`` alone is right on .67 to .78, ``og:title`` without its site part on .59 to .77.
An ``h1`` that agrees with what the head of the page says is right nearly always; where they differ the ``h1`` is what a reader sees.
News pages are an exception: an ``h1`` that only says what ``<title>`` says is often made for search engines, and the publisher's own
headline is ``og:title`` then (right on 13 of 17 pages of news sites where the two differ so; on guides and blogs the ``h1`` is).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from newsbot.extractors.jsonld import text_of, types_of
from newsbot.extractors.metadata import Metadata
from newsbot.extractors.site_names import site_names, without_site
from newsbot.extractors.title_headings import Heading, find_headings, letters_of
from newsbot.items import Provenance
from newsbot.page import Page

_TITLE_LETTERS: Final = 600
"""Of a declared title that are looked at."""
SHORT: Final = 3
MIN_LETTERS: Final = 8
"""Fewer letters begin a title by chance."""
_LAST_PART: Final = re.compile(r"\s[-–—:]\s|\s?[|»«·•]\s?")
_BROKEN: Final = re.compile(r"[ÃÂ][\u0080-\u00bf]|â[\u0080-\u009f€]{1,2}.?|\ufffd")
"""UTF-8 that was read as Latin-1 or Windows-1252."""
_BAR: Final = re.compile("[|｜‖]")
_QUOTES: Final = frozenset("\"'")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]|\s")
_WEIGHT: Final = {"h1": 0, "microdata:headline": 1}


def find_titles(page: Page, metadata: Metadata) -> Iterator[Provenance]:
    """Titles of the story without the site's name, best first, each text once."""
    names = site_names(metadata)
    declared = list(_declared(metadata, names))
    headings = [heading for heading in find_headings(page) if not _names_site(heading.key, names, metadata)]
    ordered = [
        *_equal(headings, declared),
        *_without_kicker(headings, declared),
        *_beginning(headings, metadata),
        *_standing_alone(headings),
        *declared,
        *headings,
    ]
    ordered = [found for found in ordered if found.key]
    seen: set[str] = set()
    for found in [*_corrected(ordered, headings, declared, metadata), *ordered]:
        text = _as_declared(found, declared)
        if text not in seen:
            seen.add(text)
            yield Provenance("title", found.origin, text)


def _corrected(ordered: Sequence[Heading], headings: Sequence[Heading], declared: Sequence[Heading], metadata: Metadata) -> list[Heading]:
    """What goes before the first of *ordered*: the same in sound letters, the declared title of a heading in capitals or of a news page."""
    if not ordered:
        return []
    first = ordered[0]
    sound = _in_sound_letters(first, ordered)
    if sound:
        return [sound]
    shared = next((one for one in declared if one.origin == "meta:og:title" and one.key), None)
    if shared is None or shared.key == first.key or _is_cut_at_quote(shared.text, first.text):
        return []
    if first.text.isupper() and not shared.text.isupper() and first.key not in shared.key:
        return [shared]
    return _shared_headline(first, shared, headings, declared) if _is_news(metadata) else []


def _shared_headline(first: Heading, shared: Heading, headings: Sequence[Heading], declared: Sequence[Heading]) -> list[Heading]:
    """The ``og:title`` of a news page, where it is likelier the headline than *first*, a text unlike it.

    A lower heading prints it (the ``h1`` is for search engines); the page's ``<title>``, which is made for search engines too, is
    *first* and not it; or JSON-LD calls it the headline as well and no ``h1`` prints it.
    """
    printed = [heading for heading in headings if heading.key == shared.key]
    lower = [heading for heading in printed if heading.origin != "h1"]
    searched = {title.key for title in declared if title.origin == "title"}
    agreed = any(title.key == shared.key for title in declared if title.origin == "jsonld:headline")
    if lower:
        return [replace(shared, origin=lower[0].origin)]
    if first.key in shared.key and (not agreed or _BAR.search(shared.text)):
        return []  # what it has more is a section or the site
    if first.key in searched and shared.key not in searched:
        return [shared]
    return [shared] if agreed and not printed and first.origin == "h1" else []


def _is_cut_at_quote(text: str, whole: str) -> bool:
    """Whether *text* is *whole* up to a quotation mark, as an attribute ends where a quote in it was not escaped."""
    return whole.startswith(text) and whole[len(text) :].lstrip()[:1] in _QUOTES


def _is_news(metadata: Metadata) -> bool:
    """Whether the page says that it is news, not a guide, review or blog."""
    kinds = types_of(metadata.article) if metadata.article else ()
    return any(kind.endswith("NewsArticle") for kind in kinds) or "news_keywords" in metadata.metas


def _in_sound_letters(first: Heading, others: Sequence[Heading]) -> Heading | None:
    """One of *others* that is *first* without its wrongly decoded letters (``fÃ¼r`` for ``für``)."""
    if not _BROKEN.search(first.text):
        return None
    plain = _NOT_ASCII.sub("", _BROKEN.sub("", first.text))
    return next((one for one in others if not _BROKEN.search(one.text) and _NOT_ASCII.sub("", one.text) == plain), None)


def _declared(metadata: Metadata, names: Sequence[str]) -> Iterator[Heading]:
    """What the head of the page declares as title, site parts taken off, best first."""
    own = metadata.article or {}
    written = [
        *(("jsonld:headline", text) for text in [text_of(own.get("headline"))] if text and not text.endswith(("...", "…"))),
        *(
            (f"meta:{name}", text)
            for name, text in metadata.meta("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "title")
        ),
        *(("title", text) for text in [metadata.title] if text),
        *(("jsonld:name", text) for text in [text_of(own.get("name"))] if text),
    ]
    for rank, (origin, text) in enumerate(written):
        short = without_site(text[:_TITLE_LETTERS], names)
        yield Heading(short, letters_of(short), origin, False, rank)


def _names_site(key: str, names: Sequence[str], metadata: Metadata) -> bool:
    """Whether a heading is the site's name: one of its known names, or the last part of a longer ``<title>`` that is not ``og:title``."""
    if not key or key in {letters_of(name) for name in names}:
        return True
    title = letters_of(metadata.title or "")
    ends = title.endswith(key) and len(title) - len(key) >= MIN_LETTERS and bool(_LAST_PART.search(metadata.title or ""))
    return ends and key in {letters_of(part) for part in _later_parts(metadata.title or "")} and not metadata.metas.get("og:title")


def _later_parts(title: str) -> list[str]:
    """What follows each separator of *title*."""
    return [title[cut.end() :] for cut in _LAST_PART.finditer(title)]


def _equal(headings: Sequence[Heading], declared: Sequence[Heading]) -> list[Heading]:
    """Headings that the head of the page repeats letter for letter; ``h1`` first, then as the declared titles are trusted."""
    rank = {title.key: title.rank for title in reversed(declared)}
    equal = [heading for heading in headings if len(heading.key) >= SHORT and heading.key in rank]
    return sorted(equal, key=lambda heading: (_WEIGHT.get(heading.origin, 2), rank[heading.key], heading.rank))


def _beginning(headings: Sequence[Heading], metadata: Metadata) -> list[Heading]:
    """Any ``h1`` (other headings where there is none) with which ``<title>`` or ``og:title`` begins, the longest first.

    What follows there is the section or the site.
    """
    whole = [letters_of(text) for text in (metadata.title, metadata.first_meta("og:title")) if text]
    first = [heading for heading in headings if heading.origin == "h1"] or headings
    found = [heading for heading in first if len(heading.key) >= MIN_LETTERS]
    return sorted((one for one in found if any(title.startswith(one.key) for title in whole)), key=lambda one: (-len(one.key), one.rank))


def _without_kicker(headings: Sequence[Heading], declared: Sequence[Heading]) -> list[Heading]:
    """Declared titles that end an ``h1`` set in several parts: what stands before is a kicker."""
    ends = [
        replace(title, origin=heading.origin)
        for heading in headings
        if heading.split and heading.origin == "h1"
        for title in declared
        if len(title.key) >= 2 * MIN_LETTERS and heading.key.endswith(title.key) and heading.text.endswith(title.text[-SHORT:])
    ]
    return ends[:1]


def _as_declared(heading: Heading, declared: Sequence[Heading]) -> str:
    """The heading's text; in the spelling of the head of the page where type setting hides it.

    Capitals that are only style, and parts set on lines of their own that the head joins with a colon.
    """
    same = [title.text for title in declared if title.key == heading.key]
    if not same or not (heading.split or heading.text.isupper()):
        return heading.text
    return next((text for text in same if not text.isupper()), heading.text)


def _standing_alone(headings: Sequence[Heading]) -> list[Heading]:
    """The page's ``h1`` where it has only one."""
    first = [heading for heading in headings if heading.origin == "h1"]
    return first if len({heading.rank for heading in first}) == 1 else []
