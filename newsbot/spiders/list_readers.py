"""One list, whatever its kind, to what the spider needs of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from newsbot.discovery import FoundLink
from newsbot.discovery.feeds import NotAFeedError, read_feed
from newsbot.discovery.list_dates import instant_of
from newsbot.discovery.sections import find_article_links, find_next_page
from newsbot.discovery.sitemaps import MAX_ENTRIES, NotASitemapError, newest_entries
from newsbot.discovery.wordpress import POSTS_PER_PAGE, NotPostsError, posts_address, read_posts
from newsbot.errors import Rejected
from newsbot.page import Page, RawPage
from newsbot.sources import Source
from newsbot.spiders.bounds import Bounds
from newsbot.spiders.ladder import Kind

MAX_CHILD_SITEMAPS: Final = 100
"""Sitemaps that are read of one index file, the newest first."""
MAX_SITEMAP_DEPTH: Final = 2
"""Index files within index files."""
SITEMAP_NEWEST: Final = 1_000
"""Articles that are taken of one sitemap, the newest; all of them when a span is asked for."""
MAX_POST_PAGES: Final = 3
"""Pages of WordPress posts that are read while everything on them is new."""
MAX_SPAN_PAGES: Final = 10_000
"""Pages of WordPress posts that are read when a span is asked for."""


class NotAListError(ValueError):
    """The bytes are no list of the kind that they should be; *word* says so in the counts."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True)
class FurtherList:
    """A list that a list leads to."""

    kind: Kind
    url: str
    place: Mapping[str, Any] = field(default_factory=dict)
    """Where in its tree or row it stands; handed to its reader."""
    lastmod: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """One list, as read."""

    links: tuple[FoundLink, ...]
    interval_s: float | None = None
    hubs: tuple[str, ...] = ()
    children: tuple[FurtherList, ...] = ()
    """Lists that are to be read too."""
    following: FurtherList | None = None
    """The next page of it, to be read while everything on this one is new."""


@dataclass(frozen=True, slots=True)
class Desk:
    """For whom lists are read."""

    source: Source
    bounds: Bounds


def read_list(kind: Kind, page: RawPage, place: Mapping[str, Any], desk: Desk) -> Listing:
    """What *page* lists, as a list of *kind* at *place*.

    Raises:
        NotAListError: it is none.
    """
    return _READERS[kind](page, place, desk)


def _feed(page: RawPage, _: Mapping[str, Any], __: Desk) -> Listing:
    try:
        feed = read_feed(page.body, page.url, page.headers.get("content-type"))
    except NotAFeedError as error:
        raise NotAListError("not_feed") from error
    return Listing(feed.links, feed.interval_s, feed.hubs)


def _sitemap(page: RawPage, place: Mapping[str, Any], desk: Desk) -> Listing:
    depth = place.get("depth", 0)
    try:
        sitemap = newest_entries(page.body, page.url, MAX_ENTRIES if desk.bounds.is_back_fill else SITEMAP_NEWEST)
    except NotASitemapError as error:
        raise NotAListError("not_sitemap") from error
    wanted = [child for child in sitemap.children if desk.bounds.may_hold(child.lastmod)] if depth < MAX_SITEMAP_DEPTH else []
    children = (FurtherList("sitemap", child.url, {"depth": depth + 1}, child.lastmod) for child in wanted[:MAX_CHILD_SITEMAPS])
    return Listing(sitemap.links, children=tuple(children))


def _section(page: RawPage, place: Mapping[str, Any], desk: Desk) -> Listing:
    number = place.get("number", 1)
    try:
        parsed = Page.parse(page)
    except Rejected as refusal:
        raise NotAListError(refusal.code) from refusal
    url = find_next_page(parsed) if number < desk.source.discovery.section_pages else None
    following = FurtherList("section", url, {"number": number + 1}) if url else None
    return Listing(tuple(find_article_links(parsed, desk.source)), following=following)


def _posts(page: RawPage, place: Mapping[str, Any], desk: Desk) -> Listing:
    number = place["number"]
    try:
        links = read_posts(page.body, page.url)
    except NotPostsError as error:
        raise NotAListError("not_posts") from error
    span = desk.bounds.is_back_fill
    if len(links) < POSTS_PER_PAGE or number >= (MAX_SPAN_PAGES if span else MAX_POST_PAGES):
        return Listing(tuple(links))
    older = posts(place["api"], number + 1, desk.bounds)
    return Listing(tuple(links), children=(older,) if span else (), following=None if span else older)


def posts(api: str, number: int, bounds: Bounds) -> FurtherList:
    """Page *number* (from 1) of the posts below the root *api*."""
    return FurtherList("wordpress", posts_address(api, number, bounds.span), {"api": api, "number": number})


def changed_at(further: FurtherList) -> float | None:
    """When *further* changed last, as the list that names it says."""
    return instant_of(further.lastmod)


_READERS: Final[Mapping[Kind, Callable[[RawPage, Mapping[str, Any], Desk], Listing]]] = {
    "feed": _feed,
    "sitemap": _sitemap,
    "section": _section,
    "wordpress": _posts,
}
