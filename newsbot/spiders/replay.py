"""``scrapy crawl replay``: archived pages through the same extraction and pipelines, without any network."""

from __future__ import annotations

import asyncio
import glob
import logging
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from newsbot.archive import read_warc
from newsbot.config import Config, load_config
from newsbot.errors import ArchiveError
from newsbot.page import RawPage
from newsbot.run import begin_run, require_known
from pipelines.tally import count

logger = logging.getLogger(__name__)

_PAGES_PER_JOB: Final = 4
"""Pages in flight for each worker, so that memory stays flat however large the archive is."""


class ReplaySpider(Spider):
    """The pages of ``-a warc=PATH,...`` (globs too). Without ``-a out=DIR`` there is no memory: every record is revision 1."""

    name = "replay"
    custom_settings = {"SCHEDULER": "scrapy.core.scheduler.Scheduler"}  # it makes no requests

    def __init__(self, warc: str = "", config: Config | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.config = config or load_config()
        self._paths = find_archives(warc)
        self._room = asyncio.Semaphore(1)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, out: str | None = None, **kwargs: Any) -> Self:
        """The spider for one run."""
        begin_run(crawler.settings, out)
        crawler.settings.set("NEWSBOT_ARCHIVE", "", priority="spider")
        if not out:
            crawler.settings.set("NEWSBOT_STATE", "", priority="spider")
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider._room = asyncio.Semaphore((crawler.settings.getint("NEWSBOT_JOBS") or os.cpu_count() or 1) * _PAGES_PER_JOB)
        for done in (signals.item_scraped, signals.item_dropped, signals.item_error):
            crawler.signals.connect(spider._page_done, done)
        return spider

    @classmethod
    def require_arguments(cls, config: Config, settings: BaseSettings, arguments: Mapping[str, str]) -> None:  # noqa: ARG003
        """Check what the user typed, before anything starts.

        Raises:
            UsageError: one line.
        """
        require_known(arguments, ("warc", "out"))
        find_archives(arguments.get("warc", ""))

    async def start(self) -> AsyncIterator[RawPage]:
        """All pages of all archives, in order; an archive that breaks off is counted and left."""
        for path in self._paths:
            try:
                for raw in read_warc(path):
                    await self._room.acquire()
                    source = self.config.source_of(raw.url)
                    count(self.crawler.stats, "fetched", source.id if source else None)
                    yield replace(raw, source=source.id if source else None)
            except ArchiveError as error:
                count(self.crawler.stats, "archive_failed", None)
                logger.error("%s", error)

    def _page_done(self) -> None:
        self._room.release()


def find_archives(paths: str) -> tuple[Path, ...]:
    """The files that *paths* (``a.warc.gz,b/*.warc.gz``) names, in that order, each once.

    Raises:
        UsageError: one of them names no file.
    """
    found: dict[Path, None] = {}
    for pattern in filter(None, (part.strip() for part in paths.split(","))):
        names = [pattern] if Path(pattern).is_file() else sorted(glob.glob(pattern))  # noqa: PTH207  absolute patterns too
        files = [path for path in map(Path, names) if path.is_file()]
        if not files:
            raise UsageError(f"-a warc: there is no file {pattern}; check the path", print_help=False)
        found.update(dict.fromkeys(files))
    if not found:
        raise UsageError("-a warc: name at least one WARC file, such as -a warc=pages.warc.gz", print_help=False)
    return tuple(found)
