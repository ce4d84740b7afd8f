"""What requests carry, and what responses say."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from scrapy.http import Response

from newsbot.page import RawPage
from newsbot.sources import Source

NOT_MODIFIED: Final = 304


def language_header(source: Source) -> dict[str, str]:
    """``Accept-Language`` as the source has it, else its languages, the main one first; nothing where none is known."""
    weighted = [f"{language};q={max(1 - place / 10, 0.1):.1f}" if place else language for place, language in enumerate(source.languages)]
    value = source.politeness.accept_language or ", ".join(weighted)
    return {"Accept-Language": value} if value else {}


def response_headers(response: Response) -> dict[str, str]:
    """The headers, names in lower case."""
    return {name.decode("latin-1").lower(): b", ".join(values).decode("latin-1") for name, values in response.headers.items()}


def raw_page(response: Response) -> RawPage:
    """The page that *response* brought, for reading what it links to."""
    return RawPage(response.url, response.body, headers=response_headers(response))


def last_visit(meta: dict[str, Any]) -> dict[str, Any]:
    """What is known of the last visit (:class:`newsbot.frontier.Visit` as a mapping); empty before the first."""
    visit: dict[str, Any] = meta.get("visit") or {}
    return visit


def is_same(response: Response) -> bool:
    """Whether *response* brought what the last visit brought: its server says so, or its body is the same."""
    if response.status == NOT_MODIFIED:
        return True
    digest = last_visit(response.meta).get("digest")
    return digest is not None and digest == hashlib.sha256(response.body).hexdigest()[:32]
