"""The end of a run that was asked to end: what is on its way is given a moment, what waits is given back."""

from __future__ import annotations

import logging
import os
import time
from typing import Any, Final, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call
from twisted.python.failure import Failure

from newsbot.errors import Postponed
from newsbot.summary import exit_code, tally

logger = logging.getLogger(__name__)

STOPPED: Final = "stopped"
"""What an address waits for that was given back."""
GRACE_S: Final = 4.0
"""Downloads that take longer are left; their addresses wait again."""
LIMIT_S: Final = 8.0
"""What is not over by then (a page that hangs in a worker) is left to the next run, as after a kill: SIGTERM ends a run within 10 s."""
_LOOK_S: Final = 0.2
_NOISY: Final = ("scrapy.core.engine", "scrapy.core.scraper", "twisted")
"""Loggers that print tracebacks about downloads which were left."""


class QuickEnd:
    """Scrapy extension. Scrapy itself would finish all downloads, with their delays, retries and timeouts."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._since: float | None = None
        self._left = False
        self._clock: Any = None
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The extension for one run."""
        return cls(crawler)

    def _opened(self) -> None:
        self._clock = create_looping_call(self._look)
        self._clock.start(_LOOK_S, now=False)

    def _closed(self) -> None:
        self._clock.stop()

    def _look(self) -> None:
        slot = self._engine._slot
        if slot is None or slot.closing is None:
            return
        self._since = self._since or time.monotonic()
        self._give_back_queued()
        spent_s = time.monotonic() - self._since
        if spent_s > LIMIT_S:
            self._end_now()
        elif spent_s > GRACE_S and not self._left:
            self._leave_downloads(slot)

    @property
    def _engine(self) -> Any:
        return self._crawler.engine

    def _give_back_queued(self) -> None:
        """Requests that wait for their host's delay are not made; their errbacks hear of it. Those for ``robots.txt`` have no lease."""
        for slot in self._engine.downloader.slots.values():
            queued = list(slot.queue)
            slot.queue.clear()
            for request, answer in queued:
                if "lease" in request.meta:
                    answer.errback(Failure(Postponed(time.time(), STOPPED)))  # type: ignore[no-untyped-call]
                else:
                    slot.queue.append((request, answer))

    def _leave_downloads(self, slot: Any) -> None:
        """Have Scrapy believe that all downloads are over."""
        self._left = True
        for name in _NOISY:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._engine.scheduler.abandon(STOPPED)
        slot.inprogress.clear()
        slot._maybe_fire_closing()

    def _end_now(self) -> None:
        """Store what is over and end the process; files of records are finished by the next run."""
        logger.warning("some pages were still worked on after %g s; they are left to the next run", LIMIT_S)
        self._clock.stop()
        scheduler, spider = self._engine.scheduler, self._crawler.spider
        scheduler.abandon(STOPPED)
        scheduler.close("shutdown")
        self._crawler.signals.disconnect(self._closed, signals.spider_closed)
        self._crawler.signals.send_catch_log(signals.spider_closed, spider=spider, reason="shutdown")
        os._exit(exit_code(tally(self._crawler.stats.get_stats()), "shutdown"))
