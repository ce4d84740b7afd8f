"""A packed body that breaks off is not taken for a whole one: Scrapy unpacks what there is and says nothing."""

from __future__ import annotations

import zlib
from typing import Final, Self

import brotli
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

_STEP: Final = 64 * 2**10


class PackingMiddleware:
    """Looks at packed bodies before they are unpacked."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware with the crawler's setting ``DOWNLOAD_MAXSIZE``."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_response(self, request: Request, response: Response) -> Response:
        """Let *response* pass.

        Raises:
            ResponseDataLossError: its packed body breaks off. ``robots.txt`` is read as far as it goes.
        """
        if "robots_for" not in request.meta and breaks_off(response.body, _encoding(response), self._max_bytes):
            raise ResponseDataLossError(f"{response.url}: the packed body breaks off")
        return response


def breaks_off(body: bytes, encoding: str, max_bytes: int) -> bool:
    """Whether *body* is but the beginning of something packed with *encoding*.

    ``False`` where it cannot be told: no packing, one that is broken otherwise, more than *max_bytes* in it.
    """
    try:
        match encoding:
            case "gzip" | "x-gzip":
                return bool(body) and not _gzip_ends(body, max_bytes)
            case "br":
                return bool(body) and not _brotli_ends(body, max_bytes)
    except (zlib.error, brotli.error):
        return False
    return False


def _gzip_ends(body: bytes, max_bytes: int) -> bool:
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    size = len(inflate.decompress(body, _STEP))
    while inflate.unconsumed_tail and not inflate.eof and size <= max_bytes:
        size += len(inflate.decompress(inflate.unconsumed_tail, _STEP))
    return inflate.eof or size > max_bytes


def _brotli_ends(body: bytes, max_bytes: int) -> bool:
    inflate = brotli.Decompressor()
    size = len(inflate.process(body, output_buffer_limit=_STEP))
    while not inflate.is_finished() and size <= max_bytes:
        more = inflate.process(b"", output_buffer_limit=_STEP)
        if not more:
            return False
        size += len(more)
    return True


def _encoding(response: Response) -> str:
    """The outermost packing, which was put on last."""
    named = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").lower().split(",")
    return named[-1].strip()
