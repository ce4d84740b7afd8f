"""From what a source announces to links of articles: bytes in, links out, no network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from newsbot.sources import Source
from newsbot.urls import host_of

Rung = Literal["news_sitemap", "feed", "sitemap", "section"]


@dataclass(frozen=True, slots=True)
class FoundLink:
    """An address that may be an article."""

    url: str
    """Absolute."""
    rung: Rung
    """What kind of list named it. Its ``date`` is a publication date in feeds and news sitemaps, a modification date in sitemaps."""
    found_at: str
    """Address of the list."""
    date: str | None = None
    """The date that the list gives, as written."""
    title: str | None = None
    """The title that the list gives."""


def belongs(url: str, source: Source) -> bool:
    """Whether the host of *url*, or a domain above it, is one of *source*'s."""
    host = host_of(url)
    return any(host == own or host.endswith(f".{own}") for own in source.all_hosts)


def is_allowed(url: str, source: Source) -> bool:
    """Whether *source*'s allow and deny patterns let *url* be fetched as an article; deny wins."""
    if any(re.search(pattern, url) for pattern in source.articles.deny):
        return False
    return not source.articles.allow or any(re.search(pattern, url) for pattern in source.articles.allow)
