"""Requests as JSON: what a frontier stores. No pickles: a file in the output folder must not be able to run code."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Any, Final

from scrapy import Request, Spider

from newsbot.frontier import Entry, list_key
from newsbot.urls import article_id

TRANSIENT: Final = frozenset(
    {"lease", "visit", "download_slot", "download_latency", "is_start_request", "retry_times", "redirect_times", "redirect_ttl"}
    | {"redirect_urls", "redirect_reasons", "recheck_s"}
)
"""Meta keys that belong to one download of a request, not to the request."""


def to_json(request: Request, spider: Spider) -> str:
    """*request* as one line of JSON; its callbacks, methods of *spider*, by name.

    Raises:
        TypeError: it holds what JSON cannot, or a callback that is no method of *spider*.
    """
    told: dict[str, Any] = {
        "url": request.url,
        "method": request.method if request.method != "GET" else None,
        "headers": {_text(name): [_text(value) for value in values] for name, values in request.headers.items()},
        "body": b64encode(request.body).decode() if request.body else None,
        "cookies": request.cookies,
        "meta": {key: value for key, value in request.meta.items() if key not in TRANSIENT},
        "cb_kwargs": request.cb_kwargs,
        "callback": _name(request.callback, spider),
        "errback": _name(request.errback, spider),
        "priority": request.priority,
        "dont_filter": request.dont_filter,
        "flags": request.flags,
    }
    return json.dumps({key: value for key, value in told.items() if value}, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str, spider: Spider) -> Request:
    """The request that :func:`to_json` made *text* of."""
    told: Mapping[str, Any] = json.loads(text)
    return Request(
        told["url"],
        callback=_method(told.get("callback"), spider),
        errback=_method(told.get("errback"), spider),
        method=told.get("method", "GET"),
        headers={name.encode("latin-1"): [value.encode("latin-1") for value in values] for name, values in told.get("headers", {}).items()},
        body=b64decode(told.get("body", "")),
        cookies=told.get("cookies"),
        meta=told.get("meta"),
        cb_kwargs=told.get("cb_kwargs"),
        priority=told.get("priority", 0),
        flags=told.get("flags"),
        dont_filter=told.get("dont_filter", False),
    )


def entry_of(request: Request, spider: Spider, host: str) -> Entry:
    """What a frontier stores of *request*, whose host it knows as *host*.

    Raises:
        TypeError: see :func:`to_json`.
    """
    kind = request.meta.get("kind", "article")
    return Entry(
        key=list_key(request.url) if kind == "list" else article_id(request.url),
        source=request.meta["source"],
        host=host,
        kind=kind,
        request=to_json(request, spider),
        priority=request.priority,
        changed_at=request.meta.get("changed_at"),
    )


def _name(callback: Callable[..., Any] | None, spider: Spider) -> str | None:
    if callback is None:
        return None
    if getattr(callback, "__self__", None) is not spider:
        raise TypeError(f"{callback!r} is no method of the spider {spider.name!r}: it could not be found again after a restart")
    return callback.__name__


def _method(name: str | None, spider: Spider) -> Callable[..., Any] | None:
    return getattr(spider, name) if name else None


def _text(value: bytes) -> str:
    """Every byte as the character of the same number: any bytes go there and back."""
    return value.decode("latin-1")
