"""The run as people see it: progress on a terminal, one table at the end, and the same as JSON."""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path
from typing import Any, Self

from rich.console import Console
from rich.status import Status
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call

from newsbot.json_log import SUMMARY, is_json
from newsbot.run import utc_now
from newsbot.summary import SourceTally, as_json, as_wait, exit_code, table, tally

logger = logging.getLogger(__name__)

_PROGRESS_S = 0.5


class RunSummary:
    """Scrapy extension: shows progress, and leaves ``<out>/runs/<run id>.json``."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._console = Console(file=sys.stderr, soft_wrap=True)
        self._progress: tuple[Status, Any] | None = None
        self._started, self._began = utc_now(), (time.perf_counter(), time.process_time())
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The extension for one run."""
        return cls(crawler)

    def spider_opened(self) -> None:
        """Show progress, on a terminal; elsewhere the log tells it."""
        self._began = (time.perf_counter(), time.process_time())
        if self._console.is_terminal:
            status = self._console.status("starting")
            clock = create_looping_call(self._show, status)
            self._progress = (status, clock)
            status.start()
            clock.start(_PROGRESS_S, now=False)

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Print the table and write the file."""
        if self._progress:
            status, clock = self._progress
            clock.stop()
            status.stop()
        rows = tally(self._stats(), (source.id for source in getattr(spider, "chosen", ())))
        summary = {
            "run": self._crawler.settings["NEWSBOT_RUN_ID"],
            "spider": spider.name,
            "started_at": self._started,
            "finished_at": utc_now(),
            "seconds": round(time.perf_counter() - self._began[0], 3),
            "cpu_s": round(time.process_time() - self._began[1], 3),
            "reason": reason,
            "exit_code": exit_code(rows, reason),
            "sources": [as_json(row) for row in rows],
            "waits": [as_wait(wait) for wait in self._stats().get("newsbot/waits", ())],
        }
        is_told = self._tell(rows, summary)
        try:
            path = self._write(summary)
        except OSError as error:
            logger.error("runs: the summary cannot be written (%s)", error)
            return
        if is_told:
            self._console.print(f"{path.parent.parent / 'articles'}  (this run: {path})", highlight=False)

    def _tell(self, rows: list[SourceTally], summary: dict[str, Any]) -> bool:
        """Show the table; a log of JSON lines gets it as one of them, and nothing is shown."""
        if is_json(self._crawler.settings):
            logger.info("the run is over: %s", summary["reason"], extra={SUMMARY: summary})
            return False
        self._console.print(table(rows))
        return True

    def _write(self, summary: dict[str, Any]) -> Path:
        folder = Path(self._crawler.settings["NEWSBOT_OUT"]) / "runs"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{summary['run']}.json"
        part = path.with_suffix(".part")
        part.write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return part.rename(path)

    def _show(self, status: Status) -> None:
        rows = tally(self._stats())
        pages, articles = sum(row.fetched for row in rows), sum(row.usable for row in rows)
        failed = sum(sum(row.failed.values()) + sum(row.rejected.values()) for row in rows)
        status.update(f"{pages} pages, {articles} articles, {failed} rejected or failed")

    def _stats(self) -> dict[str, Any]:
        return dict(self._crawler.stats.get_stats())
