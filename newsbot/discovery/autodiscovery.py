"""Where a site announces its articles, from its home page: feeds, sitemaps, the WordPress API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from lxml import html

from newsbot.discovery.wordpress import find_api
from newsbot.page import Page, join_url
from newsbot.urls import canonical_form, host_of

ListKind = Literal["feed", "wordpress", "sitemap"]
MAX_LISTS: Final = 20
"""Lists that are taken from one home page."""
_FEED_TYPES: Final = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
MAX_LINKED: Final = 3
"""Lists that are taken from one home page by the looks of their addresses alone."""
_FEED_ADDRESS: Final = re.compile(
    r"""
    /(?:feeds?|rss|atom) (?:/(?:all|index|latest|news))? (?:\.(?:xml|rss|atom|json))? /?$   # /feed/, /rss.xml, /feeds/all, /rss/news.xml
    | \.(?:rss|atom|rdf)$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_API_REL: Final = "https://api.w.org/"


@dataclass(frozen=True, slots=True)
class Announced:
    """A list that a page names."""

    kind: ListKind
    url: str
    """Absolute; of WordPress, the root of its API."""


def find_lists(page: Page) -> Iterator[Announced]:
    """The lists that the head of *page* and its ``Link`` header name, each once, in page order, at most :data:`MAX_LISTS`.

    Feeds of comments are none of them: WordPress names one on every page, under ``/comments/``.
    """
    seen: set[str] = set()
    for found in _all_lists(page):
        if (form := canonical_form(found.url)) not in seen and len(seen) < MAX_LISTS:
            seen.add(form)
            yield found


def find_linked_feeds(page: Page) -> Iterator[Announced]:
    """Feeds that *page* shows a link to, each once, in page order, at most :data:`MAX_LINKED`: what looks like one by its address.

    Some systems (Puput on Wagtail) say nothing of their feed in the head of their pages. Whether it is one shows when it is read.
    """
    seen: set[str] = set()
    for link in page.tree.iterfind(".//a[@href]"):
        url = join_url(page.base_url, link.get("href", ""))
        if url is None or not _FEED_ADDRESS.search(url) or "/comments/" in url or len(seen) == MAX_LINKED:
            continue
        if (form := canonical_form(url)) not in seen and host_of(url) == host_of(page.url):
            seen.add(form)
            yield Announced("feed", url)


def _all_lists(page: Page) -> Iterator[Announced]:
    api = find_api(page.raw.headers.get("link"), page.url)
    if api:
        yield Announced("wordpress", api)
    for link in page.tree.iterfind(".//link[@href]"):
        yield from _announced(link, page)


def _announced(link: html.HtmlElement, page: Page) -> Iterator[Announced]:
    rels, href = link.get("rel", "").lower().split(), link.get("href", "").strip()
    url = join_url(page.base_url, href) if href else None
    kind = link.get("type", "").split(";")[0].strip().lower()
    if url is None:
        return
    if _API_REL in rels:
        yield Announced("wordpress", url)
    elif "sitemap" in rels:
        yield Announced("sitemap", url)
    elif kind in _FEED_TYPES and {"alternate", "feed"} & set(rels) and "/comments/" not in url:
        yield Announced("feed", url)
