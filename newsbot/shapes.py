"""The nested values that an article and its record share: frozen, plain data; :mod:`newsbot.items` hands them on.

The string below a field is its entry in the data dictionary: what it means; ``Format:`` where the type does not say it; ``Null:`` or
``Empty:``, when there is nothing. The schema cannot be built while a field has none.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    """The linked words, as they stand in the block."""
    url: str
    """Where they point to. Format: absolute URL."""


@dataclass(frozen=True, slots=True)
class Author:
    """A person who wrote the story."""

    name: str
    """The name as printed, without "by", titles and roles."""
    url: str | None = None
    """The person's page at the publisher. Format: absolute URL. Null: the page links none."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the story."""

    url: str
    """Address of the picture. Format: absolute URL."""
    caption: str | None = None
    """What the page prints below it, without the credit. Null: nothing is printed."""
    credit: str | None = None
    """Who made it, as printed. Null: nobody is named."""
    alt: str | None = None
    """The text that stands for the picture. Null: none, or an empty one."""


@dataclass(frozen=True, slots=True)
class DateValue:
    """A date with its evidence."""

    value: str
    """The date, never padded.

    Format: ISO 8601 at the precision of the page: ``2024``, ``2024-05``, ``2024-05-05``, ``2024-05-05T14:07:12+03:00``.
    """
    precision: Precision
    """The smallest unit that the page supports."""
    offset_basis: OffsetBasis | None
    """Where the offset comes from: the page, the source's configured zone, or its country. Null: there is none; none is invented."""
    origin: str
    """Where on the page it stood, as in ``provenance``."""
    raw: str
    """The words that were read."""
    calendar: str = "gregorian"
    """The calendar that the words were written in. Format: CLDR name."""
    agree: tuple[str, ...] = ()
    """Origins whose value is the same day. Empty: no other origin has a date."""
    disagree: tuple[str, ...] = ()
    """Origins whose value is another day. Empty: none."""
    confidence: float = 0.0
    """How sure the choice is. Format: 0 to 1."""
    flags: tuple[str, ...] = ()
    """What to beware of, for example ``day_month_ambiguous``. Empty: nothing."""


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of an article; see :class:`DateValue`."""

    published: DateValue | None = None
    """First publication on this site. Null: nothing printed can be read as one."""
    modified: DateValue | None = None
    """Last change on this site. Null: the page states none."""
    original: DateValue | None = None
    """First publication elsewhere, of a republished story. Null: not republished, or no date is given."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """The outlet of this page."""

    name: str
    """Its name, as the page or the source's configuration has it."""
    domain: str | None
    """Its host without ``www.``. Null: not known."""
    raw: str
    """The words that it was read from."""


@dataclass(frozen=True, slots=True)
class Original:
    """Where a republished story stood first."""

    publisher: str | None
    """Name of the outlet. Null: only its address is printed."""
    domain: str | None
    """Registrable part as printed, without ``www.``. Null: only its name is printed."""
    url: str | None
    """The story's address there. Format: absolute URL. Null: none is linked, or the link is no article."""
    date_published: str | None
    """When it stood there first. Format: ISO 8601 at the precision of the page. Null: not printed."""
    raw: str
    """The line that says so."""


@dataclass(frozen=True, slots=True)
class AgencyMention:
    """A news agency, credited or cited."""

    id: str
    """The agency. Format: id in ``data/agencies.toml``."""
    raw: str
    """The words that name it."""
    where: CitedWhere
    """Which kind of line they stand in."""


@dataclass(frozen=True, slots=True)
class Dateline:
    """Place and day that open a story."""

    place: str | None
    """The place as printed. Null: the dateline has none."""
    date: str | None
    """The day. Format: ISO 8601 at the precision of the page. Null: the dateline has none."""
    raw: str
    """The dateline as printed."""


@dataclass(frozen=True, slots=True)
class Contributor:
    """A person with a stated role."""

    name: str
    """The name as printed."""
    role: ContributorRole
    """What the page says that the person did."""
    raw: str
    """The words that say so."""


