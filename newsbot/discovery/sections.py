"""Pages that list articles, to links, and to the page of the list that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from newsbot.discovery import FoundLink, belongs, is_allowed
from newsbot.page import Page, join_url
from newsbot.sources import Source
from newsbot.urls import canonical_form, looks_like_article, site_of

MAX_LINKS: Final = 2_000
"""Links that are read of one page."""
_SECOND: Final = re.compile(r"/?(?:[^/?&=]{0,60}[/=-]|\?(?:[^&=]{1,60}=[^&=]{0,60}&)?[^&=]{1,60}=)?2/?")
"""What an address gains on the second page: ``/page/2/``, ``?p=2``, ``/2``, ``-2``; in any language."""


def find_article_links(page: Page, source: Source) -> Iterator[FoundLink]:
    """Links of *page* to articles of *source*, in page order, each address once.

    With allow patterns, they decide; without, the address must look like an article's.
    """
    for url in _links(page):
        if belongs(url, source) and is_allowed(url, source) and (source.articles.allow or looks_like_article(url)):
            yield FoundLink(url, "section", page.url)


def find_next_page(page: Page) -> str | None:
    """The address of the list's next page: ``rel=next``, else a link that differs from *page*'s address by the number of the page alone."""
    declared = page.tree.xpath("//*[(self::link or self::a) and @href and contains(concat(' ', @rel, ' '), ' next ')]/@href")
    targets = [join_url(page.base_url, str(href)) for href in declared[:5]]
    found = next((url for url in targets if url and site_of(url) == site_of(page.url)), None)
    own = canonical_form(page.url)
    if found is None:
        found = next((url for url in _links(page) if is_next(own, canonical_form(url))), None)
    return found if found and canonical_form(found) != own else None


def is_next(one: str, other: str) -> bool:
    """Whether *other*, in canonical form as *one*, is the page after *one*: it gains a number 2, or one number in it is greater by one."""
    stem = one.rstrip("/")
    if other.startswith(stem) and _SECOND.fullmatch(other.removeprefix(stem)):
        return True
    parts, others = re.split(r"(\d{1,6})", one), re.split(r"(\d{1,6})", other)
    changed = [place for place, (part, next_part) in enumerate(zip(parts, others, strict=False)) if part != next_part]
    if len(parts) != len(others) or len(changed) != 1 or changed[0] % 2 == 0:
        return False
    return 2 <= int(parts[changed[0]]) == int(others[changed[0]]) - 1


def _links(page: Page) -> Iterator[str]:
    """The addresses that *page* links to, each once, its own left out."""
    seen = {canonical_form(page.url)}
    for link in page.tree.iterfind(".//a[@href]"):
        url = join_url(page.base_url, link.get("href", ""))
        if url is None or (form := canonical_form(url)) in seen:
            continue
        seen.add(form)
        yield url
        if len(seen) > MAX_LINKS:
            return
