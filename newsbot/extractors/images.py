"""The pictures of a story with caption and credit, the main one first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from newsbot.caption_tables import CaptionTables
from newsbot.extractors.blocks import clean_text
from newsbot.extractors.captions import CAPTION_LETTERS, caption_lines, is_caption_block, split_caption
from newsbot.extractors.declared import find_declared_images
from newsbot.extractors.metadata import Metadata
from newsbot.extractors.visible_text import inner_text
from newsbot.items import Image
from newsbot.page import Page, join_url
from newsbot.urls import looks_like_article, same_article

MAX_IMAGES: Final = 60
_MIN_SIDE: Final = 100
"""Pixels; smaller pictures are signs."""
_LAZY: Final = (
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-lazy",
    "data-orig-file",
    "data-large-file",
    "data-image",
    "data-url",
    "data-hi-res-src",
    "src",
)
_LAZY_SETS: Final = ("data-srcset", "data-lazy-srcset", "srcset")
_SIGN: Final = re.compile(
    r"avatar|gravatar|logo|(?:^|[\W_])icons?(?:[\W_]|$)|sprite|pixel|emoji|smil(?:ey|ies)|spacer|blank\.|1x1|placeholder|loading|spinner|captcha|badge|(?:^|[\W_])ads?(?:[\W_]|$)"
    r"|doubleclick|tracking|tracker|author|byline|share|facebook|twitter|whatsapp|flags?/|/themes?/|default[-_]?(?:image|thumb|og)|counter",
    re.IGNORECASE,
)
_ELSEWHERE: Final = re.compile(
    r"related|recommend|sidebar|widget|comment|promo|newsletter|most-?read|trending|more-?stories|read-?more|teaser|author-?(?:box|bio)|share|banner|advert|footer",
    re.IGNORECASE,
)
_PICTURE_FILE: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)$", re.IGNORECASE)
_SIZE_SUFFIX: Final = re.compile(r"[-_](?:\d{2,4}x\d{2,4}|scaled|large|medium|small|thumb(?:nail)?|e\d{8,})(?=\.|$)", re.IGNORECASE)


def find_images(page: Page, metadata: Metadata, story: Sequence[HtmlElement], tables: CaptionTables) -> tuple[Image, ...]:
    """Pictures inside or beside the story (*story*: the elements that hold its blocks), the main one first.

    The declared main image leads where it is one of them, and stands alone where the story shows none.
    """
    declared = [one.raw for one in find_declared_images(metadata) if not _SIGN.search(one.raw)]
    shown = list(_shown(page, story, tables))
    if not shown:
        return tuple(Image(url) for url in declared[:1])
    keys = {_picture_key(url) for url in declared}
    return tuple(sorted(shown, key=lambda image: _picture_key(image.url) not in keys))[:MAX_IMAGES]


def _shown(page: Page, story: Sequence[HtmlElement], tables: CaptionTables) -> Iterator[Image]:
    seen: set[str] = set()
    for picture in _pictures_near(page, story):
        url = _address(picture, page)
        if url and _picture_key(url) not in seen and not _is_sign(picture, url):
            seen.add(_picture_key(url))
            caption, credit = _caption_of(picture, tables)
            yield Image(url, caption, credit, clean_text(picture.get("alt") or "")[:CAPTION_LETTERS] or None)


def _pictures_near(page: Page, story: Sequence[HtmlElement]) -> Iterator[HtmlElement]:
    """Pictures under the element that holds the whole story, or under the ``article`` or ``main`` around it."""
    place = _place_of(story)
    if place is None:
        return
    for picture in place.iter("img", "amp-img"):
        if not _is_elsewhere(picture, place, page):
            yield picture


def _place_of(story: Sequence[HtmlElement]) -> HtmlElement | None:
    """The closest element around all of *story*, widened to the ``article`` or ``main`` that it stands in."""
    if not story:
        return None
    shared = [story[0], *story[0].iterancestors()]
    for element in dict.fromkeys(story[1:]):
        if shared and element.getparent() is shared[0]:
            continue
        above = {element, *element.iterancestors()}
        shared = [one for one in shared if one in above]
    wide = next(
        (one for one in shared if one.tag in ("article", "main") or one.get("role") == "main" or "Article" in (one.get("itemtype") or "")),
        None,
    )
    return wide if wide is not None else shared[0] if shared else None


def _is_elsewhere(picture: HtmlElement, place: HtmlElement, page: Page) -> bool:
    """In a box of other things, or a link to another story."""
    for above in picture.iterancestors():
        if above is place:
            return False
        if above.tag in ("nav", "aside", "footer", "form", "noscript") or _ELSEWHERE.search(
            f"{above.get('class') or ''} {above.get('id') or ''}"
        ):
            return True
        if above.tag == "a" and _leads_elsewhere(above, page):
            return True
    return False


def _leads_elsewhere(link: HtmlElement, page: Page) -> bool:
    url = join_url(page.base_url, link.get("href") or "")
    if not url or _PICTURE_FILE.search(urlsplit(url).path):
        return False
    return looks_like_article(url) and not same_article(url, page.url)


def _address(picture: HtmlElement, page: Page) -> str | None:
    """Absolute address of the largest version."""
    sets = [one.get(name) for one in (picture, *_sources_of(picture)) for name in _LAZY_SETS]
    written = [*_largest(text for text in sets if text), *(picture.get(name) for name in _LAZY)]
    for address in written:
        if (
            address
            and not address.startswith("data:")
            and (url := join_url(page.base_url, address))
            and not re.search(r"placeholder|blank\.|spacer", url)
        ):
            return url
    return None


def _sources_of(picture: HtmlElement) -> list[HtmlElement]:
    """The ``source`` elements of the ``picture`` around it; the parser, which does not know them as void, nests them."""
    above = picture.getparent()
    while above is not None and above.tag == "source":
        above = above.getparent()
    return list(above.iter("source"))[:20] if above is not None and above.tag == "picture" else []


def _largest(sets: Iterable[str]) -> list[str]:
    """The address with the greatest width or density of each ``srcset``, greatest first."""
    found: list[tuple[float, str]] = []
    for text in sets:
        for part in re.split(r",\s+|\s+,", text[:8000])[:40]:
            address, _, size = part.strip().rpartition(" ")
            number = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)[wx]", size)
            if address and number:
                found.append((float(number[1]), address.strip()))
    return [address for _, address in sorted(found, key=lambda pair: -pair[0])[:1]]


def _is_sign(picture: HtmlElement, url: str) -> bool:
    """Logos, avatars, icons, counting pixels."""
    for side in ("width", "height"):
        number = re.match(r"\d{1,5}", picture.get(side) or "")
        if number and 0 < int(number[0]) < _MIN_SIDE and side == "width":
            return True
        if number and int(number[0]) < _MIN_SIDE // 2:
            return True
    words = f"{picture.get('class') or ''} {picture.get('id') or ''} {urlsplit(url).path}"
    return bool(_SIGN.search(words)) or url.partition("?")[0].endswith(".svg")


def _picture_key(url: str) -> str:
    """Equal for the sizes of one picture: its file's name without size."""
    name = urlsplit(url).path.rstrip("/").rpartition("/")[2].lower()
    return _SIZE_SUFFIX.sub("", name) or url


