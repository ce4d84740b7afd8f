"""RSS 0.9x, 1.0, 2.0 and Atom feeds to links."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import feedparser

from newsbot.discovery import FoundLink
from newsbot.page import join_url

MAX_FEED_BYTES: Final = 8 * 2**20
MAX_ENTRIES: Final = 2_000
MAX_TAGS: Final = 200_000
"""A feed is cut where it exceeds one of the three; what comes before is still found, as in any broken feed.

The parser takes 0.5 ms an entry, and longer for the nested tags of a hostile file."""
_ENTRY_END: Final = re.compile(rb"</(?:\w{1,20}:)?(?:item|entry)\s{0,20}>", re.IGNORECASE)


def find_entries(body: bytes, url: str, content_type: str | None = None) -> Iterator[FoundLink]:
    """The entries of the feed in *body*, in feed order; none when it is no feed.

    *url* is where the feed was fetched: relative links are relative to it. An update date is never given as a publication date.
    """
    feed = _parsed(body, url, content_type)
    date_key = "updated" if feed.get("version") in ("rss10", "rss090") else "published"  # ``dc:date``, the only date that RSS 1.0 has
    for entry in islice(feed.entries, MAX_ENTRIES):
        link = join_url(url, _link(entry))
        if link:
            yield FoundLink(link, "feed", url, _text(entry.get(date_key)), _text(entry.get("title")))


def is_feed(body: bytes, url: str, content_type: str | None = None) -> bool:
    """Whether *body* is a feed, even one without entries."""
    return bool(_parsed(body, url, content_type).get("version"))


def _parsed(body: bytes, url: str, content_type: str | None) -> Any:
    """What feedparser reads in *body*. It is given a stream, since it would open a string as an address or a file."""
    headers = {"content-location": url} | ({"content-type": content_type} if content_type else {})
    return feedparser.parse(io.BytesIO(_cut(body)), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)


def _cut(body: bytes) -> bytes:
    body = body[:MAX_FEED_BYTES]
    last = next(islice(_ENTRY_END.finditer(body), MAX_ENTRIES - 1, None), None)
    body = body[: last.end()] if last else body
    return body if body.count(b"<") <= MAX_TAGS else b"<".join(body.split(b"<", MAX_TAGS)[:-1])


def _link(entry: Any) -> str:
    """The entry's page: its link, FeedBurner's original link first; its id where that is the only address."""
    for key in ("feedburner_origlink", "link", "id"):
        value = entry.get(key)
        if isinstance(value, str) and value.strip():
            return value
    return ""


def _text(value: object) -> str | None:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text or None
