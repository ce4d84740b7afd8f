"""``robots.txt`` as RFC 9309 has it: what cannot be had allows nothing, what is not there allows everything, and nothing holds for ever."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final, Self
from weakref import WeakKeyDictionary

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured, StopDownload
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler, load_object

from newsbot.errors import Postponed, StateError
from newsbot.failures import Refused, failure_word
from newsbot.polite.robots import MAX_BYTES, UNREACHABLE_S, Verdict, after_failure, meaning_of
from newsbot.polite.robots_memory import RobotsMemory
from newsbot.tables import is_database
from pipelines.fleet import place_of

logger = logging.getLogger(__name__)

_PRIORITY: Final = 1000
_DAY_S: Final = 86_400.0
_HOST_WORDS: Final = ("dns", "refused", "private_address")
"""Failures that the pages of the host would meet as well: more telling than that its robots.txt is out of reach."""


class RobotsForbidden(Refused):
    """The host's robots.txt forbids the address."""

    def __init__(self, url: str) -> None:
        super().__init__(f"{url}: forbidden by robots.txt", "robots")


class RobotsUnreachable(Refused):
    """The host's robots.txt could not be had: until it can, nothing may be asked for. *word* says why."""

    def __init__(self, url: str, word: str) -> None:
        super().__init__(f"{url}: robots.txt could not be had ({word})", word if word in _HOST_WORDS else "robots_unreachable")


@dataclass
class _File:
    """What is known of one host's file."""

    verdict: Verdict | None = None
    parser: Any = None
    word: str = ""
    """Why it could not be had."""


class RobotsMiddleware:
    """Asks each host for its file before its first page, and again when a day has passed."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        if not settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._agent: str = settings["ROBOTSTXT_USER_AGENT"] or settings["USER_AGENT"]
        self._patience_s = settings.getfloat("NEWSBOT_ROBOTS_PATIENCE_DAYS") * _DAY_S
        self._max_page_bytes = settings.getint("DOWNLOAD_MAXSIZE")
        self._parser_class = load_object(settings["ROBOTSTXT_PARSER"])
        self._files: dict[str, _File] = defaultdict(_File)
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._read: WeakKeyDictionary[Request, int] = WeakKeyDictionary()
        self._memory = _open_memory(crawler)
        self._is_shared = is_database(settings["NEWSBOT_STATE"])
        """Whether other workers may have asked meanwhile."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware with the crawler's settings ``USER_AGENT``, ``ROBOTSTXT_*`` and ``NEWSBOT_ROBOTS_PATIENCE_DAYS``."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.bytes_received, signals.bytes_received)
        crawler.signals.connect(middleware.response_downloaded, signals.response_downloaded)
        crawler.signals.connect(middleware.forget, signals.spider_closed)
        return middleware

    async def process_request(self, request: Request) -> None:
        """Let *request* pass.

        Raises:
            RobotsForbidden, RobotsUnreachable: it may not be asked for.
            Postponed: an article whose host's file cannot be had now, or a host that wants to be left alone.
        """
        if request.meta.get("dont_obey_robotstxt") or urlparse_cached(request).scheme not in ("http", "https"):
            return
        file = await self._file(request)
        assert file.verdict is not None
        if file.verdict.meaning == "unreachable":
            if request.meta.get("kind") == "article" and file.word != "private_address":
                raise Postponed(file.verdict.read_at + UNREACHABLE_S, "robots_unreachable", urlparse_cached(request).hostname)
            raise RobotsUnreachable(request.url, file.word)
        if file.parser is not None and not file.parser.allowed(request.url, self._agent):
            raise RobotsForbidden(request.url)

    def bytes_received(self, data: bytes, request: Request) -> None:
        """Read no more of a file than is parsed."""
        if request in self._read:
            self._read[request] += len(data)
            if self._read[request] > MAX_BYTES:
                raise StopDownload(fail=False)

    def response_downloaded(self, request: Request) -> None:
        """Bound what a packed file may unpack to; up to here it had no bound, so that a huge one is read in part."""
        if request.meta.get("robots_for") is not None:
            request.meta["download_maxsize"] = self._max_page_bytes

    async def _file(self, request: Request) -> _File:
        """The file for *request*, asked for where it is not known or has grown old; once, however many requests wait for it."""
        parts = urlparse_cached(request)
        key = f"{parts.scheme}://{parts.netloc}"
        async with self._locks[key]:
            file = self._files[key]
            if file.verdict is None or (self._is_shared and not file.verdict.is_fresh(time.time())):
                await self._recall(file, key, request)
            if file.verdict is None or not file.verdict.is_fresh(time.time()):
                await self._ask(file, Request(f"{key}/robots.txt", **self._manner(request)), request)
                self._remember(key, file)
        return file

    def _manner(self, request: Request) -> dict[str, Any]:
        meta = {"dont_obey_robotstxt": True, "robots_for": request.meta.get("source") or "", "download_maxsize": 0}
        return {"meta": meta, "priority": _PRIORITY, "headers": {"Accept-Encoding": "identity"}, "callback": NO_CALLBACK}

    async def _ask(self, file: _File, robots: Request, request: Request) -> None:
        self._read[robots] = 0
        try:
            assert self._crawler.engine is not None
            response = await self._crawler.engine.download_async(robots)
        except Postponed:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, the file could not be had
            file.word = failure_word(error)
            gone = file.word == "too_many_redirects"  # section 2.3.1.2
            file.verdict = Verdict("unavailable", time.time()) if gone else after_failure(file.verdict, time.time(), self._patience_s)
            return
        await self._take(file, response, request)

    async def _take(self, file: _File, response: Response, request: Request) -> None:
        meaning = meaning_of(response.status)
        if meaning == "unreachable":
            file.word = f"http_{response.status}"
            file.verdict = after_failure(file.verdict, time.time(), self._patience_s)
            return
        body = response.body[:MAX_BYTES] if meaning == "rules" else b""
        file.verdict, file.word = Verdict(meaning, time.time(), body), ""
        await self._parse(file, request)

    async def _parse(self, file: _File, request: Request) -> None:
        """Read the rules, and tell others of them: its delay is kept from the next request on."""
        assert file.verdict is not None
        file.parser = build_from_crawler(self._parser_class, self._crawler, file.verdict.body)
        await self._crawler.signals.send_catch_log_async(signals.robots_parsed, robotparser=file.parser, request=request)

    async def _recall(self, file: _File, key: str, request: Request) -> None:
        """Take up what an earlier run knew."""
        if self._memory is None:
            return
        try:
            known = self._memory.get(key)
            if known is not None:
                file.verdict = known if self._is_shared else known.to_be_asked_again()
        except StateError as error:
            self._give_up_memory(error)
        if file.verdict is not None and file.verdict.meaning != "unreachable":
            await self._parse(file, request)

    def _remember(self, key: str, file: _File) -> None:
        if self._memory is not None and file.verdict is not None:
            try:
                self._memory.put(key, file.verdict)
            except StateError as error:
                self._give_up_memory(error)

    def _give_up_memory(self, error: StateError) -> None:
        """Go on without: each host is asked anew, which is never wrong."""
        logger.warning("%s", error)
        self.forget()

    def forget(self) -> None:
        """Close the memory."""
        if self._memory is not None:
            self._memory.close()
            self._memory = None


def _open_memory(crawler: Crawler) -> RobotsMemory | None:
    try:
        place = place_of(crawler, "robots")
        return RobotsMemory(place) if place is not None else None
    except StateError as error:
        logger.warning("%s", error)
        return None
