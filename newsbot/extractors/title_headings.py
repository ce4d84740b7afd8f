"""Visible headings of a page that may be its title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from lxml.html import HtmlElement

from newsbot.extractors.visible_text import inner_text, is_hidden
from newsbot.page import Page, join_url
from newsbot.reading.folding import fold

MAX_LETTERS: Final = 400
"""Longer headings are no titles."""
MAX_HEADINGS: Final = 60
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
class Heading:
    """A heading, or a declared title, that may be the title."""

    text: str
    key: str
    origin: str
    split: bool
    """Set in several parts: the punctuation between them is left to the style sheet."""
    rank: int
    """Place in the order of trust where nothing else tells."""


def letters_of(text: str) -> str:
    """*text* folded, letters and digits only: equal for two printings of one title."""
    return re.sub(r"[\W_]+", "", fold(text))


def find_headings(page: Page) -> list[Heading]:
    """Visible headings that may be the title; elements that only their class names a title are looked at where there is no ``h1``."""
    found = _read_headings(chain(page.tree.iter("h1"), page.tree.iter("h2")), page)
    if any(heading.origin == "h1" for heading in found):
        return found
    return _read_headings(page.tree.xpath(_MAY_BE_TITLE), page)


def _read_headings(elements: Iterable[HtmlElement], page: Page) -> list[Heading]:
    found: list[Heading] = []
    elsewhere: dict[HtmlElement, bool] = {}
    for element in islice(elements, 10 * MAX_HEADINGS):
        origin = _origin(element)
        if origin and not _is_elsewhere(element, elsewhere) and not _links_home(element, page):
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


def _is_elsewhere(element: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Hidden, in navigation, or the site's own name; *known* are the places that were looked at before."""
    if is_hidden(element) or _SITE_CLASS.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
        return True
    line = []
    above = element.getparent()
    while above is not None and above not in known:
        line.append(above)
        above = above.getparent()
    inside = above is not None and known[above]
    for place in reversed(line):
        inside = inside or place.tag in _NO_TITLE_PLACE or is_hidden(place) or bool(_SITE_CLASS.search(place.get("id") or ""))
        known[place] = inside
    return inside


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


def _variants(element: HtmlElement, origin: str, rank: int) -> Iterator[Heading]:
    """The heading's text, whole and without kicker parts."""
    texts = [inner_text(element)]
    if len(element):
        texts.append(inner_text(element, skip=_is_kicker))
    for text in dict.fromkeys(texts):
        if text and len(text) <= MAX_LETTERS:
            yield Heading(text, letters_of(text), origin, len(element) > 0, rank)


def _is_kicker(element: HtmlElement) -> bool:
    return bool(_KICKER_CLASS.search(element.get("class") or ""))
