"""Records to durable JSON Lines files, one folder for each source and day."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Self

from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call

from pipelines.jsonl import JsonlWriter, finish_torn
from pipelines.records import record_line, to_record
from pipelines.revisions import Revision
from pipelines.tally import UNKNOWN_SOURCE, count

CHECKPOINT_RECORDS: Final = 200
CHECKPOINT_S: Final = 5.0
records_durable = object()
"""Scrapy signal: its ``records`` (in the order of writing) are on the disk now, whatever happens."""
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def folder_of(record: dict[str, Any]) -> str:
    """``<source>/<UTC day of fetch>``; ``_unknown`` and ``undated`` where there is none. Nothing that a page says gets into a path."""
    source, day = record["source"] or "", (record["fetched_at"] or "")[:10]
    return f"{source if _SOURCE.fullmatch(source) else UNKNOWN_SOURCE}/{day if _DAY.fullmatch(day) else 'undated'}"


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a finished file."""
    with path.open("rb") as lines:
        for line in lines:
            yield json.loads(line)


class WriterPipeline:
    """Scrapy shell of :class:`~pipelines.jsonl.JsonlWriter`: revisions in, records out, checkpoints on the way."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._folder = Path(crawler.settings["NEWSBOT_OUT"]) / "articles"
        self._writer = JsonlWriter(self._folder, crawler.settings["NEWSBOT_RUN_ID"])
        self._unsynced: list[dict[str, Any]] = []
        self._clock: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline with the crawler's settings ``NEWSBOT_OUT`` and ``NEWSBOT_RUN_ID``."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Finish what killed runs left, then start."""
        for path in finish_torn(self._folder):
            self._announce(list(read_records(path)))
        self._clock = create_looping_call(self.checkpoint)
        self._clock.start(CHECKPOINT_S, now=False)

    def process_item(self, item: Revision) -> dict[str, Any]:
        """Write the record of *item*, and return it."""
        record = to_record(item.article, item.revision, item.processing, item.change)
        if self._writer.is_full():
            self.checkpoint()
            self._writer.finish_oldest()
        self._writer.write(folder_of(record), record_line(record))
        self._unsynced.append(record)
        count(self._crawler.stats, "article", record["source"], item.kind)
        if len(self._unsynced) >= CHECKPOINT_RECORDS:
            self.checkpoint()
        return record

    def checkpoint(self) -> None:
        """Bring everything written to the disk, and say so."""
        if self._unsynced:
            self._writer.sync()
            self._announce(self._unsynced)
            self._unsynced = []

    def close_spider(self) -> None:
        """A last checkpoint, then finished names."""
        self._clock.stop()
        self.checkpoint()
        self._writer.finish()

    def _announce(self, records: list[dict[str, Any]]) -> None:
        self._crawler.signals.send_catch_log(records_durable, records=records)
