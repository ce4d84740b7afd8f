"""From the lists of sources to requests for their articles: what is asked for, what is remembered, when a list is due again."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urljoin

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from newsbot.config import Config
from newsbot.discovery import FoundLink, belongs, is_allowed, is_trap
from newsbot.discovery.autodiscovery import find_lists
from newsbot.discovery.list_dates import instant_of
from newsbot.discovery.readings import Difference, Reading, difference, remember
from newsbot.discovery.sitemaps import find_sitemap_lines
from newsbot.errors import Rejected
from newsbot.exchanges import NOT_MODIFIED, is_same, language_header, raw_page
from newsbot.failures import failure_word
from newsbot.frontier import list_key
from newsbot.list_memory import ListMemory
from newsbot.page import Page
from newsbot.sources import Source
from newsbot.spiders.bounds import Bounds
from newsbot.spiders.ladder import Kind, Rung, ladder
from newsbot.spiders.list_readers import MAX_CHILD_SITEMAPS, Desk, FurtherList, Listing, NotAListError, changed_at, posts, read_list
from newsbot.urls import article_id, host_of, variant_key
from newsbot.visits import list_pause_s
from pipelines.tally import count

logger = logging.getLogger(__name__)

MAX_LISTS: Final = 1_000
"""Lists that are asked for in one run for one source."""
_DAY_S: Final = 86_400.0
_LIST_PRIORITY: Final = 10


class ListReader(Spider):
    """What spiders share that read the lists of sources; what becomes of a link to an article is theirs (:meth:`article_requests`)."""

    config: Config
    bounds: Bounds = Bounds()
    memory: ListMemory | None = None
    """``None``: nothing is known of earlier readings."""
    forgotten: frozenset[str] = frozenset()
    """:func:`newsbot.urls.article_id` of addresses that are never to be fetched again (``scrapy forget``)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.begin_round(time.time())

    def begin_round(self, at: float) -> None:
        """Begin anew: lists are asked for again. *at*, seconds since the epoch; what changed is visited where it was not since."""
        self._began = at
        self._asked: Counter[str] = Counter()
        self._fruitful: set[str] = set()
        self._fallen: set[tuple[str, int]] = set()

    def article_requests(self, source: Source, link: FoundLink, changed: float | None) -> Iterator[Request]:
        """What is to be asked for because of *link*; *changed*: when the article changed last, as its list says."""
        raise NotImplementedError

    def list_requests(self, source: Source) -> Iterator[Request]:
        """The lists that *source* configures; its ``robots.txt``, where it configures none."""
        lists = source.discovery
        rungs: list[Rung] = [
            ("sitemap", [*lists.news_sitemaps, *lists.sitemaps]),
            ("feed", lists.feeds),
            ("wordpress", lists.wordpress),
            ("section", lists.sections),
        ]
        if any(urls for _, urls in rungs):
            for rung in rungs:
                yield from self._rung(source, rung)
        else:
            robots = self._request(source, urljoin(source.homepage, "/robots.txt"))
            yield robots.replace(callback=self.parse_robots, errback=self.robots_failed)

    def wants_whole(self, request: Request) -> bool:
        """Whether a list must be read though its server may say that it has not changed: something else may have."""
        if request.meta.get("kind") != "list":
            return False
        last = self.memory.last(_key(request)) if self.memory else None
        return self.bounds.is_back_fill or last is None or last.terms != terms_of(self._source(request))

    async def parse_list(self, response: Response, kind: Kind, place: Mapping[str, Any]) -> AsyncIterator[Request]:
        """Everything that a list leads to."""
        request, source = _request_of(response), self._source(_request_of(response))
        if is_same(response) and not self.wants_whole(request):
            self._unmodified(response)
            return
        try:
            listing = await asyncio.to_thread(read_list, kind, raw_page(response), place, Desk(source, self.bounds))
        except NotAListError as error:
            self._count_list(request, error.word)
            for fallen in self._fall(request):
                yield fallen
            return
        self._count_list(request)
        for found in self._named(response, source, listing):
            yield found

    def parse_robots(self, response: Response) -> Iterator[Request]:
        """The home page of a source that configures no list, with the sitemaps that its ``robots.txt`` names in mind."""
        sitemaps = list(dict.fromkeys(find_sitemap_lines(response.body.decode("utf-8", "replace"), response.url)))
        yield self._home(_request_of(response), sitemaps[:MAX_CHILD_SITEMAPS])

    def robots_failed(self, failure: Failure) -> Iterator[Request]:
        """No ``robots.txt``: the home page alone tells."""
        yield self._home(failure.request, [])  # type: ignore[attr-defined]

    async def parse_home(self, response: Response, sitemaps: list[str]) -> AsyncIterator[Request]:
        """The first rung of the lists that ``robots.txt`` and the home page name; the page itself where they name none."""
        try:
            announced = list(find_lists(Page.parse(raw_page(response))))
        except Rejected:
            announced = []
        rungs = ladder(sitemaps, announced, self._source(_request_of(response)).homepage, self.bounds)
        if rungs[0][0] != "section":
            for request in self._climb(_request_of(response), rungs):
                yield request
            return
        async for request in self.parse_list(response, "section", {}):
            yield request

    def home_failed(self, failure: Failure) -> Iterator[Request]:
        """No home page: the sitemaps that ``robots.txt`` names are left."""
        request = failure.request  # type: ignore[attr-defined]
        self._count_list(request, failure_word(failure.value))
        yield from self._climb(request, ladder(request.cb_kwargs["sitemaps"], [], request.url, self.bounds)[:-1])

    def list_failed(self, failure: Failure) -> Iterator[Request]:
        """A list did not come."""
        request = failure.request  # type: ignore[attr-defined]
        self._count_list(request, failure_word(failure.value))
        yield from self._fall(request)

    # What comes of a list that was read

    def _named(self, response: Response, source: Source, listing: Listing) -> Iterator[Request]:
        request = _request_of(response)
        last = self.memory.last(_key(request)) if self.memory else None
        entries = remember(listing.links)
        told = difference(last.entries if last else (), entries)
        for child in listing.children:
            yield from self._further(source, child)
        if listing.following and told.new == len(entries) > 0:
            yield from self._further(source, listing.following)
        yield from self._articles(source, listing.links, told)
        yield from self._articles(source, self._vanished(response, listing, told), told)
        if listing.links or listing.children:
            self._fruitful.add(source.id)
        else:
            yield from self._fall(request)
        news_at = self._began if told.new or last is None else last.news_at
        # an index may stay what it is while the sitemaps that it names do not: it is read whole every time
        terms = "" if listing.children else terms_of(source)
        self._read(response, Reading(entries, news_at, listing.interval_s, listing.hubs, terms))

    def _vanished(self, response: Response, listing: Listing, told: Difference) -> Iterator[FoundLink]:
        """Articles that were taken out of the list: they may be gone."""
        rung = listing.links[0].rung if listing.links else "section"
        if rung != "section" and not self.bounds.is_back_fill:  # front pages drop stories all day long
            yield from (FoundLink(url, rung, response.url) for url in told.vanished)

    def _unmodified(self, response: Response) -> None:
        """The list is what it was."""
        request = _request_of(response)
        last = self.memory.last(_key(request)) if self.memory else None
        self._count_list(request)
        count(self.crawler.stats, "list_not_modified", request.meta["source"])
        if last is not None:
            self._fruitful.add(request.meta["source"])
            self._read(response, last)

    def _read(self, response: Response, reading: Reading) -> None:
        """Remember *reading*, and leave the list alone for as long as its rhythm allows."""
        changed = response.meta.get("changed_at") if response.meta.get("rest") is None else None
        is_old = changed is not None and self._began - changed > _DAY_S  # its index tells when it changes
        pause = _DAY_S if is_old else list_pause_s(reading.interval_s, self._began - reading.news_at)
        if pause:
            response.meta["recheck_s"] = pause
        if self.memory is not None:
            self.memory.store(_key(_request_of(response)), reading)

    def _articles(self, source: Source, links: Iterable[FoundLink], told: Difference) -> Iterator[Request]:
        """Requests for those of *links* that the source and the run want, variants of one address once."""
        seen: set[str] = set()
        for link in links:
            refusal = self._refusal(source, link)
            if refusal is not None:
                count(self.crawler.stats, "skipped", source.id, refusal)
            elif (key := variant_key(link.url)) not in seen:
                seen.add(key)
                otherwise = link.url in told.changed or link.url in told.vanished
                yield from self.article_requests(source, link, self._began if otherwise else instant_of(link.updated))

    def _refusal(self, source: Source, link: FoundLink) -> str | None:
        if self.forgotten and article_id(link.url) in self.forgotten:
            return "forgotten"
        if not belongs(link.url, source):
            return "offsite"
        if not is_allowed(link.url, source):
            return "denied"
        if is_trap(link.url):
            return "trap"
        return None if self.bounds.want(link) else "out_of_span"

    # From list to list

    def _climb(self, request: Request, rungs: list[Rung]) -> Iterator[Request]:
        """The lists of the first of *rungs*, with the others in mind."""
        if rungs:
            yield from self._rung(self._source(request), rungs[0], rungs[1:])

    def _fall(self, request: Request) -> Iterator[Request]:
        """The next rung, once, when nothing has come of this one."""
        source, rest = request.meta["source"], request.meta.get("rest") or []
        if rest and source not in self._fruitful and (source, len(rest)) not in self._fallen:
            self._fallen.add((source, len(rest)))
            yield from self._climb(request, rest)

    def _rung(self, source: Source, rung: Rung, rest: list[Rung] | None = None) -> Iterator[Request]:
        kind, urls = rung
        for url in urls:
            further = posts(url, 1, self.bounds) if kind == "wordpress" else FurtherList(kind, url)
            # the home page was asked for already, for what it announces
            again = time.time() if kind == "section" and rest is not None else None
            yield from self._further(source, further, again, rest)

    def _further(
        self, source: Source, further: FurtherList, changed: float | None = None, rest: list[Rung] | None = None
    ) -> Iterator[Request]:
        self._asked[source.id] += 1
        if self._asked[source.id] > MAX_LISTS:
            count(self.crawler.stats, "skipped", source.id, "too_many_lists")
            return
        request = self._request(source, further.url)
        request.cb_kwargs.update(kind=further.kind, place=dict(further.place))
        request.meta.update(changed_at=changed or changed_at(further), rest=rest)
        yield request

    def _home(self, request: Request, sitemaps: list[str]) -> Request:
        source = self._source(request)
        home = self._request(source, source.homepage)
        return home.replace(callback=self.parse_home, errback=self.home_failed, cb_kwargs={"sitemaps": sitemaps})

    def _request(self, source: Source, url: str) -> Request:
        return Request(
            url,
            callback=self.parse_list,
            errback=self.list_failed,
            headers=language_header(source),
            meta={"source": source.id, "kind": "list", "list_host": host_of(url), "handle_httpstatus_list": [NOT_MODIFIED]},
            priority=_LIST_PRIORITY,
        )

    def _source(self, request: Request) -> Source:
        return self.config.sources[request.meta["source"]]

    def _count_list(self, request: Request, fault: str | None = None) -> None:
        source = request.meta["source"]
        if fault is None:
            count(self.crawler.stats, "list", source)
            return
        count(self.crawler.stats, "list_failed", source, fault)
        logger.warning("%s: %s: %s", source, request.url, fault)


def terms_of(source: Source) -> str:
    """What *source* wants of its lists, as a short mark that changes with it."""
    wanted = f"{source.articles.model_dump_json()} {sorted(source.all_hosts)}"
    return hashlib.sha256(wanted.encode()).hexdigest()[:12]


def _key(request: Request) -> str:
    """The list's key: that of its lease, since a redirect changes the address."""
    return str(request.meta.get("lease") or list_key(request.url))


def _request_of(response: Response) -> Request:
    assert response.request is not None
    return response.request
