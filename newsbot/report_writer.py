"""Scrapy's way to :mod:`newsbot.report`: the report is made anew when a run ends."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from newsbot.errors import ManifestError, StateError
from newsbot.tables import is_database

logger = logging.getLogger(__name__)


class ReportWriter:
    """Scrapy extension: leaves ``<out>/report/index.html``, unless ``NEWSBOT_REPORT`` is off."""

    def __init__(self, crawler: Crawler) -> None:
        self._settings = crawler.settings
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The extension for one run.

        Raises:
            NotConfigured: ``NEWSBOT_REPORT`` is off, or the run keeps no memory, or is one worker of a fleet.
        """
        state = crawler.settings["NEWSBOT_STATE"]
        if not crawler.settings.getbool("NEWSBOT_REPORT") or not state or is_database(state):
            raise NotConfigured
        return cls(crawler)

    def spider_closed(self) -> None:
        """Write it. A report that cannot be made is said, and no reason for a run to fail."""
        from newsbot.report.files import write_index  # Jinja takes 0.1 s to load, which only the end of a run needs

        try:
            write_index(Path(self._settings["NEWSBOT_OUT"]), self._settings["NEWSBOT_STATE"])
        except (ManifestError, StateError, OSError) as error:
            logger.error("report: cannot be made (%s)", error)