def _caption_of(picture: HtmlElement, tables: CaptionTables) -> tuple[str | None, str | None]:
    """Caption and credit: of the figure around it, of the caption's element beside it, or of the credited line after it."""
    for element in _caption_elements(picture, tables):
        captions: list[str] = []
        credits: list[str] = []
        for caption, credit in (split_caption(line, tables) for line in caption_lines(element)):
            captions += [caption] if caption else []
            credits += [credit] if credit else []
        if captions or credits:
            return next(iter(captions), None), next(iter(credits), None)
    return None, None


def _caption_elements(picture: HtmlElement, tables: CaptionTables) -> Iterator[HtmlElement]:
    holder = picture
    for _ in range(6):
        parent = holder.getparent()
        if parent is None or parent.tag in ("body", "article", "main"):
            break
        holder = parent
        if holder.tag == "figure" or "wp-caption" in (holder.get("class") or ""):
            yield from holder.iter("figcaption")
            yield from (inner for inner in holder.iterdescendants() if inner.tag != "figcaption" and is_caption_block(inner, tables))
            return
        if inner_text(holder):
            break
    after = _after(picture)
    if after is not None and is_caption_block(after, tables):
        yield after


def _after(picture: HtmlElement) -> HtmlElement | None:
    """The element that follows the picture, or follows the textless boxes around it."""
    here = picture
    for _ in range(4):
        if (here.tail or "").strip():
            return here.getparent()
        following = here.getnext()
        if following is not None:
            return following
        here = here.getparent()
        if here is None:
            return None
    return None
