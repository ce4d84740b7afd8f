"""The story's headline: which of the page's headings and titles it is, without the site's name.

Measured on pages with known titles: the first ``h1`` alone is right on .67 to .78, ``og:title`` without its site part on .59 to .77.
An ``h1`` that agrees with what the head of the page says is right nearly always; where they differ the ``h1`` is what a reader sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Final

from lxml.html import HtmlElement

from newsbot.extractors.jsonld import text_of
from newsbot.extractors.metadata import Metadata
from newsbot.extractors.site_names import site_names, without_site
from newsbot.extractors.visible_text import inner_text, is_hidden
from newsbot.items import Provenance
from newsbot.page import Page, join_url
from newsbot.reading.folding import fold

MAX_LETTERS: Final = 400
"""Longer headings are no titles."""
_TITLE_LETTERS: Final = 600
"""Of a declared title that are looked at."""
MAX_HEADINGS: Final = 60
SHORT: Final = 3
MIN_LETTERS: Final = 8
"""Fewer letters begin a title by chance."""
_LAST_PART: Final = re.compile(r"\s[-–—:]\s|\s?[|»«·•]\s?")
_WEIGHT: Final = {"h1": 0, "microdata:headline": 1}
_TITLE_CLASS: Final = re.compile(
    r"(?:^|[\s_-])(?:(?:entry|post|article|story|news|page|content|single|detail|node|blog|tdb?)[_-]{0,2}(?:main[_-]?)?(?:title|headline|heading)|headline|titre|titulo|titel)(?:[\s_-]|$)",
    re.IGNORECASE,
)
_MAY_BE_TITLE: Final = (
    "//h1 | //h2 | //*[@itemprop='headline' or @itemprop='name headline' or @itemprop='headline name']"
    " | //*[@class and (self::h3 or self::div or self::span or self::p) and (contains(@class, 'title') or contains(@class, 'headline'))]"
)
_NO_TITLE_PLACE: Final = frozenset(("nav", "footer", "aside", "dialog"))
_SITE_CLASS: Final = re.compile(r"(?:^|[\s_-])(?:logo|site[_-]?(?:title|name|branding)|brand(?:ing)?|masthead)(?:[\s_-]|$)", re.IGNORECASE)
_KICKER_CLASS: Final = re.compile(
    r"kicker|overline|over-?title|topline|eyebrow|rubric|section|category|label|dachzeile|surtitre|antetitulo|pretit|pre-?head|badge|supertitle|roofline|spitzmarke|tagline|subtitle|sub-?head|sub-?line|sub-?tit|unterzeile|date|meta",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading that may be the title."""

    text: str
    key: str
    origin: str
    split: bool
    """Set in several parts: the punctuation between them is left to the style sheet."""
    rank: int
    """Place in the order of trust where nothing else tells."""


def find_titles(page: Page, metadata: Metadata) -> Iterator[Provenance]:
    """Titles of the story without the site's name, best first, each text once."""
    names = site_names(metadata)
    declared = list(_declared(metadata, names))
    headings = [heading for heading in _headings(page) if not _names_site(heading.key, names, metadata)]
    ordered = [
        *_equal(headings, declared),
        *_without_kicker(headings, declared),
        *_beginning(headings, metadata),
        *_standing_alone(headings),
        *declared,
        *headings,
    ]
    seen: set[str] = set()
    for found in ordered:
        text = _as_declared(found, declared)
        if found.key and text not in seen:
            seen.add(text)
            yield Provenance("title", found.origin, text)


def letters_of(text: str) -> str:
    """*text* folded, letters and digits only: equal for two printings of one title."""
    return re.sub(r"[\W_]+", "", fold(text))


def _declared(metadata: Metadata, names: Sequence[str]) -> Iterator[_Heading]:
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
        yield _Heading(short, letters_of(short), origin, False, rank)


def _headings(page: Page) -> list[_Heading]:
    """Visible headings that may be the title; elements that only their class names a title are looked at where there is no ``h1``."""
    found = _read_headings(chain(page.tree.iter("h1"), page.tree.iter("h2")), page)
    if any(heading.origin == "h1" for heading in found):
        return found
    return _read_headings(page.tree.xpath(_MAY_BE_TITLE), page)


def _read_headings(elements: Iterable[HtmlElement], page: Page) -> list[_Heading]:
    found: list[_Heading] = []
    for element in islice(elements, 10 * MAX_HEADINGS):
        origin = _origin(element)
        if origin and not _is_elsewhere(element) and not _links_home(element, page):
            found.extend(_variants(element, origin, len(found)))
        if len(found) >= MAX_HEADINGS:
            break
    return found


