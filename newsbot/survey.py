"""A look at one site, for proposing a source file: its home page, what that and robots.txt announce, and some articles."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, Self
from urllib.parse import urljoin, urlsplit

from protego import Protego
from scrapy import Request, Spider, exceptions, signals
from scrapy.crawler import Crawler, CrawlerProcessBase
from scrapy.http import Response

from newsbot.config import Config
from newsbot.discovery import FoundLink, belongs
from newsbot.discovery.autodiscovery import Announced, find_linked_feeds, find_lists
from newsbot.discovery.feeds import NotAFeedError, read_feed
from newsbot.discovery.json_feed import load_json
from newsbot.discovery.list_texts import one_line
from newsbot.discovery.sections import find_article_links
from newsbot.discovery.sitemaps import NotASitemapError, find_sitemap_lines, newest_entries
from newsbot.discovery.wordpress import NotPostsError, posts_address, read_posts
from newsbot.errors import NewsbotError, Rejected
from newsbot.exchanges import raw_page, response_headers
from newsbot.extractors.metadata import read_metadata
from newsbot.extractors.site_names import site_names
from newsbot.failures import failure_word
from newsbot.items import Article
from newsbot.page import Page, RawPage, join_url
from newsbot.proposing.proposal import ListSeen, SiteSeen
from newsbot.run import begin_run, utc_now
from newsbot.sources import ZONES, Source
from newsbot.spiders.choice import require_user_agent
from newsbot.urls import host_of

logger = logging.getLogger(__name__)

_LISTS: Final = 8
"""Lists that are read of one site."""
_USUAL_SITEMAP: Final = "/sitemap.xml"
_CHILDREN: Final = 2
"""Sitemaps that are read of an index file, the newest."""
_FAULTS: Final = (
    exceptions.IgnoreRequest,
    exceptions.DownloadFailedError,
    exceptions.DownloadTimeoutError,
    exceptions.DownloadConnectionRefusedError,
    exceptions.DownloadCancelledError,
    exceptions.CannotResolveHostError,
    exceptions.ResponseDataLossError,
    exceptions.UnsupportedURLSchemeError,
    NewsbotError,
    ValueError,
)
"""Why a download may give no page."""
_KINDS: Final = {"feed": "feeds", "sitemap": "sitemaps", "wordpress": "wordpress", "section": "sections", "news_sitemap": "news_sitemaps"}


class SurveySpider(Spider):
    """Fetches one thing after another, as politely as a crawl; keeps what it saw in ``seen``."""

    name = "survey"

    def __init__(self, config: Config, source: Source, articles: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.config, self.chosen = config, (source,)
        self._source, self._wanted = source, articles
        self.seen = SiteSeen(source.homepage)
        self.faults: list[str] = []
        """What could not be fetched or read, one line each."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """The spider for one run, which keeps nothing."""
        begin_run(crawler.settings, None)
        return super().from_crawler(crawler, *args, **kwargs)

    async def start(self) -> AsyncIterator[RawPage]:
        """The pages of some articles; all else is kept in ``seen``."""
        home = await self._fetch(self._source.homepage, "home page")
        if home is None:
            return
        page = self._look_at_home(home)
        sitemaps = await self._look_at_robots()
        announced = [*(Announced("sitemap", url) for url in sitemaps), *(find_lists(page) if page else ())]
        lists = [one for wanted in announced[:_LISTS] async for one in self._read(wanted)]
        lists += [one for wanted in self._guessed(page, lists) async for one in self._read(wanted)]
        if page is not None and not any(one.articles for one in lists):
            lists.append(self._section(page))
        self.seen = replace(self.seen, lists=tuple(lists))
        for url in _choice(lists, self._wanted):
            response = await self._fetch(url, "article")
            if response is not None:
                yield RawPage(response.url, response.body, utc_now(), self._source.id, response.status, response_headers(response))

    def _guessed(self, page: Page | None, lists: list[ListSeen]) -> Iterator[Announced]:
        """Where lists lie on many sites, for the kinds that nothing announces: feeds that the page links to, and one sitemap."""
        known = {one.kind for one in lists}
        if page is not None and not known & {"feeds", "wordpress"}:
            yield from find_linked_feeds(page)
        if not known & {"sitemaps", "news_sitemaps"}:
            yield Announced("sitemap", urljoin(self._source.homepage, _USUAL_SITEMAP))

    def _look_at_home(self, response: Response) -> Page | None:
        try:
            page = Page.parse(raw_page(response))
        except Rejected as refusal:
            self.faults.append(f"{response.url}: {refusal}")
            return None
        links = (join_url(page.base_url, link.get("href", "")) for link in page.tree.iterfind(".//a[@href]"))
        own = tuple(dict.fromkeys(link for link in links if link and belongs(link, self._source)))
        told = [name for name in site_names(read_metadata(page)) if name.lower() not in host_of(response.url)]
        names = [*told, *page.tree.xpath("//title/text()")]
        locales = [page.tree.get("lang"), *page.tree.xpath("//meta[@property='og:locale']/@content")]
        self.seen = replace(self.seen, name=one_line(names[0]) if names else None, links=own, locales=tuple(filter(None, locales)))
        return page

    async def _look_at_robots(self) -> list[str]:
        """The sitemaps that robots.txt names; its delay is kept."""
        url = urljoin(self._source.homepage, "/robots.txt")
        response = await self._fetch(url, "robots.txt")
        if response is None:
            return []
        text = response.body.decode("utf-8", "replace")
        delay_s = Protego.parse(text).crawl_delay(str(self.crawler.settings["USER_AGENT"]))
        self.seen = replace(self.seen, crawl_delay_s=delay_s)
        return list(dict.fromkeys(find_sitemap_lines(text, url)))

    async def _read(self, wanted: Announced, depth: int = 0) -> AsyncIterator[ListSeen]:
        """The list *wanted* as it was read; of an index file its newest sitemaps."""
        if wanted.kind == "wordpress":
            await self._look_at_api(wanted.url)
        url = posts_address(wanted.url, 1) if wanted.kind == "wordpress" else wanted.url
        response = await self._fetch(url, wanted.kind)
        if response is None:
            return
        try:
            links, children, title = _entries(wanted.kind, response)
        except (NotAFeedError, NotASitemapError, NotPostsError) as error:
            self.faults.append(f"{url}: is no {wanted.kind} ({error})")
            return
        if links:
            yield replace(self._list(wanted, links), title=title)
        for child in children[:_CHILDREN] if depth == 0 else ():
            async for one in self._read(Announced("sitemap", child), depth + 1):
                yield one if one.kind == "news_sitemaps" else replace(one, url=wanted.url)

    async def _look_at_api(self, root: str) -> None:
        """The time zone that the WordPress API at *root* states."""
        response = await self._fetch(root, "WordPress API")
        told = load_json(response.body) if response is not None else None
        zone = told.get("timezone_string") if isinstance(told, dict) else None
        if zone in ZONES:
            self.seen = replace(self.seen, timezone=zone)

    def _list(self, wanted: Announced, links: list[FoundLink]) -> ListSeen:
        kind = "news_sitemap" if links[0].rung == "news_sitemap" else wanted.kind
        own = tuple(link.url for link in links if belongs(link.url, self._source))
        return ListSeen(_KINDS[kind], wanted.url, own, tuple(link.date for link in links if link.date))

    def _section(self, page: Page) -> ListSeen:
        links = tuple(link.url for link in find_article_links(page, self._source))
        return ListSeen("sections", self._source.homepage, links)

    async def _fetch(self, url: str, what: str) -> Response | None:
        """What is at *url*; ``None``, and a line in ``faults``, where it does not come."""
        assert self.crawler.engine is not None
        request = Request(url, meta={"source": self._source.id, "kind": "list", "list_host": urlsplit(url).hostname})
        try:
            response = await self.crawler.engine.download_async(request)
        except _FAULTS as error:
            self.faults.append(f"{url}: {what}: {failure_word(error)}")
            return None
        if response.status != 200:
            self.faults.append(f"{url}: {what}: http_{response.status}")
            return None
        return response


def survey(process: CrawlerProcessBase, config: Config, source: Source, articles: int) -> tuple[SiteSeen, list[str]]:
    """What the site of *source* shows, with *articles* of its articles; and what could not be read.

    Raises:
        UsageError: the user agent is still the sample, and the site is not on this machine.
    """
    crawler = process.create_crawler(SurveySpider)
    require_user_agent([source], crawler.settings["USER_AGENT"])
    found: list[Article] = []

    def keep(item: Article) -> None:
        found.append(item)

    crawler.signals.connect(keep, signals.item_scraped)
    process.crawl(crawler, config=config, source=source, articles=articles)
    process.start()
    spider = crawler.spider
    assert isinstance(spider, SurveySpider)
    return replace(spider.seen, articles=tuple(found)), spider.faults


def _entries(kind: str, response: Response) -> tuple[list[FoundLink], list[str], str | None]:
    """The articles and the further sitemaps that *response* names, and what it calls itself.

    Raises:
        NotAFeedError, NotASitemapError, NotPostsError: it is no such list.
    """
    if kind == "feed":
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
        feed = read_feed(response.body, response.url, content_type)
        return list(feed.links), [], feed.title
    if kind == "wordpress":
        return read_posts(response.body, response.url), [], None
    sitemap = newest_entries(response.body, response.url)
    return list(sitemap.links), [child.url for child in sitemap.children], None


def _choice(lists: Iterable[ListSeen], count: int) -> Iterator[str]:
    """The first addresses of the first list that names any, then of the others."""
    yield from list(dict.fromkeys(url for one in lists for url in one.articles))[:count]
