"""Sitemaps, news sitemaps and their index files to links, read as a stream."""

from __future__ import annotations

import heapq
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from lxml import etree

from newsbot.discovery import FoundLink
from newsbot.discovery.list_dates import instant_of
from newsbot.page import join_url

MAX_SITEMAP_BYTES: Final = 64 * 2**20
"""Unpacked bytes that are read of one file; sitemaps.org allows 50 MB."""
MAX_ENTRIES: Final = 50_000
"""Entries that are kept of one file, the newest: as many as sitemaps.org allows in one."""
MAX_READ: Final = 1_000_000
"""Entries that are looked at in one file."""
_MANY: Final = 10
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


@dataclass(frozen=True, slots=True)
class Sitemap:
    """One file, as read."""

    links: tuple[FoundLink, ...]
    """Its pages, the one that changed last first; those without a date last, in file order."""
    children: tuple[ChildSitemap, ...]
    """The sitemaps that it names, in the same order."""


def newest_entries(body: bytes, url: str, most: int = MAX_ENTRIES) -> Sitemap:
    """The *most* newest pages and child sitemaps of *body*; memory stays flat however many there are.

    Raises:
        NotASitemapError: see :func:`read_sitemap`.
    """
    entries = heapq.nsmallest(most, enumerate(read_sitemap(body, url)), key=_age)
    pages = [entry for _, entry in entries if isinstance(entry, FoundLink)]
    return Sitemap(tuple(_believed(pages)), tuple(entry for _, entry in entries if isinstance(entry, ChildSitemap)))


def _believed(pages: list[FoundLink]) -> list[FoundLink]:
    """*pages*; where many carry one and the same time it is that of the file's making, and says nothing about the articles."""
    stamps = {page.updated for page in pages}
    if len(pages) < _MANY or len(stamps) > 1:
        return pages
    return [replace(page, updated=None, date=None if page.rung == "sitemap" else page.date) for page in pages]


def _age(placed: tuple[int, FoundLink | ChildSitemap]) -> tuple[float, int]:
    place, entry = placed
    when = instant_of(entry.lastmod if isinstance(entry, ChildSitemap) else entry.updated or entry.date)
    return (-when if when is not None else 0.0, place)


def read_sitemap(body: bytes, url: str) -> Iterator[FoundLink | ChildSitemap]:
    """The pages, or the child sitemaps, that *body* (plain or gzip) names, in file order, as a stream.

    An entry in Google News form has rung ``news_sitemap`` and its publication date; any other rung ``sitemap`` and its ``lastmod``.
    Addresses of images, videos and variants are no entries. A file that breaks off gives what comes before; at most :data:`MAX_READ`.

    Raises:
        NotASitemapError: no sitemap's root element is in it.
    """
    for element in islice(_entries(body), MAX_READ):
        written = _child(element, "loc")
        if written and (address := join_url(url, written)):
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
    news, changed = next((child for child in element if _name(child) == "news"), None), _child(element, "lastmod")
    if news is not None:
        return FoundLink(address, "news_sitemap", url, _child(news, "publication_date"), _child(news, "title"), changed)
    return FoundLink(address, "sitemap", url, changed, updated=changed)


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
