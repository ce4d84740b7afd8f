"""Where a source that configures no list is looked at: rung after rung, until one names articles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from newsbot.discovery.autodiscovery import Announced
from newsbot.spiders.bounds import Bounds
from newsbot.urls import canonical_form

Kind = Literal["sitemap", "feed", "wordpress", "section"]
Rung = tuple[Kind, list[str]]
"""Lists of one kind, by address (of WordPress, the root of its API); JSON-able."""
_NEWS: Final = re.compile(r"news[^/]{0,40}$|/news[^/]{0,20}/sitemap", re.IGNORECASE)
"""Names of news sitemaps: ``news-sitemap.xml``, ``sitemap-news.xml``, ``googlenews.xml``."""


def ladder(sitemaps: Sequence[str], announced: Iterable[Announced], homepage: str, bounds: Bounds) -> list[Rung]:
    """The rungs, best first: news sitemaps, feeds, WordPress, sitemaps, the home page. A back-fill begins where the archive is."""
    found = list(announced)
    named = list(dict.fromkeys([*sitemaps, *(one.url for one in found if one.kind == "sitemap")]))
    news = [url for url in named if _NEWS.search(canonical_form(url))]
    rungs: list[Rung] = [
        ("sitemap", news),
        ("feed", [one.url for one in found if one.kind == "feed"]),
        ("wordpress", [one.url for one in found if one.kind == "wordpress"][:1]),
        ("sitemap", [url for url in named if url not in news]),
        ("section", [homepage]),
    ]
    rungs = [rung for rung in rungs if rung[1]]
    return sorted(rungs, key=lambda rung: rung[0] != "wordpress") if bounds.is_back_fill else rungs
