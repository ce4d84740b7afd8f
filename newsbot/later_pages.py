"""The further pages of a story that is printed over several addresses, fetched while its first one is in the pipelines.

They go through the downloader middlewares like all pages: hosts keep their pace, ``robots.txt`` is asked, the archive keeps what came. They
are no addresses of the frontier: a run that is killed meanwhile begins the story again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import Any, Final

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.http import HtmlResponse

from newsbot.errors import Postponed
from newsbot.exchanges import language_header, response_headers
from newsbot.failures import FAILURES, failure_word
from newsbot.items import ArchivePointer
from newsbot.page import RawPage
from newsbot.run import utc_now
from pipelines.tally import count

logger = logging.getLogger(__name__)

_OK: Final = 200


class FetchedPages:
    """Fetches with the crawler's downloader; counts ``later_page``, and ``later_page_failed`` by reason."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    async def of(self, first: RawPage, addresses: Sequence[str]) -> tuple[RawPage, ...]:
        """The pages at *addresses* that go on with *first*, up to the first one that does not come.

        Raises:
            DropItem: their host is to be left alone for a while; the story is to wait with them.
        """
        pages: list[RawPage] = []
        for address in addresses:
            response, word = await self._download(first, address)
            if not isinstance(response, HtmlResponse) or response.status != _OK:
                reason = word or (f"http_{response.status}" if response.status != _OK else "not_html")
                count(self._crawler.stats, "later_page_failed", first.source, reason)
                logger.info("%s: page %s of the story did not come: %s", first.url, address, reason)
                break
            count(self._crawler.stats, "later_page", first.source)
            pages.append(_page(response, first))
        return tuple(pages)

    async def _download(self, first: RawPage, address: str) -> tuple[Any, str | None]:
        """The response, or the word for why there is none."""
        spider: Any = self._crawler.spider
        source = spider.config.sources[first.source]
        if any(re.search(pattern, address) for pattern in source.articles.deny):
            return None, "denied"
        meta = {"source": source.id, "kind": "article", "part_of": first.url, "handle_httpstatus_all": True}
        assert self._crawler.engine is not None
        try:
            return await self._crawler.engine.download_async(Request(address, headers=language_header(source), meta=meta)), None
        except Postponed as error:
            raise DropItem(f"postponed: {error.reason}") from error
        except FAILURES as error:
            return None, failure_word(error)


def _page(response: HtmlResponse, first: RawPage) -> RawPage:
    place = response.meta.get("archive")
    return RawPage(
        response.url,
        response.body,
        fetched_at=response.meta.get("fetched_at") or utc_now(),
        source=first.source,
        status=response.status,
        headers=response_headers(response),
        archive=ArchivePointer(**place) if place else None,
        part_of=first.url,
    )
