"""RSS 0.9x, 1.0, 2.0, Atom and JSON feeds to links, with what they say about their own rhythm."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import feedparser

from newsbot.discovery import FoundLink
from newsbot.discovery.json_feed import NotAJsonFeedError, read_json_feed
from newsbot.discovery.list_texts import list_text, one_line
from newsbot.items import FeedText
from newsbot.page import join_url

MAX_FEED_BYTES: Final = 8 * 2**20
MAX_ENTRIES: Final = 2_000
MAX_TAGS: Final = 200_000
"""A feed is cut where it exceeds one of the three; what comes before is still found, as in any broken feed.

The parser takes 0.5 ms an entry, and longer for the nested tags of a hostile file."""
_ENTRY_END: Final = re.compile(rb"</(?:\w{1,20}:)?(?:item|entry)\s{0,20}>", re.IGNORECASE)
_PERIODS_S: Final = {"hourly": 3600, "daily": 86_400, "weekly": 7 * 86_400, "monthly": 30 * 86_400, "yearly": 365 * 86_400}
"""``sy:updatePeriod`` (RSS 1.0 module Syndication)."""
_MAX_HUBS: Final = 5


class NotAFeedError(ValueError):
    """The bytes hold no feed."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed, as read."""

    links: tuple[FoundLink, ...]
    """Its entries, in feed order."""
    interval_s: float | None = None
    """How often it changes, as it says itself (``ttl``, ``sy:updatePeriod`` / ``sy:updateFrequency``)."""
    hubs: tuple[str, ...] = ()
    """WebSub hubs that would push its news."""
    title: str | None = None
    """What it calls itself; not read of JSON feeds."""


def read_feed(body: bytes, url: str, content_type: str | None = None) -> Feed:
    """The feed in *body*, at most :data:`MAX_ENTRIES` entries.

    *url* is where it was fetched: relative links are relative to it. An update date is never given as a publication date.

    Raises:
        NotAFeedError: it is none; an empty feed is one.
    """
    if body[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json(body, url)
    parsed = _parsed(body, url, content_type)
    links = tuple(_entries(parsed, url))
    if not links and not parsed.get("version"):
        raise NotAFeedError("no RSS, Atom or JSON feed in it")
    return Feed(links, _interval(parsed.feed), _hubs(parsed.feed, url), one_line(parsed.feed.get("title")))


def _json(body: bytes, url: str) -> Feed:
    try:
        links, hubs = read_json_feed(body[:MAX_FEED_BYTES], url)
    except NotAJsonFeedError as error:
        raise NotAFeedError(str(error)) from None
    return Feed(tuple(islice(links, MAX_ENTRIES)), hubs=tuple(islice(hubs, _MAX_HUBS)))


def _entries(parsed: Any, url: str) -> Iterator[FoundLink]:
    date_key = "updated" if parsed.get("version") in ("rss10", "rss090") else "published"  # ``dc:date``, the only date that RSS 1.0 has
    for entry in islice(parsed.entries, MAX_ENTRIES):
        link = join_url(url, _link(entry))
        if link:
            date = one_line(entry[date_key]) if date_key in entry else None
            updated = one_line(entry["updated"]) if "updated" in entry else None
            yield FoundLink(link, "feed", url, date, one_line(entry.get("title")), updated, _text(entry))


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


def _text(entry: Any) -> FeedText | None:
    contents = [content.get("value") for content in entry.get("content", ())[:5]]
    return list_text(" ".join(filter(None, contents)), whole=True) or list_text(entry.get("summary"), whole=False)


def _interval(feed: Any) -> float | None:
    """Seconds; ``sy:`` before ``ttl``, which is given in minutes."""
    period = _PERIODS_S.get(str(feed.get("sy_updateperiod", "")).strip().lower())
    if period:
        return period / max(_number(feed.get("sy_updatefrequency")) or 1, 1)
    minutes = _number(feed.get("ttl"))
    return minutes * 60 if minutes else None


def _number(value: object) -> float | None:
    text = str(value).strip()
    return float(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


def _hubs(feed: Any, url: str) -> tuple[str, ...]:
    hrefs = [str(link.get("href", "")) for link in feed.get("links", ())[:50] if link.get("rel") == "hub"]
    return tuple(filter(None, (join_url(url, href) for href in hrefs[:_MAX_HUBS])))
