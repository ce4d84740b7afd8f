"""Pages that list articles, to links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from newsbot.discovery import FoundLink, belongs, is_allowed
from newsbot.page import Page, join_url
from newsbot.sources import Source
from newsbot.urls import canonical_form, looks_like_article

MAX_LINKS: Final = 2_000
"""Links that are read of one page."""


def find_article_links(page: Page, source: Source) -> Iterator[FoundLink]:
    """Links of *page* to articles of *source*, in page order, each address once.

    With allow patterns, they decide; without, the address must look like an article's.
    """
    seen = {canonical_form(page.url)}
    for link in page.tree.iterfind(".//a[@href]"):
        url = join_url(page.base_url, link.get("href", ""))
        if url is None or (form := canonical_form(url)) in seen:
            continue
        seen.add(form)
        if _is_article(url, source):
            yield FoundLink(url, "section", page.url)
        if len(seen) > MAX_LINKS:
            return


def _is_article(url: str, source: Source) -> bool:
    return belongs(url, source) and is_allowed(url, source) and (bool(source.articles.allow) or looks_like_article(url))
