"""``scrapy crawl news``: from the lists of the configured sources to their articles' pages."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.settings import BaseSettings
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from newsbot.config import Config, load_config
from newsbot.discovery import FoundLink
from newsbot.discovery.list_dates import instant_of
from newsbot.exchanges import NOT_MODIFIED, is_same, language_header, last_visit, response_headers
from newsbot.extractors.kinds import OPEN_STATUSES
from newsbot.failures import failure_word
from newsbot.items import ArchivePointer, Deletion, DiscoveredBy, FeedText
from newsbot.list_memory import ListMemory
from newsbot.page import RawPage
from newsbot.polite.credentials import require_credentials
from newsbot.rendering.browser import require_browser
from newsbot.run import begin_run, require_known, utc_now
from newsbot.sources import Source
from newsbot.spiders.bounds import Bounds
from newsbot.spiders.choice import choose_sources, require_user_agent
from newsbot.spiders.lists import ListReader
from newsbot.tables import Place, is_database, memory_place
from newsbot.urls import article_id
from newsbot.visits import recheck_s
from pipelines.fleet import place_of
from pipelines.forgotten import forgotten_keys
from pipelines.tally import count
from pipelines.writer import records_durable

logger = logging.getLogger(__name__)

REFUSAL_BYTES: Final = 4096
"""A refusal (401, 402, 403, 451) of fewer bytes holds no open part of a story."""
GONE: Final = frozenset((404, 410))


class NewsSpider(ListReader):
    """All enabled sources, or those of ``-a source=a,b``; ``-a out=DIR`` for an output and a memory of its own.

    ``-a since=``, ``-a until=`` for the articles of a span, ``-a max_pages=`` for so many pages.
    """

    name = "news"
    reads_on = True
    """A story that goes on at other addresses is fetched whole."""

    def __init__(self, source: str | None = None, config: Config | None = None, **kwargs: Any) -> None:
        bounds = {name: kwargs.pop(name, None) for name in ("since", "until", "max_pages")}
        super().__init__(**kwargs)
        self.config = config or load_config()
        self.chosen = choose_sources(self.config, source)
        self.bounds = Bounds.read(bounds)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, out: str | None = None, **kwargs: Any) -> Self:
        """The spider for one run."""
        begin_run(crawler.settings, out)
        spider = super().from_crawler(crawler, *args, **kwargs)
        if state := crawler.settings["NEWSBOT_STATE"]:
            spider.forgotten = spider._load_forgotten()
            if is_database(state):
                crawler.signals.connect(spider._share_memory, signals.spider_opened)
            else:
                spider._open_memory(memory_place(Path(crawler.settings["NEWSBOT_OUT"]), state, "lists"))
        return spider

    def begin_round(self, at: float) -> None:
        """Begin anew, for a worker that outlives a round: what was forgotten since is known."""
        super().begin_round(at)
        if hasattr(self, "crawler"):
            self.forgotten = self._load_forgotten()

    def _load_forgotten(self) -> frozenset[str]:
        state = self.settings["NEWSBOT_STATE"]
        return forgotten_keys(state if is_database(state) else Path(self.settings["NEWSBOT_OUT"]) / state)

    def _share_memory(self) -> None:
        if place := place_of(self.crawler, "lists"):
            self._open_memory(place)

    def _open_memory(self, place: Place) -> None:
        self.memory = ListMemory(place)
        self.crawler.signals.connect(self.memory.settle, records_durable)
        self.crawler.signals.connect(self.memory.close, signals.spider_closed)

    @classmethod
    def require_arguments(cls, config: Config, settings: BaseSettings, arguments: Mapping[str, str]) -> None:
        """Check what the user typed, before anything starts.

        Raises:
            UsageError, SourceError: one line.
        """
        require_known(arguments, ("source", "out", "since", "until", "max_pages"))
        Bounds.read(arguments)
        chosen = choose_sources(config, arguments.get("source"))
        require_user_agent(chosen, settings["USER_AGENT"])
        require_credentials(chosen, os.environ)
        require_browser(chosen, settings["NEWSBOT_BROWSER"])

    async def start(self) -> AsyncIterator[Request]:
        """The lists of all chosen sources; none where the scheduler names them itself, once for a fleet."""
        if getattr(getattr(self.crawler.engine, "scheduler", None), "names_lists", False):
            return
        for source in self.chosen:
            for request in self.list_requests(source):
                yield request

    def article_requests(self, source: Source, link: FoundLink, changed: float | None) -> Iterator[Request]:
        """The request for an article's page; none for an address that is none."""
        text = link.text
        try:
            yield Request(
                link.url,
                callback=self.parse_article,
                errback=self.article_failed,
                headers=language_header(source),
                meta={
                    "source": source.id,
                    "kind": "article",
                    "changed_at": changed,
                    "handle_httpstatus_list": [*sorted(OPEN_STATUSES), NOT_MODIFIED],
                },
                cb_kwargs={
                    "rung": link.rung,
                    "found_at": link.found_at,
                    "date": link.date,
                    "named_at": int(self._began),
                    "text": [text.start, text.letters, text.whole] if text else None,
                },
            )
        except ValueError:
            count(self.crawler.stats, "failed", source.id, "bad_url")

    def parse_article(self, response: Response, **found: Any) -> Iterator[RawPage]:
        """The page, as it came; nothing when it is the one that came last time."""
        source = response.meta["source"]
        response.meta["recheck_s"] = self._recheck_s(source, found)
        if is_same(response):
            count(self.crawler.stats, "not_modified", source)
        elif response.status in OPEN_STATUSES and len(response.body) < REFUSAL_BYTES:
            count(self.crawler.stats, "failed", source, f"http_{response.status}")
        elif not isinstance(response, HtmlResponse):
            count(self.crawler.stats, "failed", source, "not_html")
        else:
            count(self.crawler.stats, "fetched", source)
            yield _page(response, found)

    def article_failed(self, failure: Failure) -> Iterator[Deletion]:
        """An article's page did not come; one that was there and is gone is told."""
        request, word = failure.request, failure_word(failure.value)  # type: ignore[attr-defined]
        source, visit = request.meta["source"], last_visit(request.meta)
        request.meta["recheck_s"] = self._recheck_s(source, request.cb_kwargs)
        logger.debug("%s: %s: %s", source, request.url, word)
        status = failure.value.response.status if isinstance(failure.value, HttpError) else None
        if status not in GONE or not visit:
            count(self.crawler.stats, "failed", source, word)
            return
        count(self.crawler.stats, "gone", source)
        if visit["status"] not in GONE:
            first = (request.meta.get("redirect_urls") or [request.url])[0]
            yield Deletion(article_id(first), first, status, utc_now(), source)

    def _recheck_s(self, source: str, found: Mapping[str, Any]) -> float | None:
        """Seconds until the article is looked at again; by its age since publication, or since a list first named it."""
        own = self.config.sources[source].recheck.after_h
        hours = self.settings.getlist("NEWSBOT_RECHECK_HOURS") if own is None else own
        published = instant_of(found["date"]) if found["rung"] != "sitemap" else None
        now = time.time()
        born = min(published if published is not None else found["named_at"], now)
        return recheck_s(map(float, hours), now - born)


def _page(response: Response, found: Mapping[str, Any]) -> RawPage:
    text, place = found["text"], response.meta.get("archive")
    return RawPage(
        response.url,
        response.body,
        fetched_at=response.meta.get("fetched_at") or utc_now(),
        source=response.meta["source"],
        status=response.status,
        headers=response_headers(response),
        discovered_by=DiscoveredBy(found["rung"], found["found_at"], found["date"]),
        addresses=tuple(response.meta.get("redirect_urls", ())),
        feed_text=FeedText(*text) if text else None,
        archive=ArchivePointer(**place) if place else None,
    )
