"""A whole site as documents by path."""

from __future__ import annotations

from collections.abc import Mapping

from . import meridian, nahar
from .feeds import build_feeds
from .pages import Document, gone_document, open_desk
from .stories import Site, load_stories, load_taken_down


def build_site(site: Site, base: str, edition: int) -> Mapping[str, Document]:
    """Every document of *site* in *edition*, by percent-encoded path and query, when it is served under *base*."""
    desk, stories = open_desk(site, base), load_stories(edition, site)
    pages = nahar.build_pages(desk, stories) if site == "nahar" else meridian.build_pages(desk, stories)
    rules = nahar.ROBOTS if site == "nahar" else meridian.ROBOTS
    robots = Document(rules.format(base=base).encode(), "text/plain; charset=utf-8", stories[-1].published)
    gone = {story.path: gone_document(story.last_change) for story in load_taken_down(edition, site)}
    return {"/robots.txt": robots} | pages | build_feeds(desk, stories) | gone
