"""A page that is through with extraction: its record, and what the steps with memory want to know of it.

All of it is worked out where the page was extracted. What is left for the one process that has the memory is to compare, and to fill in
the few keys of the record that only it knows: ``id``, ``revision``, ``processing``, ``change``, ``duplicate_of``, ``cluster``.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from newsbot.items import Article, Block, PageSigns
from newsbot.urls import variant_key
from pipelines.record_lines import encoded
from pipelines.records import to_record
from pipelines.sketches import Sketch, sketch_of

SAMPLE_LETTERS: Final = 160
Words = Mapping[int, tuple[str, str]]
"""By position the beginning of a block's text, and its DOM path."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What is known of one page without knowing any other."""

    record: Mapping[str, Any]
    """Its record, as if it were the first of all."""
    values: Mapping[str, bytes]
    """The record's values as they are written."""
    addresses: tuple[bytes, ...]
    """Keys of its addresses: the canonical one, the page's own, those before redirects."""
    sketch: Sketch | None
    """What its text is compared by; ``None`` where it is too short."""
    signs: PageSigns | None = None
    """What the memory of the source's template learns from the page; ``None`` unless it was asked for."""
    packed_words: bytes = b""
    """:data:`Words` of all blocks, packed, since they are seldom read; empty without signs."""
    following: tuple[str, ...] = ()
    """Addresses of the pages on which its story goes on, and that were not read."""

    @property
    def id(self) -> str:
        """The id of its record."""
        known: str = self.record["id"]
        return known

    @property
    def url(self) -> str:
        """Where it was fetched; "" for a page that was handed in without an address."""
        return self.record["url"] or ""

    @property
    def source(self) -> str | None:
        """Id of its source."""
        known: str | None = self.record["source"]
        return known

    def but(self, **values: Any) -> Self:
        """The same with other *values* in its record."""
        return replace(self, record={**self.record, **values}, values={**self.values, **encoded(values)})

    def words(self) -> Words:
        """The words of all blocks."""
        words: Words = pickle.loads(self.packed_words)
        return words

    def __str__(self) -> str:
        """One line: Scrapy prints every item at DEBUG."""
        return f"Finished({self.url})"


def finish(article: Article) -> Finished:
    """What is known of a finished *article*."""
    record = to_record(article)
    urls = (article.canonical_url, article.url, *article.addresses)
    return Finished(
        record,
        encoded(record),
        tuple(address_key(url) for url in urls if url),
        sketch_of(record["content_text"]),
        article.signs,
        pickle.dumps(dict(_words(article))) if article.signs else b"",
        article.following,
    )


def address_key(url: str) -> bytes:
    """One key for all variants of an address."""
    return digest(variant_key(url))


def digest(text: str) -> bytes:
    """Sixteen bytes that stand for *text*."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def _words(article: Article) -> Iterator[tuple[int, tuple[str, str]]]:
    for block in _all_blocks(article):
        yield block.position, (block.text[:SAMPLE_LETTERS], block.path)


def _all_blocks(article: Article) -> Iterator[Block]:
    yield from article.blocks
    for removal in article.removals:
        yield removal.block
