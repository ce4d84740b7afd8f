"""What the page says about reuse: licence, copyright line, robots directives, reservation of text and data mining."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from newsbot.extractors.jsonld import address_of, text_of
from newsbot.extractors.metadata import Metadata
from newsbot.items import Block, Rights, TextDataMining
from newsbot.page import Page

_ROBOTS_METAS: Final = ("robots", "googlebot", "googlebot-news", "bingbot")
_NO_AI: Final = frozenset(("noai", "noimageai", "noml"))
_COPYRIGHT: Final = re.compile(
    r"""^.{0,40}?(?:©|\(c\)\s{0,2}(?=\d{4})|copyright\b|&copy;|all\ rights\ reserved|alle\ rechte\ vorbehalten|tous\ droits\ réservés
      |todos\ los\ derechos\ reservados
      |todos\ os\ direitos\ reservados
      |tutti\ i\ diritti\ riservati|все\ права\ защищены|усі\ права\ захищено
      |her\ hakkı\ saklıdır|tüm\ hakları\ saklıdır|(?:جميع|كافة|كل)\ الحقوق\ محفوظة
      |حقوق\ النشر\ محفوظة|تمام[یي]\ حقوق|جملہ\ حقوق
      |כל\ הזכויות\ שמורות|版权所有|版權所有
      |無断転載|저작권|무단\ ?전재)""",
    re.VERBOSE | re.IGNORECASE,
)
_LINE_LETTERS: Final = 300
_MAX_DIRECTIVES: Final = 40


def find_rights(page: Page, metadata: Metadata, blocks: Sequence[Block]) -> Rights:
    """Licence address or name, copyright as printed, robots directives, data-mining reservation (TDMRep)."""
    headers = {name.lower(): value for name, value in page.raw.headers.items()}
    robots = tuple(dict.fromkeys(_directives(metadata, headers)))[:_MAX_DIRECTIVES]
    return Rights(_licence(metadata), _copyright(metadata, blocks), robots, _reservation(metadata, headers, robots))


def _licence(metadata: Metadata) -> str | None:
    """Address of the licence, else its name. The first ``rel=license`` counts: those of pictures come later."""
    own = metadata.article or {}
    linked = next((link.url for link in metadata.linked("license")), None)
    named = next(
        (item.url or item.value for item in metadata.items if item.name == "license" and not item.scope.endswith("ImageObject")), None
    )
    return (
        linked
        or address_of(own.get("license"))
        or text_of(own.get("license"))
        or named
        or metadata.first_meta("dcterms.license", "dc.rights.license")
    )


def _copyright(metadata: Metadata, blocks: Sequence[Block]) -> str | None:
    """Copyright notice: of the article node, of metas, else the last such line of the page (the footer's)."""
    own = metadata.article or {}
    declared = text_of(own.get("copyrightNotice")) or metadata.first_meta("copyright", "dcterms.rights", "dc.rights", "rights")
    if declared:
        return declared
    holder, year = text_of(own.get("copyrightHolder")), own.get("copyrightYear")
    if holder:
        return f"© {year} {holder}" if isinstance(year, (int, str)) and str(year).strip() else f"© {holder}"
    lines = (block.text for block in reversed(blocks) if len(block.text) <= _LINE_LETTERS and _COPYRIGHT.match(block.text))
    return next(lines, None)


def _directives(metadata: Metadata, headers: Mapping[str, str]) -> Iterator[str]:
    written = [content for _, content in metadata.meta(*_ROBOTS_METAS)]
    header = headers.get("x-robots-tag", "")
    for text in (*written, *(part for part in header.split(",") if part)):
        for directive in text.lower().split(","):
            plain = directive.strip()
            # "otherbot: noindex" in the header speaks to that robot only; "max-snippet:-1" is a directive with a value
            name, _, value = plain.partition(":")
            speaks_to_one = bool(value) and not name.startswith(("max-", "unavailable_after"))
            if plain and len(plain) <= 80:
                yield value.strip() if speaks_to_one and value.strip() else plain


def _reservation(metadata: Metadata, headers: Mapping[str, str], robots: Sequence[str]) -> TextDataMining | None:
    """TDM Reservation Protocol (meta before header, as it says), then ``noai`` and its like."""
    for origin, value in (
        ("meta:tdm-reservation", metadata.first_meta("tdm-reservation")),
        ("header:tdm-reservation", headers.get("tdm-reservation")),
    ):
        if value is not None and value.strip() in ("0", "1"):
            return TextDataMining(value.strip() == "1", origin)
    refused = next((directive for directive in robots if directive in _NO_AI), None)
    return TextDataMining(True, f"robots:{refused}") if refused else None