def _origin(element: HtmlElement) -> str | None:
    if element.tag == "h1":
        return "h1"
    if "headline" in (element.get("itemprop") or "").split() and element.tag != "meta":
        return "microdata:headline"
    if _TITLE_CLASS.search(element.get("class") or ""):
        return f"class:{element.tag}"
    return "h2" if element.tag == "h2" else None


def _is_elsewhere(element: HtmlElement) -> bool:
    """Hidden, in navigation, or the site's own name."""
    if is_hidden(element) or _SITE_CLASS.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
        return True
    for above in element.iterancestors():
        if above.tag in _NO_TITLE_PLACE or is_hidden(above) or _SITE_CLASS.search(above.get("id") or ""):
            return True
    return False


def _links_home(element: HtmlElement, page: Page) -> bool:
    """Whether the heading is a link to the site's first page, as logos are, on a page that is another one."""
    link = element.find(".//a[@href]")
    if link is None:
        parent = element.getparent()
        link = parent if parent is not None and parent.tag == "a" else None
    target = None if link is None else join_url(page.base_url, link.get("href") or "")
    return bool(target) and _is_first_page(target or "") and not _is_first_page(page.url)


def _is_first_page(url: str) -> bool:
    return re.sub(r"^https?://[^/]*/?", "", url).partition("#")[0] in ("", "index.html", "index.php")


def _variants(element: HtmlElement, origin: str, rank: int) -> Iterator[_Heading]:
    """The heading's text, whole and without kicker parts."""
    texts = [inner_text(element)]
    if len(element):
        texts.append(inner_text(element, skip=_is_kicker))
    for text in dict.fromkeys(texts):
        if text and len(text) <= MAX_LETTERS:
            yield _Heading(text, letters_of(text), origin, len(element) > 0, rank)


def _is_kicker(element: HtmlElement) -> bool:
    return bool(_KICKER_CLASS.search(element.get("class") or ""))


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


def _equal(headings: Sequence[_Heading], declared: Sequence[_Heading]) -> list[_Heading]:
    """Headings that the head of the page repeats letter for letter; ``h1`` first, then as the declared titles are trusted."""
    rank = {title.key: title.rank for title in reversed(declared)}
    equal = [heading for heading in headings if len(heading.key) >= SHORT and heading.key in rank]
    return sorted(equal, key=lambda heading: (_WEIGHT.get(heading.origin, 2), rank[heading.key], heading.rank))


def _beginning(headings: Sequence[_Heading], metadata: Metadata) -> list[_Heading]:
    """Any ``h1`` (other headings where there is none) with which ``<title>`` or ``og:title`` begins, the longest first.

    What follows there is the section or the site.
    """
    whole = [letters_of(text) for text in (metadata.title, metadata.first_meta("og:title")) if text]
    first = [heading for heading in headings if heading.origin == "h1"] or headings
    found = [heading for heading in first if len(heading.key) >= MIN_LETTERS]
    return sorted((one for one in found if any(title.startswith(one.key) for title in whole)), key=lambda one: (-len(one.key), one.rank))


def _without_kicker(headings: Sequence[_Heading], declared: Sequence[_Heading]) -> list[_Heading]:
    """Declared titles that end an ``h1`` set in several parts: what stands before is a kicker."""
    ends = [
        replace(title, origin=heading.origin)
        for heading in headings
        if heading.split and heading.origin == "h1"
        for title in declared
        if len(title.key) >= 2 * MIN_LETTERS and heading.key.endswith(title.key) and heading.text.endswith(title.text[-SHORT:])
    ]
    return ends[:1]


def _as_declared(heading: _Heading, declared: Sequence[_Heading]) -> str:
    """The heading's text; in the spelling of the head of the page where type setting hides it.

    Capitals that are only style, and parts set on lines of their own that the head joins with a colon.
    """
    same = [title.text for title in declared if title.key == heading.key]
    if not same or not (heading.split or heading.text.isupper()):
        return heading.text
    return next((text for text in same if not text.isupper()), heading.text)


def _standing_alone(headings: Sequence[_Heading]) -> list[_Heading]:
    """The page's ``h1`` where it has only one."""
    first = [heading for heading in headings if heading.origin == "h1"]
    return first if len({heading.rank for heading in first}) == 1 else []
