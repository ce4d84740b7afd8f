"""Pages of sources with ``[render]`` are read as their scripts leave them.

The page itself is fetched like any other: paced, archived, counted. What its scripts ask for is fetched the same way, ``robots.txt``,
addresses and delays included, from the source's hosts alone; the browser has no other way out.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from functools import partial
from typing import Final, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.settings import BaseSettings

from newsbot.discovery import belongs
from newsbot.errors import Postponed
from newsbot.failures import Refused, failure_word
from newsbot.middlewares.archive import ArchiveMiddleware
from newsbot.rendering.browser import find_browser
from newsbot.rendering.kept import KeptScripts
from newsbot.rendering.renderer import Renderer
from newsbot.rendering.values import MB, Answer, Asked, Limits, RenderFailed, Visit
from newsbot.sources import Source
from newsbot.urls import host_of
from pipelines.tally import count

logger = logging.getLogger(__name__)

_KEPT_BYTES: Final = 64 * MB
_TYPE: Final = "text/html; charset=utf-8"


class RenderMiddleware:
    """Puts what a browser makes of an article's page in the place of the page."""

    def __init__(self, crawler: Crawler, sources: Mapping[str, Source], program: str) -> None:
        settings = crawler.settings
        self._crawler, self._sources = crawler, sources
        self._user_agent: str = settings["USER_AGENT"]
        self._renderer = Renderer(program, max(1, settings.getint("NEWSBOT_RENDER_TABS")), _limits(settings))
        self._scripts = KeptScripts(_KEPT_BYTES)
        crawler.signals.connect(self._renderer.close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The middleware of one run with the crawler's ``NEWSBOT_BROWSER`` and ``NEWSBOT_RENDER_*``.

        Raises:
            NotConfigured: no source needs it.
        """
        sources = {source.id: source for source in getattr(crawler.spider, "chosen", ()) if source.render.articles}
        program = find_browser(crawler.settings["NEWSBOT_BROWSER"] or "")
        if not sources or program is None:  # whether there is a browser was asked before the crawl began
            raise NotConfigured
        return cls(crawler, sources, program)

    def process_request(self, request: Request) -> None:
        """Mark a page that is to be rendered: the archive and the validators treat it differently."""
        if request.meta.get("kind") == "article" and request.meta["source"] in self._sources:
            request.meta["render"] = True

    async def process_response(self, request: Request, response: Response) -> Response:
        """The page as its scripts leave it, in the place of *response*, where that is to be.

        Raises:
            Refused: no page came of it; the word says why.
            Postponed: a host that its scripts ask wants to be left alone, or the run is being ended.
        """
        if "render" not in request.meta or response.status != 200 or not isinstance(response, HtmlResponse):
            return response
        source = self._sources[request.meta["source"]]
        visit = Visit(response.url, _answer(response), self._user_agent, next(iter(source.languages), None), source.timezone)
        try:
            markup = await self._renderer.render(visit, partial(self._fetch, source))
        except RenderFailed as error:
            if self._is_ending():
                raise Postponed(time.time(), "stopping") from error
            logger.info("%s: %s: %s", error.word, response.url, error)
            raise Refused(f"{response.url}: {error}", error.word) from error
        count(self._crawler.stats, "rendered", source.id)
        rendered = response.replace(body=markup.encode("utf-8", "replace"), headers=response.headers.copy(), encoding="utf-8")
        rendered.headers["Content-Type"] = _TYPE
        archive: ArchiveMiddleware | None = self._crawler.get_downloader_middleware(ArchiveMiddleware)
        if archive is not None:
            await archive.keep_rendering(request, rendered, _headers(rendered))
        return rendered

    async def _fetch(self, source: Source, asked: Asked) -> Answer | None:
        """What a script of *source* asks for, as the crawl itself would get it.

        Raises:
            Postponed: the host wants to be left alone.
        """
        if kept := self._scripts.find(asked.url):
            return kept
        if not (belongs(asked.url, source) or host_of(asked.url) in source.render.hosts):
            count(self._crawler.stats, "script_refused", source.id, "offsite")
            return None
        try:
            assert self._crawler.engine is not None
            response = await self._crawler.engine.download_async(_request(source, asked))
        except Postponed:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, the script does not get it
            count(self._crawler.stats, "script_refused", source.id, failure_word(error))
            return None
        answer = _answer(response)
        if asked.kind == "Script" and response.status == 200:
            self._scripts.keep(asked.url, answer)
        return answer

    def _is_ending(self) -> bool:
        engine = self._crawler.engine
        return engine is None or engine._slot is None or engine._slot.closing is not None


def _limits(settings: BaseSettings) -> Limits:
    memory_mb = settings.getint("NEWSBOT_RENDER_MEMORY_MB")
    return Limits(settings.getfloat("NEWSBOT_RENDER_TIMEOUT_S"), memory_mb=memory_mb, heap_mb=memory_mb // 4)


def _request(source: Source, asked: Asked) -> Request:
    """The host in ``list_host`` may be asked although it is not the source's, and redirected requests may not leave it."""
    meta = {"source": source.id, "kind": "script", "list_host": host_of(asked.url), "dont_retry": True}
    return Request(asked.url, headers=dict(asked.headers), meta=meta, callback=NO_CALLBACK, dont_filter=True)


def _headers(response: Response) -> dict[str, str]:
    return {name.decode("latin-1").lower(): b", ".join(values).decode("latin-1") for name, values in response.headers.items()}


def _answer(response: Response) -> Answer:
    return Answer(response.status, _headers(response), response.body)