@dataclass(frozen=True, slots=True)
class PhotoCredit:
    """Who made a picture."""

    credit: str
    """Person, agency or both, as printed."""
    image: str | None
    """The picture. Format: absolute URL. Null: the credit stands alone."""
    raw: str
    """The line that says so."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who wrote, published, first published and is quoted."""

    publisher: Publisher | None = None
    """The outlet of this page. Null: neither the page nor the source names one."""
    original: Original | None = None
    """Where the story stood first. Null: the page does not say that it is republished."""
    agencies: tuple[AgencyMention, ...] = ()
    """Agencies credited for the text. Empty: none is credited."""
    cited: tuple[AgencyMention, ...] = ()
    """Agencies that a sentence of the story names as having reported. Empty: none."""
    dateline: Dateline | None = None
    """Place and day that open the story. Null: it opens with none."""
    contributors: tuple[Contributor, ...] = ()
    """People with a stated role, authors among them where a role is printed. Empty: no role is printed."""
    photo_credits: tuple[PhotoCredit, ...] = ()
    """Who made the pictures. Empty: nobody is named."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a judgement rests on."""

    origin: str
    """Where it stood, as in ``provenance``."""
    raw: str
    """What stood there."""


@dataclass(frozen=True, slots=True)
class Access:
    """Whether the text is open to everyone."""

    status: AccessStatus = "unknown"
    """``paywalled``: the record holds only the open part (``quality.flags`` has ``partial_text``)."""
    evidence: tuple[Evidence, ...] = ()
    """What the status rests on. Empty: the page says nothing, the status is ``unknown``."""


@dataclass(frozen=True, slots=True)
class TextDataMining:
    """A reservation of text-and-data-mining rights."""

    reserved: bool
    """Whether the rights are reserved."""
    origin: str
    """Where it was said."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What the page says about reuse."""

    licence: str | None = None
    """Address or name of the licence. Null: none is stated."""
    copyright: str | None = None
    """The copyright notice. Null: none is printed."""
    robots: tuple[str, ...] = ()
    """Directives of robots metas and ``X-Robots-Tag``, lower case, in order, once each. Empty: none."""
    tdm: TextDataMining | None = None
    """A statement about text and data mining. Null: none is made."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How far the text can be trusted."""

    words: int = 0
    """Words of the text; in scripts written without spaces, two letters count as one word."""
    confidence: float = 0.0
    """The share (F1 of four-word shingles) of the text that is expected to be right, as measured on labelled pages. Format: 0 to 1."""
    unchosen: int = 0
    """Blocks of the page that were not chosen as story and that no rule named."""
    flags: tuple[str, ...] = ()
    """What to beware of, for example ``partial_text``, ``more_pages`` (it goes on elsewhere), ``removed_truncated``. Empty: nothing."""


@dataclass(frozen=True, slots=True)
class Http:
    """What the server said."""

    status: int | None = None
    """Status code. Null: the page was not fetched by newsbot."""
    content_type: str | None = None
    """Header ``Content-Type``. Null: not sent, or not known."""
    encoding: str | None = None
    """The encoding that the bytes were read with. Null: the page was handed in as text."""
    etag: str | None = None
    """Header ``ETag``. Null: not sent, or not known."""
    last_modified: str | None = None
    """Header ``Last-Modified``, as sent. Null: not sent, or not known."""


@dataclass(frozen=True, slots=True)
class DiscoveredBy:
    """How the crawl came to the address."""

    rung: Literal["news_sitemap", "feed", "wordpress", "sitemap", "section", "start"]
    """The kind of list that named it."""
    url: str
    """The list's address. Format: absolute URL."""
    date: str | None
    """The date that the list gave for the address, as written. Null: it gave none."""


@dataclass(frozen=True, slots=True)
class ArchivePointer:
    """Where the fetched page lies in the archive."""

    file: str
    """The WARC file. Format: path relative to the folder ``archive`` of the output."""
    offset: int
    """Where the record begins, in bytes of the file as it is stored."""
    length: int
    """Bytes of the record as it is stored."""
    digest: str
    """Digest of the page's bytes. Format: algorithm, colon, base 32."""


@dataclass(frozen=True, slots=True)
class Extractor:
    """What made the record."""

    version: str
    """Version of newsbot."""
    model: str | None = None
    """The learned judgement that chose the story. Null: it was chosen by rule alone."""


@dataclass(frozen=True, slots=True)
class BlockChange:
    """One block that an edit touched."""

    op: Literal["added", "removed", "changed"]
    """What happened to it."""
    old: str | None
    """The text before. Null: it was added."""
    new: str | None
    """The text after. Null: it was removed."""


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from the revision before."""

    previous_hash: str
    """``content_hash`` of the revision before. Format: 64 hexadecimal digits."""
    blocks: tuple[BlockChange, ...]
    """The blocks that the edit touched, in order. Empty: the text is the same, another field changed."""


@dataclass(frozen=True, slots=True)
class DuplicateOf:
    """The article whose story another one repeats."""

    id: str
    """That of its records."""
    similarity: float
    """Share of the shorter text that the other one has too, from 0.4 to 1."""
