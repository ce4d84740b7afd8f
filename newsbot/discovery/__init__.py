"""From what a source announces to links of articles: bytes in, links out, no network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from newsbot.items import FeedText
from newsbot.sources import Source
from newsbot.urls import host_of

Rung = Literal["news_sitemap", "feed", "wordpress", "sitemap", "section"]

MAX_ADDRESS: Final = 2_000
"""Letters of an address; longer ones are made by traps, and refused by many servers."""
_MAX_SEGMENTS: Final = 20
_MAX_REPEATS: Final = 3
_MAX_PARAMETERS: Final = 12


@dataclass(frozen=True, slots=True)
class FoundLink:
    """An address that may be an article."""

    url: str
    """Absolute."""
    rung: Rung
    """What kind of list named it. Its ``date`` is a publication date except in sitemaps, where it is that of the last change."""
    found_at: str
    """Address of the list."""
    date: str | None = None
    """The date that the list gives, as written."""
    title: str | None = None
    """The title that the list gives."""
    updated: str | None = None
    """When the article changed last, as written; ``None`` when the list does not say."""
    text: FeedText | None = None
    """The article's text, or a part, where the list carries it."""


def belongs(url: str, source: Source) -> bool:
    """Whether the host of *url*, or a domain above it, is one of *source*'s."""
    host = host_of(url)
    return any(host == own or host.endswith(f".{own}") for own in source.all_hosts)


def is_allowed(url: str, source: Source) -> bool:
    """Whether *source*'s allow and deny patterns let *url* be fetched as an article; deny wins."""
    if any(re.search(pattern, url) for pattern in source.articles.deny):
        return False
    return not source.articles.allow or any(re.search(pattern, url) for pattern in source.articles.allow)


def is_trap(url: str) -> bool:
    """Whether *url* is of the kind that sites without end make: overlong, bottomless, going in circles, or a heap of parameters."""
    if len(url) > MAX_ADDRESS:
        return True
    path, _, query = url.partition("?")
    segments = [segment for segment in path.split("/")[3:] if segment]
    repeats = max(map(segments.count, set(segments)), default=0)
    return len(segments) > _MAX_SEGMENTS or repeats > _MAX_REPEATS or query.count("&") >= _MAX_PARAMETERS
