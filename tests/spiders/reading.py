"""A spider without a crawl: it is handed responses and says what it would ask for."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse
from scrapy.settings import Settings
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.statscollectors import MemoryStatsCollector
from twisted.python.failure import Failure

from newsbot.config import SHIPPED, load_config
from newsbot.sources import Source
from newsbot.spiders.news import NewsSpider

HOME = "https://town.example/"
CONFIG = load_config((SHIPPED,))


def spider_of(out: object = None, values: Mapping[str, Any] = MappingProxyType({}), **arguments: str) -> NewsSpider:
    """The spider of one source, ``town``, with *values* in its file; its memory in *out*, none without."""
    source = Source.model_validate({"id": "town", "name": "Town", "homepage": HOME, **values})
    settings = Settings({"NEWSBOT_STATE": "state" if out else "", "NEWSBOT_OUT": str(out), "NEWSBOT_RECHECK_HOURS": [1, 4]})
    crawler = Crawler(NewsSpider, settings)
    crawler.stats = MemoryStatsCollector(crawler)
    config = replace(CONFIG, sources=MappingProxyType({"town": source}))
    return NewsSpider.from_crawler(crawler, config=config, source="town", **arguments)


def first_requests(spider: NewsSpider) -> list[Request]:
    return list(spider.list_requests(spider.chosen[0]))


def answered(spider: NewsSpider, request: Request, body: bytes | str = b"", status: int = 200, **headers: str) -> list[Any]:
    """What *spider* makes of an answer to *request*."""
    content = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = HtmlResponse(request.url, status=status, headers=named, body=content, request=request)
    if status not in (200, *request.meta["handle_httpstatus_list"]):
        return failed(spider, request, HttpError(response, "no page"))
    return _all(request.callback(response, **request.cb_kwargs))


def failed(spider: NewsSpider, request: Request, error: Exception) -> list[Any]:
    failure = Failure(error)
    failure.request = request
    return _all(request.errback(failure) or [])


def counted(spider: NewsSpider) -> dict[str, Any]:
    """The counts so far."""
    return {key.removeprefix("newsbot/"): value for key, value in spider.crawler.stats.get_stats().items() if "/source/" not in key}


def paths(requests: list[Any]) -> list[str]:
    return [request.url.removeprefix(HOME.rstrip("/")) for request in requests]


def _all(outcome: Any) -> list[Any]:
    if not inspect.isasyncgen(outcome):
        return list(outcome)

    async def gathered() -> list[Any]:
        return [each async for each in outcome]

    return asyncio.run(gathered())
