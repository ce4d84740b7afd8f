"""Scrapy's way to :mod:`pipelines.record_files`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Self

from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call

from pipelines.record_files import RecordFiles
from pipelines.revisions import Revision
from pipelines.tally import count

CHECKPOINT_S: Final = 5.0
records_durable = object()
"""Scrapy signal: its ``records``, in the order of writing, are on the disk now, whatever happens."""


class WriterPipeline:
    """Scrapy shell of :class:`~pipelines.record_files.RecordFiles`: revisions in, records out, checkpoints on the way."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        folder = Path(crawler.settings["NEWSBOT_OUT"]) / "articles"
        self._files = RecordFiles(folder, crawler.settings["NEWSBOT_RUN_ID"], self._announce)
        self._clock: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline with the crawler's settings ``NEWSBOT_OUT`` and ``NEWSBOT_RUN_ID``."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Finish what killed runs left behind, then start the clock of the checkpoints."""
        self._files.recover()
        self._clock = create_looping_call(self._files.checkpoint)
        self._clock.start(CHECKPOINT_S, now=False)

    def process_item(self, item: Revision) -> dict[str, Any]:
        """Write the record of *item*, and return it."""
        record = self._files.write(item)
        count(self._crawler.stats, "article", record["source"], item.kind)
        return record

    def close_spider(self) -> None:
        """A last checkpoint, then finished names."""
        self._clock.stop()
        self._files.close()

    def _announce(self, records: list[dict[str, Any]]) -> None:
        self._crawler.signals.send_catch_log(records_durable, records=records)
