"""The values that flow through newsbot: frozen, plain data, nothing else.

``None`` (or an empty tuple) means "not found on the page"; an empty string never stands for that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["paragraph", "heading", "list_item", "quote", "table_row", "code"]
Precision = Literal["year", "month", "day", "hour", "minute", "second"]
OffsetBasis = Literal["text", "config", "country"]
CitedWhere = Literal["dateline", "byline", "source_line", "signoff", "jsonld", "copyright", "sentence"]
AccessStatus = Literal["free", "metered", "paywalled", "unknown"]
ContributorRole = Literal["reporter", "writer", "editor", "translator", "photographer", "interviewer", "compiled", "contributor"]


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a stretch of a block's text points to."""

    text: str
    url: str
    """Absolute."""


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
class Author:
    """A person who wrote the story."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the story."""

    url: str
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class DateValue:
    """A date with its evidence."""

    value: str
    """ISO 8601 at the precision of the page: ``2024``, ``2024-05``, ``2024-05-05``, ``2024-05-05T14:07:12+03:00``."""
    precision: Precision
    offset_basis: OffsetBasis | None
    """Where the offset comes from; ``None`` when there is none (an offset is never invented)."""
    origin: str
    raw: str
    calendar: str = "gregorian"
    agree: tuple[str, ...] = ()
    """Origins whose value is the same day."""
    disagree: tuple[str, ...] = ()
    confidence: float = 0.0
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of an article; see :class:`DateValue`."""

    published: DateValue | None = None
    modified: DateValue | None = None
    original: DateValue | None = None
    """First publication elsewhere, of a republished story."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """The outlet of this page."""

    name: str
    domain: str | None
    raw: str


@dataclass(frozen=True, slots=True)
class Original:
    """Where a republished story stood first."""

    publisher: str | None
    domain: str | None
    """Registrable part as printed, without ``www.``."""
    url: str | None
    date_published: str | None
    raw: str


@dataclass(frozen=True, slots=True)
class AgencyMention:
    """A news agency, credited or cited."""

    id: str
    raw: str
    where: CitedWhere


@dataclass(frozen=True, slots=True)
class Dateline:
    """Place and day that open a story."""

    place: str | None
    date: str | None
    raw: str


@dataclass(frozen=True, slots=True)
class Contributor:
    """A person with a stated role."""

    name: str
    role: ContributorRole
    raw: str


@dataclass(frozen=True, slots=True)
class PhotoCredit:
    """Who made a picture."""

    credit: str
    image: str | None
    raw: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who wrote, published, first published and is quoted."""

    publisher: Publisher | None = None
    original: Original | None = None
    agencies: tuple[AgencyMention, ...] = ()
    """Credited for the text."""
    cited: tuple[AgencyMention, ...] = ()
    """Named by a sentence of the story as having reported."""
    dateline: Dateline | None = None
    contributors: tuple[Contributor, ...] = ()
    photo_credits: tuple[PhotoCredit, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a judgement rests on."""

    origin: str
    raw: str


@dataclass(frozen=True, slots=True)
class Access:
    """Whether the text is open to everyone."""

    status: AccessStatus = "unknown"
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class TextDataMining:
    """A reservation of text-and-data-mining rights."""

    reserved: bool
    origin: str


@dataclass(frozen=True, slots=True)
class Rights:
    """What the page says about reuse."""

    licence: str | None = None
    copyright: str | None = None
    robots: tuple[str, ...] = ()
    """Directives of robots metas and ``X-Robots-Tag``, lower case, in order, once each."""
    tdm: TextDataMining | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """How far the text can be trusted."""

    words: int = 0
    """Words; in scripts written without spaces, two letters count as one word."""
    confidence: float = 0.0
    """0 to 1."""
    unchosen: int = 0
    """Blocks that were not chosen as story and that no rule named."""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Http:
    """What the server said."""

    status: int | None = None
    content_type: str | None = None
    encoding: str | None = None
    """The encoding that the bytes were read with."""
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class DiscoveredBy:
    """How the crawl came to the address."""

    rung: Literal["news_sitemap", "feed", "wordpress", "sitemap", "section", "start"]
    url: str
    date: str | None
    """The date that the feed or sitemap gave for the address, as written."""


@dataclass(frozen=True, slots=True)
class FeedText:
    """What a list gives as an article's text: a second opinion, kept out of records, evidence for how long the whole story is."""

    text: str
    """The markup as the list has it, entities resolved, at most 200,000 letters."""
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
class ArchivePointer:
    """Where the fetched page lies in the archive."""

    file: str
    offset: int
    length: int
    digest: str


@dataclass(frozen=True, slots=True)
class Extractor:
    """What made the record."""

    version: str
    model: str | None = None


@dataclass(frozen=True, slots=True)
class BlockChange:
    """One block that an edit touched."""

    op: Literal["added", "removed", "changed"]
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from the revision before."""

    previous_hash: str
    """``content_hash`` of the revision before."""
    blocks: tuple[BlockChange, ...]


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

    def __str__(self) -> str:
        """One line: Scrapy prints every item at DEBUG."""
        return f"Article({self.url}, {len(self.blocks)} blocks)"
