"""The record: one JSON object a line. :class:`Record` is the contract; the JSON Schema is generated from it (:mod:`pipelines.schema`)."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from newsbot.items import (
    Access,
    ArchivePointer,
    Article,
    Attribution,
    Author,
    Block,
    BlockKind,
    Change,
    Dates,
    DateValue,
    DiscoveredBy,
    DuplicateOf,
    Extractor,
    Http,
    Image,
    Link,
    Provenance,
    Quality,
    Removal,
    Rights,
)
from newsbot.urls import article_id
from pipelines.record_lines import plain

SCHEMA_VERSION: Final = "0.1"
_REMOVED_BYTES: Final = 64 * 2**10
_BESIDE: Final = 3
"""Blocks before the first and after the last block of the story that count as "next to the story"."""


@dataclass(frozen=True, slots=True)
class BodyBlock:
    """One block of the clean text."""

    kind: BlockKind
    """What the block is on the page."""
    text: str
    """One line, except in ``code``."""
    level: int | None
    """1 to 6 for headings, nesting depth from 1 for list items. Null: the block is of another kind."""
    links: tuple[Link, ...]
    """The links in the text, in order. Empty: none."""


@dataclass(frozen=True, slots=True)
class RemovedText:
    """One cut."""

    rule: str
    """Full id of the rule (``en/newsletter-signup``), or the built-in step's name."""
    step: str
    """The part of the program that cut it."""
    position: int
    """Place among all text blocks of the page, from 0."""
    text: str
    """What was cut."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One piece of evidence for a field."""

    origin: str
    """Where on the page it stood. Format: ``jsonld:…``, ``meta:…``, ``microdata:…``, ``line:…``, a tag's name."""
    raw: str
    """What stood there, as printed."""
    chosen: bool
    """Whether the field's value was made from it."""


@dataclass(frozen=True, slots=True)
class Record:
    """An article as readers get it. Every key is always present; absent is ``null`` or an empty list, never "" and never a guess."""

    schema_version: str
    """Version of this contract; a change that can break a reader raises the first number (below 1.0: the second).

    Format: ``<number>.<number>``.
    """
    id: str
    """The article, over all its revisions: from ``canonical_url``, else ``url``, else the text; one that moves keeps its first id.

    Format: 32 hexadecimal digits (SHA-256, shortened).
    """
    revision: int
    """1, then +1 for each edit by the publisher."""
    processing: int
    """1, then +1 when only our program or what it has learned changed the result. Take the highest (``revision``, ``processing``)."""
    content_hash: str
    """SHA-256 of the NFC ``content_text``. Format: 64 hexadecimal digits."""
    change: Change | None
    """What an edit changed. Null: revision 1."""
    source: str | None
    """The configured source. Format: name of its file in ``data/sources/``. Null: no source claims the host."""
    url: str | None
    """Where it was fetched after redirects, verbatim. Format: absolute URL. Null: the page was handed in without an address."""
    canonical_url: str | None
    """The article's one address, normalised. Format: absolute URL. Null: the page names none that is believable."""
    external_url: str | None
    """Address of the original article elsewhere, when this page republishes it. Format: absolute URL. Null: it does not, or links none."""
    title: str | None
    """Headline, without the site's name. Null: none could be found."""
    summary: str | None
    """Standfirst, or the page's description. Null: the page has neither."""
    section: str | None
    """The publisher's section or category. Null: the page names none."""
    tags: tuple[str, ...]
    """The publisher's keywords, in order, once each. Empty: none."""
    language: str | None
    """Language of the text, also where the markup's ``lang`` is wrong. Format: BCP 47. Null: the text is too short to tell."""
    date_published: str | None
    """First publication on this site: never padded, no offset unless written on the page or configured.

    Format: ISO 8601 at the precision that the page supports. Null: nothing printed can be read as one.
    """
    date_modified: str | None
    """Last change on this site, as ``date_published``.

    Format: ISO 8601 at the precision that the page supports. Null: the page states none.
    """
    published_day: str | None
    """The local calendar day of publication in the source's zone. Format: ``YYYY-MM-DD``. Null: no date, or a month or year only."""
    published_utc: str | None
    """The instant of publication in UTC. Format: RFC 3339 with ``Z``. Null: time or offset are not known."""
    authors: tuple[Author, ...]
    """People only; desks, sites and agencies are never authors. Empty: nobody is named."""
    attribution: Attribution
    """Who published, first published, credited and cited."""
    content_text: str
    """The clean text, one block a line, nothing but the story. Format: blocks joined by a newline."""
    body: tuple[BodyBlock, ...]
    """The same blocks, with kind, level and links. Empty: never; a page without text is no article."""
    image: str | None
    """The main image. Format: absolute URL. Null: the story has none."""
    images: tuple[Image, ...]
    """The pictures of the story, in order. Empty: none."""
    access: Access
    """Whether the text is open to everyone."""
    rights: Rights
    """What the page says about reuse."""
    duplicate_of: DuplicateOf | None
    """The article whose story this one repeats: the original that it credits, else the earliest.

    Null: this one is the earliest, or the only one.
    """
    cluster: str | None
    """Shared by all articles with the same story. Format: an ``id``. Null: no other article is known to tell it."""
    dates: Dates
    """Each date with its evidence."""
    provenance: dict[str, list[Candidate]]
    """For each field, what the page prints and which of it was chosen.

    Format: object, names of fields to lists. Empty: nothing was found.
    """
    removed: tuple[RemovedText, ...]
    """Every cut inside or next to the story and everything that a rule named, at most 64 KB. Empty: nothing was cut."""
    quality: Quality
    """How far the text can be trusted."""
    http: Http
    """What the server said."""
    discovered_by: DiscoveredBy | None
    """How the crawl came to the address. Null: no crawl discovered the page."""
    archive: ArchivePointer | None
    """Where the fetched page lies in the archive. Null: it was not kept."""
    extractor: Extractor
    """What made the record."""
    fetched_at: str | None
    """When the page was fetched. Format: RFC 3339, UTC. Null: it was handed in without a time."""


