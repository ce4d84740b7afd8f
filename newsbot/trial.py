"""A crawl that writes nothing: for trying a source, and for looking at one page."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler, CrawlerProcessBase
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from newsbot.config import Config
from newsbot.discovery import FoundLink
from newsbot.items import Article
from newsbot.polite.credentials import require_credentials
from newsbot.rendering.browser import require_browser
from newsbot.run import nearest
from newsbot.sources import Discovery, Source
from newsbot.spiders.choice import require_user_agent
from newsbot.spiders.news import NewsSpider

SETTINGS: Final[dict[str, Any]] = {
    "LOG_LEVEL": "ERROR",
    "ITEM_PIPELINES": {"newsbot.offload.WholeArticles": 100},
    "EXTENSIONS": {"newsbot.run_summary.RunSummary": None},
    "NEWSBOT_STATE": "",
    "NEWSBOT_ARCHIVE": "",
    "CLOSESPIDER_TIMEOUT": 180,
}
"""What sets a trial apart from a crawl: no memory, no files, no summary, three minutes at most."""
_AD_HOC: Final = "trial"
_FEED_WORDS: Final = ("feed", "rss", "atom")


@dataclass(frozen=True)
class Trial:
    """What a trial found."""

    articles: list[Article] = field(default_factory=list)
    stats: dict[str, Any] = field(default_factory=dict)

    def counted(self, what: str) -> dict[str, int]:
        """Counts of *what* (``rejected``, ``failed``, ``list_failed``) by reason."""
        prefix = f"newsbot/{what}_count/"
        return {key.removeprefix(prefix): number for key, number in self.stats.items() if key.startswith(prefix)}


class OnePageSpider(NewsSpider):
    """Fetches the one address that it is given."""

    name = "one-page"

    def __init__(self, url: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._url = url

    async def start(self) -> AsyncIterator[Request]:
        """The page."""
        for request in self.article_requests(self.chosen[0], FoundLink(self._url, "section", self._url), None):
            yield request


def source_for(name: str, config: Config) -> tuple[Source, Config]:
    """The source called *name*, or claiming it as an address, else one made up for the address; and a configuration that knows it.

    Raises:
        UsageError: *name* is neither a source nor an address.
    """
    if name in config.sources:
        return config.sources[name], config
    if not name.startswith(("http://", "https://")):
        raise UsageError(f"{name}: is no source and no address; {nearest(name, config.sources)}", print_help=False)
    source = config.source_of(name) or _made_up(name)
    return source, replace(config, sources=MappingProxyType({**config.sources, source.id: source}))


def set_trial(settings: BaseSettings) -> None:
    """Put :data:`SETTINGS` over the project's, and under what the command line sets."""
    settings.setdict(SETTINGS, priority="spider")


def run_trial(process: CrawlerProcessBase, spider: type[NewsSpider], config: Config, source: Source, **arguments: Any) -> Trial:
    """Crawl *source* with *spider* until it ends; what came out.

    Raises:
        UsageError: the user agent is still the sample, and the source is not on this machine.
        SourceError: the environment lacks what the source needs to be let in.
    """
    crawler: Crawler = process.create_crawler(spider)
    require_user_agent([source], crawler.settings["USER_AGENT"])
    require_credentials([source], os.environ)
    require_browser([source], crawler.settings["NEWSBOT_BROWSER"])
    trial = Trial()

    def keep(item: Article) -> None:
        trial.articles.append(item)

    crawler.signals.connect(keep, signals.item_scraped)
    process.crawl(crawler, config=config, source=source.id, **arguments)
    process.start()
    trial.stats.update(crawler.stats.get_stats() if crawler.stats else {})
    return trial


def _made_up(url: str) -> Source:
    """A source for *url* alone: a feed or a sitemap by its name, else a page that lists articles."""
    path = urlsplit(url).path.lower()
    if "sitemap" in path:
        lists = Discovery(sitemaps=[url])
    elif any(word in path for word in _FEED_WORDS):
        lists = Discovery(feeds=[url])
    else:
        lists = Discovery(sections=[url])
    return Source(id=_AD_HOC, name=_AD_HOC, homepage=urljoin(url, "/"), discovery=lists)
