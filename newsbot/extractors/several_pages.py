"""One article of the pages that its story is printed on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from newsbot.config import Config
from newsbot.errors import Rejected
from newsbot.extractors import extract
from newsbot.extractors.body import letters_of
from newsbot.extractors.boilerplate import drop
from newsbot.items import Article, Block, Image, Provenance
from newsbot.page import RawPage
from newsbot.signs import Template

_SAME: Final = 0.5
"""Share of a page's text that earlier pages have: from here on it brings the same story again, below other comments perhaps."""
_LINE: Final = "line:"


def extract_pages(raw: RawPage, config: Config, template: Template | None = None) -> Article:
    """The article of *raw* and of the pages that follow it in its story (``raw.later``), as printed.

    ``following`` of the article names the pages that follow the last one of these.

    Raises:
        Rejected: the first page is not an article.
    """
    article = extract(raw, config, template)
    for page in raw.later:
        try:
            article = joined(article, extract(page, config, template))
        except Rejected:
            return replace(article, following=())
    return article


def joined(article: Article, later: Article) -> Article:
    """*article* with the story of its next page, *later*, behind its own; unchanged but for ``following`` if that brings nothing new.

    Title, dates and the other evidence are those of the first page; credit lines count wherever they stand.
    """
    said = {letters_of(text) for text in (article.title, article.summary, *(block.text for block in article.blocks)) if text}
    story, repeated = drop(later.blocks, "said-before", "repeat", lambda block: letters_of(block.text) in said)
    if _letters(story) <= _letters(later.blocks) * (1 - _SAME):
        return replace(article, following=())
    first = 1 + max((block.position for block in _all_blocks(article)), default=-1)
    seen = {image.url for image in article.images}
    return replace(
        article,
        blocks=(*article.blocks, *(_moved(block, first) for block in story)),
        removals=(*article.removals, *(replace(cut, block=_moved(cut.block, first)) for cut in (*later.removals, *repeated))),
        images=(*article.images, *_unseen(later.images, seen)),
        candidates=(*article.candidates, *_credit_lines(later.candidates, {one.raw for one in article.candidates}, first)),
        access=later.access if later.access.status == "paywalled" else article.access,
        quality=replace(article.quality, confidence=min(article.quality.confidence, later.quality.confidence)),
        following=later.following,
    )


def _letters(blocks: Iterable[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _all_blocks(article: Article) -> Iterator[Block]:
    yield from article.blocks
    yield from (cut.block for cut in article.removals)


def _moved(block: Block, first: int) -> Block:
    """*block* as one of a page whose blocks are counted from *first*."""
    return replace(block, position=block.position + first)


def _unseen(images: Iterable[Image], seen: set[str]) -> Iterator[Image]:
    return (image for image in images if image.url not in seen)


def _credit_lines(candidates: Iterable[Provenance], known: set[str], first: int) -> Iterator[Provenance]:
    """The credit lines of a later page that no earlier one has."""
    for one in candidates:
        if one.field == "credit_line" and one.origin.startswith(_LINE) and one.raw not in known:
            yield replace(one, origin=f"{_LINE}{first + int(one.origin.removeprefix(_LINE))}")
