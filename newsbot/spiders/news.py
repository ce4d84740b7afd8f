"""``scrapy crawl news``: from the lists of the configured sources to their articles' pages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Any, Final, Self
from urllib.parse import urljoin

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from newsbot.config import Config, load_config
from newsbot.discovery import FoundLink, belongs, is_allowed
from newsbot.discovery.feeds import NotAFeedError, read_feed
from newsbot.discovery.sections import find_article_links
from newsbot.discovery.sitemaps import ChildSitemap, NotASitemapError, find_sitemap_lines, read_sitemap
from newsbot.errors import Rejected
from newsbot.extractors.kinds import OPEN_STATUSES
from newsbot.failures import failure_word
from newsbot.items import DiscoveredBy
from newsbot.page import Page, RawPage
from newsbot.run import begin_run, require_known, utc_now
from newsbot.sources import Source
from newsbot.spiders.choice import choose_sources, require_user_agent
from newsbot.urls import host_of
from pipelines.tally import count

logger = logging.getLogger(__name__)

REFUSAL_BYTES: Final = 4096
"""A refusal (401, 402, 403, 451) of fewer bytes holds no open part of a story."""
MAX_CHILD_SITEMAPS: Final = 100
"""Sitemaps that are read of one index file, the newest first."""
MAX_SITEMAP_DEPTH: Final = 2
"""Index files within index files."""
_LIST_PRIORITY: Final = 10


class NewsSpider(Spider):
    """All enabled sources, or those of ``-a source=a,b``; ``-a out=DIR`` for an output and a memory of its own."""

    name = "news"

    def __init__(self, source: str | None = None, config: Config | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.config = config or load_config()
        self.chosen = choose_sources(self.config, source)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, out: str | None = None, **kwargs: Any) -> Self:
        """The spider for one run."""
        begin_run(crawler.settings, out)
        return super().from_crawler(crawler, *args, **kwargs)

    @classmethod
    def require_arguments(cls, config: Config, settings: BaseSettings, arguments: Mapping[str, str]) -> None:
        """Check what the user typed, before anything starts.

        Raises:
            UsageError: one line.
        """
        require_known(arguments, ("source", "out"))
        require_user_agent(choose_sources(config, arguments.get("source")), settings["USER_AGENT"])

    async def start(self) -> AsyncIterator[Request]:
        """The lists of all chosen sources."""
        for source in self.chosen:
            for request in self._lists(source):
                yield request

    async def parse_feed(self, response: Response) -> AsyncIterator[Request]:
        """Articles of an RSS or Atom feed."""
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
        try:
            feed = await asyncio.to_thread(read_feed, response.body, response.url, content_type)
        except NotAFeedError:
            self._count_list(response.request, "not_feed")
            return
        self._count_list(response.request)
        for request in self._articles(self._source(response), feed.links):
            yield request

    def parse_sitemap(self, response: Response, depth: int = 0) -> Iterator[Request]:
        """Articles, or further sitemaps, of a sitemap."""
        source = self._source(response)
        children: list[ChildSitemap] = []
        try:
            for entry in read_sitemap(response.body, response.url):
                if isinstance(entry, ChildSitemap):
                    children.append(entry)
                else:
                    yield from self._articles(source, [entry])
        except NotASitemapError:
            self._count_list(response.request, "not_sitemap")
            return
        self._count_list(response.request)
        if depth < MAX_SITEMAP_DEPTH:
            newest = sorted(children, key=lambda child: child.lastmod or "", reverse=True)[:MAX_CHILD_SITEMAPS]
            for child in newest:
                yield self._list(source, child.url, self.parse_sitemap, depth=depth + 1)

    def parse_section(self, response: Response) -> Iterator[Request]:
        """Articles that a page links to."""
        source = self._source(response)
        try:
            page = Page.parse(RawPage(response.url, response.body, headers=_headers(response)))
        except Rejected as refusal:
            self._count_list(response.request, refusal.code)
            return
        self._count_list(response.request)
        yield from self._articles(source, find_article_links(page, source))

    def parse_robots(self, response: Response) -> Iterator[Request]:
        """Sitemaps that ``robots.txt`` names, for a source that configures no list; its home page where there are none."""
        source = self._source(response)
        sitemaps = list(dict.fromkeys(find_sitemap_lines(response.body.decode("utf-8", "replace"), response.url)))
        for url in sitemaps[:MAX_CHILD_SITEMAPS]:
            yield self._list(source, url, self.parse_sitemap)
        if not sitemaps:
            yield self._list(source, source.homepage, self.parse_section)

    def parse_article(self, response: Response, rung: Any, found_at: str, date: str | None) -> Iterator[RawPage]:
        """The page, as it came."""
        source = response.meta["source"]
        if response.status in OPEN_STATUSES and len(response.body) < REFUSAL_BYTES:
            count(self.crawler.stats, "failed", source, f"http_{response.status}")
            return
        if not isinstance(response, HtmlResponse):
            count(self.crawler.stats, "failed", source, "not_html")
            return
        count(self.crawler.stats, "fetched", source)
        yield RawPage(
            response.url,
            response.body,
            fetched_at=utc_now(),
            source=source,
            status=response.status,
            headers=_headers(response),
            discovered_by=DiscoveredBy(rung, found_at, date),
        )

    def list_failed(self, failure: Failure) -> None:
        """A feed, sitemap or section page did not come."""
        self._count_list(failure.request, failure_word(failure.value))  # type: ignore[attr-defined]

    def robots_failed(self, failure: Failure) -> Iterator[Request]:
        """No ``robots.txt`` for a source that configures no list: its home page is the list."""
        source = self.config.sources[failure.request.meta["source"]]  # type: ignore[attr-defined]
        yield self._list(source, source.homepage, self.parse_section)

    def article_failed(self, failure: Failure) -> None:
        """An article's page did not come."""
        request, word = failure.request, failure_word(failure.value)  # type: ignore[attr-defined]
        count(self.crawler.stats, "failed", request.meta["source"], word)
        logger.debug("%s: %s: %s", request.meta["source"], request.url, word)

    def _lists(self, source: Source) -> Iterator[Request]:
        lists = source.discovery
        for url in lists.news_sitemaps + lists.sitemaps:
            yield self._list(source, url, self.parse_sitemap)
        for url in lists.feeds:
            yield self._list(source, url, self.parse_feed)
        for url in lists.sections:
            yield self._list(source, url, self.parse_section)
        if not (lists.news_sitemaps or lists.sitemaps or lists.feeds or lists.sections):
            robots = self._list(source, urljoin(source.homepage, "/robots.txt"), self.parse_robots)
            yield robots.replace(errback=self.robots_failed)

    def _list(self, source: Source, url: str, callback: Any, **values: Any) -> Request:
        return Request(
            url,
            callback=callback,
            errback=self.list_failed,
            headers=_language_header(source),
            meta={"source": source.id, "kind": "list", "list_host": host_of(url)},
            cb_kwargs=values,
            priority=_LIST_PRIORITY,
        )

    def _articles(self, source: Source, links: Iterable[FoundLink]) -> Iterator[Request]:
        """Requests for those of *links* that are new in this run and that the source wants."""
        for link in links:
            if not belongs(link.url, source) or not is_allowed(link.url, source):
                count(self.crawler.stats, "skipped", source.id, "denied" if belongs(link.url, source) else "offsite")
            else:
                yield from self._article(source, link)

    def _article(self, source: Source, link: FoundLink) -> Iterator[Request]:
        try:
            yield Request(
                link.url,
                callback=self.parse_article,
                errback=self.article_failed,
                headers=_language_header(source),
                meta={"source": source.id, "handle_httpstatus_list": sorted(OPEN_STATUSES)},
                cb_kwargs={"rung": link.rung, "found_at": link.found_at, "date": link.date},
            )
        except ValueError:
            count(self.crawler.stats, "failed", source.id, "bad_url")

    def _source(self, response: Response) -> Source:
        return self.config.sources[response.meta["source"]]

    def _count_list(self, request: Request | None, fault: str | None = None) -> None:
        assert request is not None
        source = request.meta["source"]
        if fault is None:
            count(self.crawler.stats, "list", source)
            return
        count(self.crawler.stats, "list_failed", source, fault)
        logger.warning("%s: %s: %s", source, request.url, fault)


def _headers(response: Response) -> dict[str, str]:
    return {name.decode("latin-1").lower(): b", ".join(values).decode("latin-1") for name, values in response.headers.items()}


def _language_header(source: Source) -> dict[str, str]:
    """``Accept-Language`` as the source has it, else its languages, the main one first; nothing where none is known."""
    weighted = [f"{language};q={max(1 - place / 10, 0.1):.1f}" if place else language for place, language in enumerate(source.languages)]
    value = source.politeness.accept_language or ", ".join(weighted)
    return {"Accept-Language": value} if value else {}
