"""JSON Feed 1.0 and 1.1 (jsonfeed.org) to links."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from newsbot.discovery import FoundLink
from newsbot.discovery.list_texts import list_text, one_line
from newsbot.items import FeedText
from newsbot.page import join_url

_VERSION: Final = "jsonfeed.org/version/"


class NotAJsonFeedError(ValueError):
    """The bytes hold no JSON Feed."""


def read_json_feed(body: bytes, url: str) -> tuple[Iterator[FoundLink], Iterator[str]]:
    """The entries of the feed in *body*, in feed order, and its WebSub hubs. Entries without an address are left out.

    Raises:
        NotAJsonFeedError: it is no JSON, or other JSON.
    """
    feed = load_json(body)
    if not isinstance(feed, dict) or _VERSION not in str(feed.get("version", "")) or not isinstance(feed.get("items", []), list):
        raise NotAJsonFeedError("no JSON Feed in it")
    return _entries(feed.get("items", []), url), _hubs(feed.get("hubs"), url)


def load_json(body: bytes) -> Any:
    """The value that *body* holds; ``None`` when it is no JSON, in any way that JSON can be broken, nested too deeply too."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _entries(items: list[Any], url: str) -> Iterator[FoundLink]:
    for item in items:
        if isinstance(item, dict) and (link := _link(item, url)):
            date, updated = one_line(item.get("date_published")), one_line(item.get("date_modified"))
            yield FoundLink(link, "feed", url, date, one_line(item.get("title")), updated, _text(item))


def _link(item: dict[str, Any], url: str) -> str | None:
    """The entry's page: ``url``, else an ``id`` that is an address. ``external_url`` is another publisher's page."""
    own, known = one_line(item.get("url")), one_line(item.get("id"))
    return join_url(url, own) if own else join_url("", known or "")


def _text(item: dict[str, Any]) -> FeedText | None:
    whole = list_text(item.get("content_html"), whole=True) or list_text(item.get("content_text"), whole=True)
    return whole or list_text(item.get("summary"), whole=False)


def _hubs(hubs: object, url: str) -> Iterator[str]:
    for hub in hubs if isinstance(hubs, list) else []:
        written = one_line(hub.get("url")) if isinstance(hub, dict) else None
        if written and (address := join_url(url, written)):
            yield address
