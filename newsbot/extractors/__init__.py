"""One page in, one article as printed out: pure, no Scrapy, no network, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from newsbot import __version__
from newsbot.config import Config
from newsbot.extractors.blocks import PageBlocks, find_blocks
from newsbot.extractors.body import choose_blocks, letters_of
from newsbot.extractors.boilerplate import drop, remove_by_place, remove_everywhere, whole
from newsbot.extractors.metadata import read_metadata
from newsbot.extractors.trafilatura_text import story_lines
from newsbot.items import Article, Block, Extractor, Http, Provenance, Removal
from newsbot.page import Page, RawPage

EXTRACTOR: Final = Extractor(version=__version__)


def extract(raw: RawPage, config: Config, template: object = None) -> Article:  # noqa: ARG001 - learned template, a later step
    """The article of *raw*, as printed.

    Raises:
        Rejected: when the page is not an article.
    """
    page = Page.parse(raw)
    source = config.sources.get(raw.source) if raw.source else None
    metadata = read_metadata(page)
    found = find_blocks(page)
    book = config.rulebook(raw.language or metadata.language, source)
    kept, cuts = remove_everywhere(page, found, book)
    story = choose_blocks(kept, story_lines(page))
    unchosen = _not_chosen(kept, story)
    story, placed = remove_by_place(story, book)
    return Article(
        url=page.url,
        extractor=EXTRACTOR,
        source=raw.source,
        fetched_at=raw.fetched_at,
        timezone=raw.timezone or (source.timezone if source else None),
        title=metadata.title,
        blocks=story,
        removals=(*cuts, *unchosen, *placed),
        discovered_by=raw.discovered_by,
        archive=raw.archive,
        http=_http(page),
    )


def _not_chosen(blocks: Sequence[Block], story: Sequence[Block]) -> tuple[Removal, ...]:
    chosen = {block.position for block in story}
    return tuple(whole(block, "not-chosen", "choice") for block in blocks if block.position not in chosen)


def _http(page: Page) -> Http:
    headers = page.raw.headers
    return Http(page.raw.status, headers.get("content-type"), page.encoding, headers.get("etag"), headers.get("last-modified"))
