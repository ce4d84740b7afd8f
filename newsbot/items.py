"""The values that flow through newsbot: frozen, plain data, nothing else.

``None`` (or an empty tuple) means "not found on the page"; an empty string never stands for that.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from newsbot.shapes import (
    Access,
    AccessStatus,
    AgencyMention,
    ArchivePointer,
    Attribution,
    Author,
    BlockChange,
    BlockKind,
    Change,
    CitedWhere,
    Contributor,
    ContributorRole,
    Dateline,
    Dates,
    DateValue,
    DiscoveredBy,
    DuplicateOf,
    Evidence,
    Extractor,
    Http,
    Image,
    Link,
    OffsetBasis,
    Original,
    PhotoCredit,
    Precision,
    Publisher,
    Quality,
    Rights,
    TextDataMining,
)

__all__ = [
    "Access",
    "AccessStatus",
    "AgencyMention",
    "ArchivePointer",
    "Article",
    "Attribution",
    "Author",
    "Block",
    "BlockChange",
    "BlockKind",
    "Change",
    "CitedWhere",
    "Contributor",
    "ContributorRole",
    "DateValue",
    "Dateline",
    "Dates",
    "Deletion",
    "DiscoveredBy",
    "DuplicateOf",
    "Evidence",
    "Extractor",
    "FeedText",
    "Http",
    "Image",
    "Link",
    "OffsetBasis",
    "Original",
    "PhotoCredit",
    "Precision",
    "Provenance",
    "Publisher",
    "Quality",
    "Removal",
    "Rights",
    "TextDataMining",
]


@dataclass(frozen=True, slots=True)
class Block:
    """One visible line of text of a page, with its place."""

    position: int
    """Place among all text blocks of the page, from 0."""
    kind: BlockKind
    text: str
    """NFC, one line (except ``code``), white space folded, no control or bidi marks, joiners kept; never empty."""
    level: int | None = None
    """1 to 6 for headings, nesting depth from 1 for list items, else ``None``."""
    links: tuple[Link, ...] = ()
    path: str = ""
    """DOM path, root first, each step ``tag#id.class1.class2``, joined by ``/``."""
    continues: bool = False
    """Goes on where the block before ends, after a single ``<br>`` in one paragraph: joined by a space in the record."""


@dataclass(frozen=True, slots=True)
class Removal:
    """One cut, with its reason and what is needed to undo it."""

    rule: str
    """Full id of the rule, e.g. ``en/newsletter-signup``, or the name of the built-in step, e.g. ``not-chosen``."""
    step: str
    """Where in the flow: ``rule``, ``site``, ``choice``, ``title``, ``caption``, ``credit``, ``repeat``."""
    block: Block
    """The block as it stood before this cut."""
    text: str
    """What was cut: the whole block's text, or the part that went."""
    evidence: str | None = None
    """What a cut that was learned rests on: ``on 12 of 12 pages``."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """A candidate for a field, as the page prints it."""

    field: str
    """``title``, ``published``, ``modified``, ``author``, ``publisher``, ``credit_line`` ..."""
    origin: str
    """Where it stood: ``jsonld:datePublished``, ``meta:og:title``, ``h1``, ``line:12``, ``feed:published`` ..."""
    raw: str
    url: str | None = None
    """An address given together with it (an author's page, a source link), absolute."""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class FeedText:
    """What a list gives as an article's text: evidence for how long the whole story is, no part of records."""

    start: str
    """Its first letters as plain text, white space folded."""
    letters: int
    """Letters of the whole plain text, white space folded."""
    whole: bool
    """The list calls it the content (``content:encoded``, Atom ``content``, ``content_html``), not a summary."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """An article that had a record and that its publisher took away: an event, not a record."""

    id: str
    """That of its records."""
    url: str
    """The address that is gone."""
    status: int
    """404 or 410."""
    seen_at: str
    """RFC 3339, UTC."""
    source: str

    def __str__(self) -> str:
        """One line: Scrapy prints every item at DEBUG."""
        return f"Deletion({self.url}, {self.status})"


@dataclass(frozen=True, slots=True)
class PageSigns:
    """What the memory of a source's template learns from one page: some twenty bytes a block, nothing that can be read back."""

    blocks: bytes
    """Rows of :data:`newsbot.signs.BLOCK`, in page order."""
    title: int
    """Text sign of the title, 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article: as printed after ``extract``, normalised after the stages."""

    url: str
    """Where it was fetched after redirects, verbatim; "" for a page that was handed in without an address."""
    extractor: Extractor
    source: str | None = None
    fetched_at: str | None = None
    """RFC 3339, UTC."""
    timezone: str | None = None
    """IANA zone of the source, or the one that the caller gave for this page."""
    id: str | None = None
    """The id of its first known address; ``None``: that of its own address (``newsbot.urls.article_id``)."""
    addresses: tuple[str, ...] = ()
    """Other addresses that led to this page: those before redirects."""
    canonical_url: str | None = None
    external_url: str | None = None
    title: str | None = None
    summary: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    blocks: tuple[Block, ...] = ()
    """The story, in order."""
    removals: tuple[Removal, ...] = ()
    """Every block of the page that is not in ``blocks``, and every part cut from one that is."""
    image: str | None = None
    images: tuple[Image, ...] = ()
    candidates: tuple[Provenance, ...] = ()
    """All evidence for all fields, as printed, most trusted origin first within a field."""
    authors: tuple[Author, ...] = ()
    attribution: Attribution = field(default_factory=Attribution)
    dates: Dates = field(default_factory=Dates)
    access: Access = field(default_factory=Access)
    rights: Rights = field(default_factory=Rights)
    quality: Quality = field(default_factory=Quality)
    http: Http = field(default_factory=Http)
    discovered_by: DiscoveredBy | None = None
    archive: ArchivePointer | None = None
    cluster: str | None = None
    """The id of the first known article with the same story."""
    duplicate_of: DuplicateOf | None = None
    signs: PageSigns | None = None
    """What the memory of the source's template learns from the page; ``None`` unless it was asked for."""
    following: tuple[str, ...] = ()
    """Addresses of the pages on which the story goes on, and that were not read; absolute, in order."""

    def __str__(self) -> str:
        """One line: Scrapy prints every item at DEBUG."""
        return f"Article({self.url}, {len(self.blocks)} blocks)"
