"""What the choice of the story is told besides the blocks: titles, descriptions and ``articleBody`` of the page, trafilatura's output."""

from __future__ import annotations

from newsbot.extractors.features import Hints
from newsbot.extractors.jsonld import text_of, types_of
from newsbot.extractors.metadata import Metadata

_LONGEST_BODY = 200_000


def hints_of(metadata: Metadata, lines: tuple[str, ...] | None) -> Hints:
    """The hints of a page with *metadata*; *lines* as :func:`newsbot.extractors.trafilatura_text.story_lines` gives them."""
    article = metadata.article or {}
    titles = (metadata.title, metadata.first_meta("og:title"), text_of(article.get("headline")))
    descriptions = (metadata.first_meta("og:description"), metadata.first_meta("description"), text_of(article.get("description")))
    return Hints(
        titles=tuple(title for title in titles if title),
        descriptions=tuple(text for text in descriptions if text),
        body=(text_of(article.get("articleBody")) or "")[:_LONGEST_BODY],
        kind=_kind(metadata),
        lines=lines,
    )


def _kind(metadata: Metadata) -> int:
    if metadata.article is None or not metadata.is_article_marked:
        return 0
    return 2 if any("News" in name for name in types_of(metadata.article)) else 1
