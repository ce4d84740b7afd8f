"""When the story was published and changed, as the page says it: candidates, most trusted origin first.

Nothing is decided here: ``pipelines.dates`` reads all candidates and chooses. Origins and their share of right days, measured on 995
pages of htmldate's evaluation sets: microdata .98, other JSON-LD .96, marked ``<time>`` .94, metas .93, the own JSON-LD .91, address .89,
first ``<time>`` .88, page state .87.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from newsbot.date_tables import DateTables
from newsbot.extractors.blocks import PageBlocks
from newsbot.extractors.declared import find_declared_dates
from newsbot.extractors.metadata import Metadata
from newsbot.extractors.printed_dates import find_printed_dates
from newsbot.extractors.time_elements import find_time_elements, find_titled_dates
from newsbot.items import Provenance
from newsbot.page import Page
from newsbot.reading.machine_dates import read_address_date

_STATE: Final = re.compile(
    r"""(?P<key>datePublished|publishedAt|published_at|publishedDate|published_date|publishDate|publish_date|publicationDate|publication_date
        |firstPublishedAt|firstPublished|first_published_at|firstPublishDate|pubDate|pub_date|pubdate|published_time|publishedTime|publishTime
        |publish_time|publishedOn|datetimePublished|articlePublishDate|articlePubDate|displayDate|display_date|date_published|publishing_date
        |createdAt|created_at|creationDate|releaseDate)["']?
        \s{0,5}[:=]\s{0,5} (?: \\?["'](?P<text>[^"'\\<>]{8,40})\\?["'] | (?P<number>1\d{9}(?:\d{3})?)\b )""",
    re.VERBOSE,
)
_WELL_DECLARED: Final = 2
"""Declared origins from which on the costly places (page state, attributes) are not searched."""
_STATE_LETTERS: Final = 400_000
_MAX_STATE: Final = 3
_LAST_DAY: Final = datetime(2060, 12, 31)
"""htmldate asks the clock when no last day is given."""


def find_dates(page: Page, metadata: Metadata, blocks: PageBlocks, tables: DateTables) -> Iterator[Provenance]:
    """Yield the publication and modification dates of *page* (fields ``published``, ``modified``), most trusted origin first."""
    declared = [*_announced(page), *find_declared_dates(metadata)]
    found = [*declared, *find_time_elements(page.tree), *find_printed_dates(metadata, blocks, tables), *_address(page)]
    if len({one.origin for one in declared if one.field == "published"}) < _WELL_DECLARED:
        found += [*find_titled_dates(page.tree), *_state(metadata)]
    yield from found
    known = ("published", "original")  # a guess would only find the first publication elsewhere
    if not any(one.field in known and one.origin != "url:month" for one in found):
        yield from _guessed(page)


def _announced(page: Page) -> Iterator[Provenance]:
    """The date that a feed or sitemap gave for the address."""
    known = page.raw.discovered_by
    if known is not None and known.date:
        match known.rung:
            case "feed" | "wordpress":
                yield Provenance("published", "feed:published", known.date)
            case "news_sitemap":
                yield Provenance("published", "sitemap:news", known.date)
            case "sitemap":
                yield Provenance("modified", "sitemap:lastmod", known.date)


def _address(page: Page) -> Iterator[Provenance]:
    """The day in the path of the page's address."""
    found = read_address_date(page.url) if page.url else None
    if found is not None:
        yield Provenance("published", "url" if found.precision == "day" else "url:month", page.url)


def _state(metadata: Metadata) -> Iterator[Provenance]:
    """Dates in the page's inline state, the first ones."""
    count, letters = 0, _STATE_LETTERS
    for script in metadata.scripts:
        for match in _STATE.finditer(script, 0, max(0, letters)):
            yield Provenance("published", f"state:{match['key']}", match["text"] or match["number"])
            count += 1
            if count >= _MAX_STATE:
                return
        letters -= len(script)


def _guessed(page: Page) -> Iterator[Provenance]:
    """The day that htmldate sees, where nothing else was found; never its 1 January, which it gives for a bare year."""
    from htmldate import find_date  # imported late: few pages need it

    latest = page.raw.fetched_at[:10] if page.raw.fetched_at else _LAST_DAY
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            day = find_date(page.tree, extensive_search=True, original_date=True, outputformat="%Y-%m-%d", max_date=latest)
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            return  # htmldate trips over odd markup
    if day and not day.endswith("-01-01"):
        yield Provenance("published", "htmldate", day)
