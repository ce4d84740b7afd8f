"""A round that nobody crawls for: the lists of all sources are named in the frontier, and workers that wait for work fetch them."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.statscollectors import StatsCollector

from newsbot.config import Config
from newsbot.frontier.fleet import FleetFrontier
from newsbot.polite.hosts import shared_host
from newsbot.run import new_run_id
from newsbot.spiders.news import NewsSpider
from newsbot.stored_requests import entry_of

_LEASE_S: Final = 60.0
"""Of no meaning here: nothing is leased."""


def seed(address: str, config: Config, sources: str | None, longest_s: float) -> tuple[int, int, int]:
    """Begin a round, unless the last one began less than *longest_s* ago, and name the lists of *sources* (``a,b``; default: all enabled).

    The number of the round, sources that were named in it now, and lists that will be fetched because of it.

    Raises:
        UsageError, StateError: one line.
    """
    spider = NewsSpider(source=sources, config=config)
    spider.crawler = Crawler(NewsSpider, Settings())
    spider.crawler.stats = StatsCollector(spider.crawler)
    with closing(FleetFrontier(address, f"seed {new_run_id()}", [source.id for source in spider.chosen], _LEASE_S)) as frontier:
        now = frontier.clock()
        with frontier.transaction():
            frontier.begin(now)
            named = frozenset(frontier.join_round(now, longest_s))
            requests = [request for source in spider.chosen if source.id in named for request in spider.list_requests(source)]
            namings = frontier.add((entry_of(request, spider, shared_host(request.url)) for request in requests), now)
        return frontier.round.number, len(named), sum(naming in ("new", "due") for naming in namings)
