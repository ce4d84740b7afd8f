"""Atom (RFC 4287) entries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from html import escape
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlsplit

from lxml import etree

from newsbot.feed.views.json_feed import is_instant

Record = dict[str, Any]
NAMESPACE: Final = "http://www.w3.org/2005/Atom"
UNKNOWN_TIME: Final = "1970-01-01T00:00:00Z"
"""Atom demands an instant of every entry; this one stands for "not known"."""
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAGS: Final = {"heading": "h2", "list_item": "li", "quote": "blockquote", "code": "pre"}


def to_entry(record: Record) -> etree._Element:
    """The ``entry`` of *record*; what Atom has no place for is left out."""
    entry = etree.Element(f"{{{NAMESPACE}}}entry", nsmap={None: NAMESPACE})
    if record["language"]:
        entry.set(_LANG, record["language"])
    add(entry, "id", atom_id(record["id"]))
    add(entry, "title", record["title"] or "")
    add(entry, "updated", updated(record))
    if published := next(filter(is_instant, (record["date_published"], record["published_utc"])), None):
        add(entry, "published", published)
    for name, url in _authors(record):
        add_person(entry, name, url)
    _add_links(entry, record)
    for tag in record["tags"]:
        add(entry, "category", None, term=tag)
    if record["summary"]:
        add(entry, "summary", record["summary"])
    if record["rights"]["copyright"]:
        add(entry, "rights", record["rights"]["copyright"])
    add(entry, "content", "".join(_html(record["body"])), type="html")
    return entry


def add(parent: etree._Element, name: str, text: str | None, **attributes: str) -> etree._Element:
    """A child of *parent*, without the characters that XML 1.0 has no place for."""
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", {key: xml_text(value) for key, value in attributes.items()})
    child.text = xml_text(text) if text else None
    return child


def add_person(parent: etree._Element, name: str, url: str | None = None) -> None:
    """An ``author`` of *parent*."""
    person = add(parent, "author", None)
    add(person, "name", xml_text(name).strip() or "unknown")
    if url:
        add(person, "uri", url)


def later(one: str, other: str) -> str:
    """The later of two instants of RFC 3339."""
    return max(one, other, key=datetime.fromisoformat)


def updated(record: Record) -> str:
    """The instant of the last known change: as printed, else when it was fetched."""
    instants = (record["date_modified"], record["date_published"], record["published_utc"], record["fetched_at"])
    return next((instant for instant in instants if instant is not None and is_instant(instant)), UNKNOWN_TIME)


def atom_id(record_id: str) -> str:
    """The entry's IRI (RFC 4151)."""
    return f"tag:newsbot.example,2026:article:{record_id}"


def xml_text(text: str) -> str:
    """*text* without the characters that XML 1.0 has no place for."""
    return _NOT_XML.sub("", text)


def _authors(record: Record) -> Iterator[tuple[str, str | None]]:
    """People; an entry must have an author, so the publisher stands in for nobody."""
    yield from ((author["name"], author["url"]) for author in record["authors"])
    if not record["authors"]:
        publisher = record["attribution"]["publisher"] or {}
        yield publisher.get("name") or urlsplit(record["url"] or "").hostname or "unknown", None


def _add_links(entry: etree._Element, record: Record) -> None:
    for rel, url in (("alternate", record["url"]), ("via", record["external_url"])):
        if url:
            add(entry, "link", None, rel=rel, href=url)


def _html(body: list[Record]) -> Iterator[str]:
    """The blocks as HTML: lists in lists, the rest one element a block."""
    for kind, blocks in groupby(body, key=lambda block: str(block["kind"])):
        tag = _TAGS.get(kind, "p")
        elements = (f"<{tag}>{escape(block['text'], quote=False)}</{tag}>" for block in blocks)
        yield f"<ul>{''.join(elements)}</ul>" if tag == "li" else "".join(elements)
