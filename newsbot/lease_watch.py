"""What Scrapy tells of leased requests, passed on to :class:`newsbot.frontier.in_hand.InHand`."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from newsbot.errors import Postponed, StateLost
from newsbot.failures import failure_word
from newsbot.frontier import Lease
from newsbot.frontier.in_hand import Answer, InHand

LASTING: Final = frozenset({"robots", "bad_url", "too_many_redirects", "too_large"})
"""Failures that trying again soon would not mend: the address is done, as after a 404."""
BUSY_S: Final = 30.0
"""An article that another worker is at is looked at again after so long."""
_PASSING_STATUSES: Final = frozenset({408, 425, 429})
_PAGE_FAILURES: Final = frozenset({"timeout", "worker_died", "memory", "busy"})
"""Why a page was dropped that is to be tried again before it is given up."""


class LeaseWatch:
    """Listens to Scrapy's signals, and passes on which hosts are to be left alone until when and why (*hold_host*)."""

    def __init__(self, crawler: Crawler, in_hand: InHand, now: Callable[[], float], hold_host: Callable[[str, float, str], None]) -> None:
        self._in_hand, self._now, self._hold_host = in_hand, now, hold_host
        for receiver, signal in (
            (self._answered, signals.response_received),
            (self._scraped, signals.item_scraped),
            (self._dropped, signals.item_dropped),
            (self._item_failed, signals.item_error),
            (self._spider_failed, signals.spider_error),
        ):
            crawler.signals.connect(receiver, signal)

    def watched(self, request: Request, lease: Lease) -> Request:
        """*request* with its lease's key, what is known of the last visit, and an errback that tells us first."""
        request.meta["lease"] = lease.key
        if lease.visit is not None:
            visit = lease.visit
            request.meta["visit"] = {name: getattr(visit, name) for name in visit.__slots__}
        request.errback = partial(self._failed, request.errback)
        return request

    def _failed(self, errback: Callable[[Failure], Any] | None, failure: Failure) -> Any:
        """No page came. A postponed one is no failure, and the spider hears nothing of it."""
        error, key = failure.value, failure.request.meta["lease"]  # type: ignore[attr-defined]
        if isinstance(error, Postponed):
            self._postpone(key, error)
            return None
        if not _is_lasting(error):
            self._in_hand.failed(key, failure_word(error))
        return errback(failure) if errback else failure

    def _postpone(self, key: str, error: Postponed) -> None:
        until = error.until - time.time() + self._now()  # by the clock of the frontier
        self._in_hand.postponed(key, max(until, self._now() + 1), error.reason)
        if error.host:
            self._hold_host(error.host, until, error.reason)

    def _answered(self, response: Response, request: Request) -> None:
        if key := request.meta.get("lease"):
            etag, modified = (_header(response, name) for name in ("ETag", "Last-Modified"))
            digest = hashlib.sha256(response.body).hexdigest()[:32]
            self._in_hand.answered(key, Answer(self._now(), response.status, etag, modified, digest))

    def _scraped(self, response: Response | Failure | None) -> None:
        if key := _key(response):
            self._in_hand.wrote(key)

    def _dropped(self, response: Response | Failure | None, exception: Exception) -> None:
        if key := _key(response):
            code = str(exception).partition(":")[0]
            if isinstance(exception.__cause__, Postponed):  # a later page of its story
                self._postpone(key, exception.__cause__)
            elif code in _PAGE_FAILURES:
                self._in_hand.failed(key, code)
            elif code == "busy":  # another worker of a fleet is at the same article: known by then what comes of that
                self._in_hand.postponed(key, self._now() + BUSY_S, code)
            elif code == "unchanged":
                self._in_hand.found_unchanged(key)

    def _item_failed(self, response: Response | Failure | None, failure: Failure) -> None:
        """A page whose memory was out of reach is no failure of its own."""
        if key := _key(response):
            if isinstance(failure.value, StateLost):
                self._in_hand.postponed(key, self._now() + BUSY_S, "state_lost")
            else:
                self._in_hand.failed(key, "pipeline_error")

    def _spider_failed(self, response: Response | Failure | None) -> None:
        if key := _key(response):
            self._in_hand.failed(key, "spider_error")


def _is_lasting(error: BaseException | None) -> bool:
    if isinstance(error, HttpError):
        return error.response.status < 500 and error.response.status not in _PASSING_STATUSES
    return failure_word(error) in LASTING


def _key(response: Response | Failure | None) -> str | None:
    """The lease that *response* was fetched under."""
    request: Request | None = getattr(response, "request", None)
    return request.meta.get("lease") if request is not None else None


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1")[:500] if value else None
