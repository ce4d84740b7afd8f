"""Log lines about items: one line with the address, never a page's bytes."""

from __future__ import annotations

import logging
from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


class LineFormatter(LogFormatter):
    """Scrapy's log messages, with an item's address in the item's place."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:  # noqa: ARG002
        """An item went through all pipelines."""
        return {"level": logging.DEBUG, "msg": "Written: %(url)s", "args": {"url": address_of(item)}}

    def dropped(self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:  # noqa: ARG002
        """A pipeline dropped an item; it has counted it."""
        return {"level": logging.DEBUG, "msg": "Dropped: %(url)s: %(why)s", "args": {"url": address_of(item), "why": exception}}

    def item_error(self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:  # noqa: ARG002
        """A pipeline failed."""
        return {"level": logging.ERROR, "msg": "Error processing %(url)s", "args": {"url": address_of(item)}}


def address_of(item: Any) -> str:
    """The address of a raw page, an article, a revision or a record."""
    if isinstance(item, dict):
        return str(item.get("url"))
    return str(getattr(getattr(item, "article", item), "url", type(item).__name__))
