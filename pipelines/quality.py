"""How far an article can be trusted, and what is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from newsbot.config import Config
from newsbot.errors import Rejected
from newsbot.items import Article

_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
"""Thai, Lao, Burmese, Khmer, Kana, Han: scripts written without spaces between words."""
_WORD: Final = re.compile(r"\w[\w\u200c\u200d'’\-]*")
_SHORT_TEXT: Final = 40
"""Words; a story of fewer is kept and flagged."""
_UNSURE: Final = 0.8
"""Confidence below which a record is flagged: a fifth of the text is expected to be wrong or missing."""


def require_quality(article: Article, config: Config) -> Article:  # noqa: ARG001 - every stage has the same form
    """*article* with its words counted and its doubts flagged.

    Raises:
        Rejected: ``no_text`` when no word is left.
    """
    words = sum(count_words(block.text) for block in article.blocks)
    if not words:
        raise Rejected("no_text", "no text block could be chosen as the story")
    found = {
        "short_text": words < _SHORT_TEXT,
        "partial_text": article.access.status == "paywalled",
        "low_confidence": article.quality.confidence < _UNSURE,
        "more_pages": bool(article.following),
        "no_title": article.title is None,
        "no_date": article.dates.published is None,
    }
    flags = (*article.quality.flags, *(flag for flag, holds in found.items() if holds))
    return replace(article, quality=replace(article.quality, words=words, flags=tuple(dict.fromkeys(flags))))


def count_words(text: str) -> int:
    """Words of *text*; in scripts written without spaces, two letters count as one word."""
    unspaced = len(_UNSPACED.findall(text))
    return len(_WORD.findall(_UNSPACED.sub(" ", text) if unspaced else text)) + (unspaced + 1) // 2
