"""Pages that send their readers on."""

from __future__ import annotations

from typing import Final

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.http import Response

_READ_BYTES: Final = 4 * 4096
"""Scrapy reads the first 4096 letters."""


class RefreshMiddleware(MetaRefreshMiddleware):
    """Scrapy's, less its work on pages without the word: it decodes all of a page to read its beginning."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """*response*, or the request for the page that it sends on to."""
        start = response.body[:_READ_BYTES].replace(b"\0", b"").lower()  # without what UTF-16 and UTF-32 put between
        return super().process_response(request, response) if b"refresh" in start else response
