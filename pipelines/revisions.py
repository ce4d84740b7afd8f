"""What became of an article since its last record: pure decisions, no storage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, Final, Literal

from newsbot.items import ArchivePointer, BlockChange, Change
from newsbot.tables import storable
from pipelines.finished import Finished
from pipelines.record_lines import plain

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
    """What made it; see :func:`maker`."""
    text: str
    """Its ``content_text``."""
    source: str | None = None
    fetched_at: str | None = None
    archive: ArchivePointer | None = None
    """Where the page lies that it was made from."""
    deleted: bool = False
    """Its publisher took the article away since."""


@dataclass(frozen=True, slots=True)
class Revision:
    """An article that is worth a record."""

    article: Finished
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


def maker(version: str, model: str | None) -> str:
    """One text for an extractor and the model that chose the story: equal texts make equal records of equal pages."""
    return f"{version}/{model}"


def maker_of(record: Mapping[str, Any]) -> str:
    """:func:`maker` of *record*."""
    return maker(record["extractor"]["version"], record["extractor"]["model"])


def with_place(revision: Revision) -> Finished:
    """The article of *revision*, whose record says now which one it is."""
    return revision.article.but(revision=revision.revision, processing=revision.processing, change=plain(revision.change))


def record_of(revision: Revision) -> Mapping[str, Any]:
    """The record of *revision*."""
    return with_place(revision).record


def memory_of(record: Mapping[str, Any]) -> Memory:
    """What is to be remembered of *record*."""
    return Memory(
        revision=record["revision"],
        processing=record["processing"],
        content_hash=record["content_hash"],
        title=_title(record),
        extractor=maker_of(record),
        text=record["content_text"],
        source=record["source"],
        fetched_at=record["fetched_at"],
        archive=page_of(record),
    )


def _title(record: Mapping[str, Any]) -> str | None:
    title: str | None = record["title"]
    return storable(title) if title else title


def page_of(record: Mapping[str, Any]) -> ArchivePointer | None:
    """Where the page of *record* lies."""
    return ArchivePointer(**record["archive"]) if record["archive"] else None


def differs(article: Finished, last: Memory) -> bool:
    """Whether text or title of *article* are others than those of the last record."""
    return (article.record["content_hash"], _title(article.record)) != (last.content_hash, last.title)


def is_same_page(article: Finished, last: Memory) -> bool:
    """Whether *article* comes from the very bytes that the last record was made from."""
    page = page_of(article.record)
    return page is not None and last.archive is not None and page.digest == last.archive.digest


def next_revision(article: Finished, last: Memory | None, old: Finished | None = None) -> Revision | None:
    """The revision that *article* is after *last*; ``None`` when nothing changed.

    *old* is the last record's page as today's extractor reads it, where the archive has it: what differs from it was edited by the
    publisher (revision + 1, and the change is that edit), the rest is our own doing (processing + 1). Without it, the same bytes are
    no edit; else the same extractor means an edit, another one none. An article that comes back after its deletion is a revision.
    """
    if last is None:
        return Revision(article)
    if last.deleted or (differs(article, last) and _is_edited(article, last, old)):
        return Revision(article, last.revision + 1, 1, _change(article, last, old.record["content_text"] if old else last.text))
    if not differs(article, last):
        return None
    change = _change(article, last, last.text) if last.revision > 1 else None
    return Revision(article, last.revision, last.processing + 1, change)


def _is_edited(article: Finished, last: Memory, old: Finished | None) -> bool:
    if is_same_page(article, last):
        return False
    if old is not None:
        return any(article.record[key] != old.record[key] for key in ("content_text", "title"))
    return maker_of(article.record) == last.extractor


def _change(article: Finished, last: Memory, old_text: str) -> Change:
    blocks = changed_blocks(old_text.split("\n"), article.record["content_text"].split("\n"))
    return Change(last.content_hash, tuple(blocks))


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
