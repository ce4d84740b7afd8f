"""One fetched page: its bytes (:class:`RawPage`) and its one tree (:class:`Page`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin

from lxml import etree, html
from w3lib.encoding import html_to_unicode

from newsbot.errors import Rejected
from newsbot.items import ArchivePointer, DiscoveredBy, FeedText

MAX_PAGE_BYTES: Final = 16 * 2**20
"""Larger bodies are refused; ``DOWNLOAD_MAXSIZE`` is set to the same."""

_DETECT_BYTES: Final = 32 * 2**10
_BINARY_MAGIC: Final = tuple(
    bytes.fromhex(start)
    for start in "255044462d 504b0304 1f8b 89504e47 47494638 ffd8ff 52494646 4f676753 494433 377abcaf 52617221 7f454c46".split()
)
"""First bytes of PDF, ZIP, gzip, PNG, GIF, JPEG, RIFF, Ogg, MP3, 7-Zip, RAR and ELF files."""
_WIDE_STARTS: Final = (
    ("utf-16-le", re.compile(rb"(?:[ \t\r\n]\0){0,50}<\0[!?a-zA-Z]\0")),
    ("utf-16-be", re.compile(rb"(?:\0[ \t\r\n]){0,50}\0<\0[!?a-zA-Z]")),
)
_LOST: Final = "\ufffd"
_SINGLE_BYTES: Final = frozenset(
    (*(f"cp{page}" for page in range(1250, 1259)), *(f"iso8859-{part}" for part in range(1, 17)), "latin-1", "ascii")
)
"""Encodings that read any bytes, so that a wrong declaration shows in the letters alone."""
_CONTROL: Final = bytes((*range(0x09), 0x0B, *range(0x0E, 0x20), 0x7F))
_CONTROL_REFERENCE: Final = re.compile(
    rb"""&\#(?:[xX]0{0,6}(?:1[0-9a-fA-F] | [0-8bBcCeEfF] | 7[fF]) | 0{0,6}(?:1[124-9]|2[0-9] | 3[01] | [0-8] | 127)) (?![0-9a-fA-F]) ;?""",
    re.VERBOSE,
)
"""Control characters written as references: they do nothing in a page, and much in a terminal."""
_ENDLESS: Final = 65536
_ENDLESS_TAG: Final = re.compile(rb"<([a-zA-Z][a-zA-Z0-9:-]{0,40})[\s/][^<>]{65536,}>")
"""A tag whose attributes fill 64 KB and more: inline images, or an attack on parsers that compare every attribute with every other."""
_EARLY_END: Final = re.compile(rb"</(?:[bB][oO][dD][yY]|[hH][tT][mM][lL])\s{0,20}>")  # without a flag, so that "</" is searched for fast
"""Nothing needs these tags, and content systems print them in mid page: libxml2 reads no further than the first, browsers go on."""
_MARKUP: Final = re.compile(
    rb"<\s*(?:!doctype|html|head|body|meta|title|div|p|article|section|main|span|table|h[1-6]|a|br|ul|ol)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as fetched: what the archive stores and ``extract`` reads."""

    url: str
    """After redirects, verbatim; "" when the page was handed in without an address."""
    body: bytes
    """Undecoded, with the content encoding (gzip ...) taken off."""
    fetched_at: str | None = None
    """RFC 3339, UTC; ``None`` when not known. Relative dates stay unread then."""
    source: str | None = None
    """Id of a configured source."""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Response headers, names in lower case."""
    text: str | None = None
    """The markup where the caller had it as text already; ``body`` is not looked at then."""
    language: str | None = None
    """What the caller says the language is (BCP 47)."""
    timezone: str | None = None
    """What the caller says the page's time zone is (IANA)."""
    discovered_by: DiscoveredBy | None = None
    archive: ArchivePointer | None = None
    addresses: tuple[str, ...] = ()
    """Addresses before redirects, the one that was asked for first; empty where there were none."""
    feed_text: FeedText | None = None
    """What the list that named the page gives as its text."""
    part_of: str | None = None
    """Address of the first page of the story that this page goes on with."""
    later: tuple[RawPage, ...] = ()
    """The pages that go on with this page's story, in order."""


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page. The tree is shared by all extractors and never changed."""

    raw: RawPage
    tree: html.HtmlElement
    encoding: str | None
    """The encoding that the bytes were read with; ``None`` when the caller gave text."""
    base_url: str
    """What relative addresses are relative to."""

    @property
    def url(self) -> str:
        """The address after redirects, verbatim."""
        return self.raw.url

    @classmethod
    def parse(cls, raw: RawPage) -> Page:
        """Decode and parse *raw* once.

        Raises:
            Rejected: ``empty_page`` or ``not_html``.
        """
        text, encoding = (raw.text, None) if raw.text is not None else decode(raw)
        markup = _sound(text)
        if not markup or markup.isspace():
            raise Rejected("empty_page", "no text in the body")
        if not _MARKUP.search(markup):
            raise Rejected("not_html", "no HTML tag in the body")
        tree = _parse(markup)
        return cls(raw, tree, encoding, _base_url(raw.url, tree))


def decode(raw: RawPage) -> tuple[str, str]:
    """The markup of *raw* as text, and the name of the encoding that was used.

    Header first, then byte order mark and meta, then detection (WHATWG order). A declared encoding that leaves more than
    one letter in a hundred unread is a wrong one: strict UTF-8 is tried, then detection. So is one of single bytes where the
    bytes are UTF-8 throughout: letters of other encodings hardly ever are.

    Raises:
        Rejected: ``empty_page`` or ``not_html``.
    """
    if not raw.body.strip():
        raise Rejected("empty_page", "no bytes in the body")
    if len(raw.body) > MAX_PAGE_BYTES:
        raise Rejected("not_html", f"{len(raw.body)} bytes are more than a page holds ({MAX_PAGE_BYTES})")
    if raw.body.startswith(_BINARY_MAGIC):
        raise Rejected("not_html", f"the bytes begin with {raw.body[:5]!r}")
    wide = _wide_encoding(raw.body)
    if wide is not None:
        return raw.body.decode(wide, "replace"), wide
    encoding, text = html_to_unicode(raw.headers.get("content-type"), raw.body, auto_detect_fun=detect_encoding)
    if encoding in _SINGLE_BYTES and (read := _as_utf8(raw.body)) is not None:
        encoding, text = "utf-8", read
    elif text.count(_LOST) * 100 > len(text):
        encoding, text = _redecode(raw.body, encoding, text)
    if text.count(_LOST) * 10 > len(text) or text.count("\0") * 10 > len(text):
        raise Rejected("not_html", "the bytes are no text in any encoding")
    return text, encoding


def _wide_encoding(body: bytes) -> str | None:
    """UTF-16 without its byte order mark, whatever is declared: every other byte of its markup is a NUL."""
    return next((encoding for encoding, start in _WIDE_STARTS if start.match(body)), None)


def detect_encoding(body: bytes) -> str:
    """The most likely encoding of undeclared bytes: UTF-8 where they are valid UTF-8, else what the letters look like."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes  # imported late: few pages leave their encoding to be guessed

        sample = body[:_DETECT_BYTES]
        best = from_bytes(_prose(sample) or sample).best()
        return best.encoding if best else "cp1252"
    return "utf-8"


def _as_utf8(body: bytes) -> str | None:
    """*body* read as UTF-8 where it is that and not ASCII alone."""
    try:
        return None if body.isascii() else body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _prose(body: bytes) -> bytes:
    """*body* without its ASCII markup, so that tags do not outvote the letters."""
    return re.sub(rb"<script.{0,20000}?</script>|<style.{0,20000}?</style>|<[^<>]{0,2000}>", b" ", body, flags=re.DOTALL | re.IGNORECASE)


def _redecode(body: bytes, encoding: str, text: str) -> tuple[str, str]:
    """The reading with the fewest lost letters, after the declared *encoding* has failed."""
    detected = detect_encoding(body)
    other = body.decode(detected, "replace")
    return (detected, other) if other.count(_LOST) < text.count(_LOST) else (encoding, text)


def _sound(text: str) -> bytes:
    """*text* in UTF-8 without what parsers stumble over: control characters, endless tags, early ends."""
    markup = _CONTROL_REFERENCE.sub(b"", text.encode("utf-8", "replace").translate(None, _CONTROL))
    markup = _EARLY_END.sub(b"", markup)
    if max(map(len, markup.split(b"<")), default=0) < _ENDLESS:
        return markup
    return _ENDLESS_TAG.sub(rb"<\1>", markup)


_ELEMENTS: Final = etree.ElementDefaultClassLookup(element=html.HtmlElement, comment=html.HtmlComment)
"""One class for all elements, so that lxml need not ask Python for the class of each."""


def _parse(markup: bytes) -> html.HtmlElement:
    """The tree of *markup*; nesting deeper than 2048 is cut off by libxml2."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True)
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        return html.document_fromstring(markup, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise Rejected("empty_page", f"no element in the markup ({error})") from error


def _base_url(url: str, tree: html.HtmlElement) -> str:
    base = tree.find(".//base[@href]")
    return url if base is None else join_url(url, base.get("href", "")) or url


def join_url(base: str, address: str) -> str | None:
    """*address* made absolute against *base*; ``None`` when it is no http(s) address."""
    try:
        joined = urljoin(base, address.strip())
    except ValueError:
        return None
    return joined if joined.startswith(("http://", "https://")) else None