def to_record(article: Article) -> dict[str, Any]:
    """The record of *article* as if it were the first of all, JSON-ready, keys in the schema's order."""
    record: dict[str, Any] = plain(_record(article))
    return record


def content_text(blocks: Sequence[Block]) -> str:
    """The clean text of *blocks*, one paragraph a line."""
    return "\n".join(block.text for block in join_lines(blocks))


def content_hash(text: str) -> str:
    """SHA-256 of *text* in NFC, hex."""
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode("utf-8", "replace")).hexdigest()


def join_lines(blocks: Iterable[Block]) -> list[Block]:
    """*blocks* with the lines of one paragraph that only a single ``<br>`` parts joined by a space."""
    joined: list[Block] = []
    end = -1
    for block in blocks:
        if block.continues and joined and end == block.position - 1:
            before = joined[-1]
            joined[-1] = replace(before, text=f"{before.text} {block.text}", links=before.links + block.links)
        else:
            joined.append(block)
        end = block.position
    return joined


def _record(article: Article) -> Record:
    blocks = join_lines(article.blocks)
    text = "\n".join(block.text for block in blocks)
    removed, quality = _removed(article)
    return Record(
        schema_version=SCHEMA_VERSION,
        id=article.id or article_id(article.canonical_url or article.url or text),
        revision=1,
        processing=1,
        content_hash=content_hash(text),
        change=None,
        source=article.source,
        url=article.url or None,
        canonical_url=article.canonical_url,
        external_url=article.external_url,
        title=article.title,
        summary=article.summary,
        section=article.section,
        tags=article.tags,
        language=article.language,
        date_published=_value(article.dates.published),
        date_modified=_value(article.dates.modified),
        published_day=published_day(article.dates.published, article.timezone),
        published_utc=published_utc(article.dates.published),
        authors=article.authors,
        attribution=article.attribution,
        content_text=text,
        body=tuple(BodyBlock(block.kind, block.text, block.level, block.links) for block in blocks),
        image=article.image,
        images=article.images,
        access=article.access,
        rights=article.rights,
        duplicate_of=article.duplicate_of,
        cluster=article.cluster,
        dates=article.dates,
        provenance=_provenance(article.candidates),
        removed=removed,
        quality=quality,
        http=article.http,
        discovered_by=article.discovered_by,
        archive=article.archive,
        extractor=article.extractor,
        fetched_at=article.fetched_at,
    )


def published_day(date: DateValue | None, timezone: str | None) -> str | None:
    """The calendar day of *date* in *timezone*; as printed where the zone or the offset is not known; ``None`` for months and years."""
    if date is None or date.precision in ("year", "month"):
        return None
    instant = _instant(date)
    if instant is None or timezone is None:
        return date.value[:10]
    return instant.astimezone(ZoneInfo(timezone)).date().isoformat()


def published_utc(date: DateValue | None) -> str | None:
    """The instant of *date* in UTC (``2024-05-05T11:07:12Z``), where time and offset are known."""
    instant = _instant(date) if date is not None else None
    if instant is None:
        return None
    try:
        return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError:
        return None


def _instant(date: DateValue) -> datetime | None:
    if date.precision in ("year", "month", "day"):
        return None
    moment = datetime.fromisoformat(date.value)
    return moment if moment.tzinfo is not None else None


def _value(date: DateValue | None) -> str | None:
    return date.value if date is not None else None


def _provenance(candidates: Sequence[Provenance]) -> dict[str, list[Candidate]]:
    fields: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        fields.setdefault(candidate.field, []).append(Candidate(candidate.origin, candidate.raw, candidate.chosen))
    return fields


def _removed(article: Article) -> tuple[tuple[RemovedText, ...], Quality]:
    """The cuts that a record shows, and the quality with the count of those that it does not."""
    shown = sorted((cut for cut in article.removals if _is_shown(cut, article.blocks)), key=lambda cut: cut.block.position)
    fitting = tuple(_within(shown, _REMOVED_BYTES))
    flags = article.quality.flags + (("removed_truncated",) if len(fitting) < len(shown) else ())
    unchosen = sum(cut.step == "choice" for cut in article.removals)
    rows = tuple(RemovedText(cut.rule, cut.step, cut.block.position, cut.text) for cut in fitting)
    return rows, replace(article.quality, unchosen=unchosen, flags=flags)


def _is_shown(cut: Removal, story: Sequence[Block]) -> bool:
    """A rule named it, or it lies inside or next to the story."""
    if cut.step != "choice":
        return True
    return bool(story) and story[0].position - _BESIDE <= cut.block.position <= story[-1].position + _BESIDE


def _within(cuts: Sequence[Removal], size_bytes: int) -> Iterator[Removal]:
    for cut in cuts:
        size_bytes -= len(cut.text.encode("utf-8", "replace"))
        if size_bytes < 0:
            return
        yield cut
