"""One document of many records: JSON Feed, Atom; and JSON Lines of views."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from json import dumps
from pathlib import Path
from typing import Any, Final

from lxml import etree

from newsbot.feed.views.atom import NAMESPACE, UNKNOWN_TIME, add, add_person, later, to_entry, updated
from newsbot.feed.views.json_feed import VERSION, to_item
from newsbot.feed.views.news_article import to_news_article
from newsbot.feed.views.zyte_article import to_zyte_article

Record = dict[str, Any]
_TITLE: Final = "newsbot"


def write_json_feed(records: Iterable[Record], path: Path) -> int:
    """Write *records* as one JSON Feed 1.1; how many there were.

    Raises:
        OSError: the file cannot be written.
    """
    count = 0
    with path.open("wb") as stream:
        stream.write(b'{"version": "%s", "title": "%s", "items": [' % (VERSION.encode(), _TITLE.encode()))
        for record in records:
            stream.write(b",\n" if count else b"\n")
            stream.write(_json(to_item(record)))
            count += 1
        stream.write(b"\n]}\n")
    return count


def write_atom(records: Iterable[Record], path: Path) -> int:
    """Write *records* as one Atom feed (RFC 4287); how many there were. The feed's own time, the newest entry's, stands at its end.

    Raises:
        OSError: the file cannot be written.
    """
    count, newest = 0, UNKNOWN_TIME
    with path.open("wb") as stream, etree.xmlfile(stream, encoding="utf-8") as document:
        document.write_declaration()
        with document.element(f"{{{NAMESPACE}}}feed", nsmap={None: NAMESPACE}):
            for child in _head():
                document.write(child)
            for record in records:
                document.write(to_entry(record))
                newest = later(newest, updated(record))
                count += 1
            document.write(_lone("updated", newest))
    return count


def write_views(view: Callable[[Record], Record | None], records: Iterable[Record], path: Path) -> int:
    """Write one line a record: what *view* makes of it; how many there were. Records that have no such view are left out.

    Raises:
        OSError: the file cannot be written.
    """
    count = 0
    with path.open("wb") as stream:
        for shown in filter(None, map(view, records)):
            stream.write(_json(shown) + b"\n")
            count += 1
    return count


VIEWS: Final[dict[str, Callable[[Record], Record | None]]] = {"newsarticle": to_news_article, "zyte": to_zyte_article}


def _head() -> list[etree._Element]:
    feed = etree.Element(f"{{{NAMESPACE}}}feed", nsmap={None: NAMESPACE})
    add(feed, "id", "tag:newsbot.example,2026:feed")
    add(feed, "title", _TITLE)
    add(feed, "generator", "newsbot")
    add_person(feed, _TITLE)
    return list(feed)


def _lone(name: str, text: str) -> etree._Element:
    feed = etree.Element(f"{{{NAMESPACE}}}feed", nsmap={None: NAMESPACE})
    return add(feed, name, text)


def _json(value: Record) -> bytes:
    return dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
