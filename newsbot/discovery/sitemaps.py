"""Sitemaps, news sitemaps and their index files to links, read as a stream."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from lxml import etree

from newsbot.discovery import FoundLink
from newsbot.page import join_url

MAX_SITEMAP_BYTES: Final = 64 * 2**20
"""Unpacked bytes that are read of one file; sitemaps.org allows 50 MB."""
MAX_ENTRIES: Final = 50_000
"""Entries that are read of one file: what sitemaps.org allows."""
_STEP: Final = 64 * 2**10
_SILENCE_BYTES: Final = 2 * 2**20
"""Bytes without a whole entry after which the rest is not read: no honest entry is that long."""
_ROOTS: Final = ("urlset", "sitemapindex")
_TAGS: Final = tuple(f"{{*}}{name}" for name in (*_ROOTS, "url", "sitemap"))
_SITEMAP_LINE: Final = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)


class NotASitemapError(ValueError):
    """The bytes hold no sitemap, or no XML."""


@dataclass(frozen=True, slots=True)
class ChildSitemap:
    """A sitemap that an index file names."""

    url: str
    lastmod: str | None


def read_sitemap(body: bytes, url: str) -> Iterator[FoundLink | ChildSitemap]:
    """The pages, or the child sitemaps, that *body* (plain or gzip) names, in file order.

    An entry in Google News form has rung ``news_sitemap`` and its publication date; any other rung ``sitemap`` and its ``lastmod``.
    Addresses of images and videos are no entries. A file that breaks off gives what comes before; at most :data:`MAX_ENTRIES`.

    Raises:
        NotASitemapError: no sitemap's root element is in it.
    """
    for element in islice(_entries(body), MAX_ENTRIES):
        address = join_url(url, _child(element, "loc") or "")
        if address is not None:
            yield _entry(element, address, url)


def find_sitemap_lines(robots_txt: str, url: str) -> Iterator[str]:
    """The sitemaps that a ``robots.txt`` fetched from *url* names."""
    for line in _SITEMAP_LINE.finditer(robots_txt):
        address = join_url(url, line[1])
        if address is not None:
            yield address


def _entries(body: bytes) -> Iterator[etree._Element]:
    """Whole ``<url>`` and ``<sitemap>`` elements; each is forgotten afterwards, so that memory stays flat."""
    parser = etree.XMLPullParser(
        events=("start", "end"), tag=_TAGS, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    root = False
    silence = 0
    for size in _fed(parser, body):
        silence += size
        for event, element in parser.read_events():
            root = root or _name(element) in _ROOTS
            if root and event == "end" and _name(element) not in _ROOTS:
                yield element
                _forget(element)
                silence = 0
        if silence > _SILENCE_BYTES:
            break
    if not root:
        raise NotASitemapError("no <urlset> or <sitemapindex> in it")


def _fed(parser: etree.XMLPullParser, body: bytes) -> Iterator[int]:
    """The size of each stretch of *body* that *parser* has taken; ends quietly where the XML breaks."""
    for stretch in _unpacked(body.lstrip(b" \t\r\n")):
        try:
            parser.feed(stretch)
        except etree.XMLSyntaxError:
            yield len(stretch)
            return
        yield len(stretch)


def _unpacked(body: bytes) -> Iterator[bytes]:
    """*body* in stretches, gzip taken off, up to :data:`MAX_SITEMAP_BYTES`; ends quietly where the gzip breaks."""
    stream = io.BytesIO(body)
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16) if body.startswith(b"\x1f\x8b") else None
    left = MAX_SITEMAP_BYTES
    while left > 0 and (stretch := (inflate.unconsumed_tail if inflate else b"") or stream.read(_STEP)):
        try:
            plain = inflate.decompress(stretch, _STEP) if inflate else stretch
        except zlib.error:
            return
        left -= len(plain)
        yield plain


def _entry(element: etree._Element, address: str, url: str) -> FoundLink | ChildSitemap:
    if _name(element) == "sitemap":
        return ChildSitemap(address, _child(element, "lastmod"))
    news = next((child for child in element if _name(child) == "news"), None)
    if news is not None:
        return FoundLink(address, "news_sitemap", url, _child(news, "publication_date"), _child(news, "title"))
    return FoundLink(address, "sitemap", url, _child(element, "lastmod"))


def _child(element: etree._Element, name: str) -> str | None:
    """Text of the direct child *name*, whatever its namespace; files in the wild get namespaces wrong."""
    for child in element:
        if _name(child) == name:
            return " ".join("".join(child.itertext(etree.Element)).split()) or None
    return None


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _forget(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and (before := element.getprevious()) is not None:
        parent.remove(before)
