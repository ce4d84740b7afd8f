"""What became of an article since its last record: pure decisions, no storage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, Final, Literal

from newsbot.items import Article, BlockChange, Change
from newsbot.urls import article_id
from pipelines.records import content_hash, content_text

_COMPARABLE: Final = 4_000_000
"""Pairs of blocks up to which two versions are aligned; beyond it all blocks count as removed and added."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of the last record of an article."""

    revision: int
    processing: int
    content_hash: str
    title: str | None
    extractor: str
    """Version of the extractor that made it."""
    text: str
    """Its ``content_text``."""


@dataclass(frozen=True, slots=True)
class Revision:
    """An article that is worth a record."""

    article: Article
    revision: int = 1
    processing: int = 1
    change: Change | None = None

    @property
    def kind(self) -> Literal["new", "revised", "reprocessed"]:
        """Why it is worth one."""
        if self.processing > 1:
            return "reprocessed"
        return "revised" if self.revision > 1 else "new"

    def __str__(self) -> str:
        """One line: Scrapy prints every item at DEBUG."""
        return f"Revision({self.article.url}, {self.revision}.{self.processing})"


def id_of(article: Article) -> str:
    """The id of its record."""
    return article.id or article_id(article.canonical_url or article.url)


def memory_of_article(revision: Revision) -> Memory:
    """What :func:`memory_of` will say of its record."""
    article, text = revision.article, content_text(revision.article.blocks)
    return Memory(revision.revision, revision.processing, content_hash(text), article.title, article.extractor.version, text)


def memory_of(record: dict[str, Any]) -> Memory:
    """What is to be remembered of *record*."""
    return Memory(
        revision=record["revision"],
        processing=record["processing"],
        content_hash=record["content_hash"],
        title=record["title"],
        extractor=record["extractor"]["version"],
        text=record["content_text"],
    )


def next_revision(article: Article, last: Memory | None) -> Revision | None:
    """The revision that *article* is after *last*; ``None`` when nothing changed.

    Text or title changed under the same extractor: the publisher edited it, revision + 1. Under another one the difference may be
    our own: processing + 1.
    """
    if last is None:
        return Revision(article)
    text = content_text(article.blocks)
    if (content_hash(text), article.title) == (last.content_hash, last.title):
        return None
    change = Change(last.content_hash, tuple(changed_blocks(last.text.split("\n"), text.split("\n"))))
    if article.extractor.version == last.extractor:
        return Revision(article, last.revision + 1, 1, change)
    return Revision(article, last.revision, last.processing + 1, change)


def changed_blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[BlockChange]:
    """The blocks that differ between two versions, in reading order."""
    start = _common(old, new)
    old, new = old[start:], new[start:]
    end = _common(old[::-1], new[::-1])
    old, new = old[: len(old) - end], new[: len(new) - end]
    if len(old) * len(new) > _COMPARABLE:
        yield from _replaced(old, ())
        yield from _replaced((), new)
        return
    for op, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if op != "equal":
            yield from _replaced(old[a:b], new[c:d])


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """Blocks that both begin with."""
    return next((n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new)))


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[BlockChange]:
    for before, after in zip_longest(old, new):
        op: Literal["added", "removed", "changed"] = "added" if before is None else "removed" if after is None else "changed"
        yield BlockChange(op, before, after)
