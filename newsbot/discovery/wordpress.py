"""The REST API of WordPress sites: where it is, and its posts as links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from newsbot.discovery import FoundLink
from newsbot.discovery.json_feed import load_json
from newsbot.discovery.list_texts import one_line
from newsbot.page import join_url

POSTS_PER_PAGE: Final = 100
"""The most that WordPress gives."""
_FIELDS: Final = "link,date_gmt,modified_gmt,status"
_API_LINK: Final = re.compile(r'<([^<>]{1,2000})>\s{0,5};[^,]{0,200}?rel="?https://api\.w\.org/', re.IGNORECASE)
_NEVER: Final = "0000-00-00"


class NotPostsError(ValueError):
    """The bytes hold no list of posts: the API is shut, or is none."""


@dataclass(frozen=True, slots=True)
class Span:
    """The publication dates that are asked for, as seconds since 1970; ``None``: no bound."""

    since: float | None = None
    until: float | None = None


def find_api(link_header: str | None, url: str) -> str | None:
    """The root of the API that the ``Link`` header of the page at *url* names."""
    match = _API_LINK.search(link_header or "")
    return join_url(url, match[1]) if match else None


def posts_address(api: str, page: int, span: Span | None = None) -> str:
    """Address of page *page* (from 1) of the posts below *api*: those that changed last first, those of *span* by date."""
    query: dict[str, object] = {"per_page": POSTS_PER_PAGE, "page": page, "_fields": _FIELDS, "order": "desc"}
    if span is None or span == Span():
        query["orderby"] = "modified"
    else:
        bounds = {"after": span.since, "before": span.until}
        query |= {"orderby": "date"} | {name: _iso(bound) for name, bound in bounds.items() if bound is not None}
    joint = "&" if "?" in api else "?"  # without pretty links the root is /?rest_route=/
    return f"{api.rstrip('/')}/wp/v2/posts{joint}{urlencode(query, safe=',:')}"


def read_posts(body: bytes, url: str) -> list[FoundLink]:
    """The published posts in *body*, in its order.

    Raises:
        NotPostsError: it is no list of posts.
    """
    posts = load_json(body)
    if not isinstance(posts, list) or not all(isinstance(post, dict) for post in posts):
        raise NotPostsError("no list of posts in it")
    return [found for post in posts[:POSTS_PER_PAGE] if (found := _post(post, url)) is not None]


def _post(post: dict[str, Any], url: str) -> FoundLink | None:
    written = one_line(post.get("link"))
    link = join_url(url, written) if written else None
    if link is None or post.get("status", "publish") != "publish":
        return None
    return FoundLink(link, "wordpress", url, _moment(post.get("date_gmt")), updated=_moment(post.get("modified_gmt")))


def _moment(value: object) -> str | None:
    """An instant in UTC: the API leaves the offset out."""
    text = one_line(value)
    if text is None or text.startswith(_NEVER):
        return None
    return f"{text}Z" if re.fullmatch(r"[\d-]{10}T[\d:]{8}", text) else text


def _iso(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"
