"""Every fetched page goes into the archive as it came, and learns where it lies."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from http.client import responses as reasons
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured, UsageError
from scrapy.http import Headers, Response

from newsbot.archive.captures import PART, Captures
from newsbot.archive.files import ArchiveFiles, mend_archive
from newsbot.archive.note import Note, Rendered
from newsbot.archive.records import Exchange, pack, pack_rendering, payload_digest
from newsbot.config import Config
from newsbot.errors import OutputError, Postponed
from newsbot.items import DiscoveredBy, FeedText
from newsbot.polite.credentials import without_secrets
from newsbot.run import utc_now
from newsbot.sources import Source
from pipelines.fleet import place_of
from pipelines.writer import OUTPUT_FAILED, records_due

logger = logging.getLogger(__name__)

WHAT: Final = ("articles", "everything", "")
_LARGE: Final = 128 * 2**10
"""Bytes of a body from which packing it goes into a thread: less takes under a millisecond."""


class ArchiveMiddleware:
    """Writes ``<out>/archive``; sees bodies before they are unpacked. Leaves ``fetched_at`` and ``archive`` in ``request.meta``."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        out = Path(settings["NEWSBOT_OUT"])
        self._crawler = crawler
        self._everything = require_what(settings["NEWSBOT_ARCHIVE"]) == "everything"
        captures = Captures(place) if (place := place_of(crawler, PART)) else None
        for path in mend_archive(out / "archive"):
            logger.info("%s: finished what a killed run left", path)
        size = settings.getint("NEWSBOT_ARCHIVE_FILE_BYTES")
        self._files = ArchiveFiles(out / "archive", settings["NEWSBOT_RUN_ID"], size, captures)
        self._answers: WeakKeyDictionary[Request, str] = WeakKeyDictionary()
        """Record ids of the answers to requests that are still under way."""
        crawler.signals.connect(self._sync, records_due)
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware with the crawler's ``NEWSBOT_OUT``, ``NEWSBOT_STATE``, ``NEWSBOT_ARCHIVE``, ``NEWSBOT_ARCHIVE_FILE_BYTES``.

        Raises:
            NotConfigured: nothing is to be archived.
        """
        if not crawler.settings["NEWSBOT_ARCHIVE"]:
            raise NotConfigured
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Archive *response*, where it is to be, and say in the request's meta where and when.

        Raises:
            Postponed: the archive cannot be written; the run ends, and the page is fetched in the next one.
        """
        if self._everything or request.meta.get("kind") == "article":
            exchange = self._exchange(request, response)
            try:
                request.meta["archive"] = await self._stored(exchange, request)
            except OutputError as error:
                self._end_run(error)
                raise Postponed(time.time(), OUTPUT_FAILED) from error
            request.meta["fetched_at"] = exchange.fetched_at
        return response

    async def keep_rendering(self, request: Request, response: Response, headers: Mapping[str, str]) -> None:
        """Archive *response*, whose body is what a browser made of the answer to *request*: from now on that is the page.

        *headers* are its own, names in lower case.

        Raises:
            Postponed: as above.
        """
        source = self._source(request)
        told = without_secrets(headers.items(), source)
        note = replace(_note(request, source), to_render=False, rendered=Rendered(response.status, dict(told)))
        page = Exchange(response.url, b"", b"", response.body, request.meta["fetched_at"], response.status, note)
        packed = await asyncio.to_thread(pack_rendering, page, self._answers[request])
        try:
            request.meta["archive"] = asdict(self._files.store_rendering(page, packed, time.time()))
        except OutputError as error:
            self._end_run(error)
            raise Postponed(time.time(), OUTPUT_FAILED) from error

    def _source(self, request: Request) -> Source | None:
        config: Config = self._crawler.spider.config  # type: ignore[union-attr]
        return config.sources.get(request.meta.get("source") or "")

    async def _stored(self, exchange: Exchange, request: Request) -> dict[str, Any]:
        digest = payload_digest(exchange.body)
        earlier = self._files.earlier(exchange, digest)
        if len(exchange.body) < _LARGE:
            packed = pack(exchange, digest, earlier)
        else:
            packed = await asyncio.to_thread(pack, exchange, digest, earlier)
        self._answers[request] = earlier.record_id if earlier else packed.record_id
        return asdict(self._files.store(exchange, packed, time.time()))

    def _exchange(self, request: Request, response: Response) -> Exchange:
        source = self._source(request)
        reason = reasons.get(response.status, "Unknown")
        return Exchange(
            response.url,
            _head(f"{request.method} {_target(request.url)} HTTP/1.1", [("Host", urlsplit(request.url).netloc)], request.headers, source),
            _head(f"{response.protocol or 'HTTP/1.1'} {response.status} {reason}", [], response.headers, source),
            response.body,
            utc_now(),
            response.status,
            replace(_note(request, source), to_render=response.status == 200 and "render" in request.meta),
        )

    def _end_run(self, error: OutputError) -> None:
        engine = self._crawler.engine
        assert engine is not None and engine._slot is not None
        if engine._slot.closing is None:
            logger.error("%s", error)
            self._ending = asyncio.ensure_future(engine.close_spider_async(reason=OUTPUT_FAILED))

    def _sync(self) -> None:
        self._files.sync()

    def _close(self) -> None:
        try:
            self._files.close()
        except OutputError as error:
            logger.error("%s", error)


def require_what(setting: str) -> str:
    """*setting* ``NEWSBOT_ARCHIVE``.

    Raises:
        UsageError: it is none of the words that it may be.
    """
    if setting not in WHAT:
        raise UsageError(f"NEWSBOT_ARCHIVE: {setting!r} is none of articles, everything or nothing at all", print_help=False)
    return setting


def _head(first: str, own: Iterable[tuple[str, str]], headers: Headers, source: Source | None) -> bytes:
    """First line and headers, without secrets, as the wire has them."""
    lines = [(name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values]
    told = without_secrets([*own, *lines], source)
    return "\r\n".join([first, *(f"{name}: {value}" for name, value in told), "", ""]).encode("latin-1", "replace")


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _note(request: Request, source: Source | None) -> Note:
    """What the page cannot tell of itself; articles are asked for with what their list said of them."""
    found: Mapping[str, Any] = request.cb_kwargs
    named, text = "rung" in found, found.get("text")
    return Note(
        source.id if source else None,
        DiscoveredBy(found["rung"], found["found_at"], found["date"]) if named else None,
        tuple(request.meta.get("redirect_urls", ())),
        FeedText(*text) if named and text else None,
        part_of=request.meta.get("part_of"),
    )
