"""Scrapy's way to :mod:`pipelines.record_files`."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Self

from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call
from twisted.python.failure import Failure

from newsbot.errors import OutputError, StateError, StateLost
from pipelines.events import Event
from pipelines.fleet import writer_of
from pipelines.fleet_files import FleetFiles
from pipelines.jsonl import MAX_AGE_S
from pipelines.record_files import RecordFiles
from pipelines.revisions import Revision
from pipelines.storage import storage_at
from pipelines.tally import count

logger = logging.getLogger(__name__)

CHECKPOINT_S: Final = 5.0
OUTPUT_FAILED: Final = "output_failed"
"""Why the spider was closed, when the output could not be written."""
records_due = object()
"""Scrapy signal: records are about to be called durable. Who holds what they point to brings it to the disk now, or raises."""
records_kept = object()
"""Scrapy signal, at every checkpoint before :data:`records_durable` and with the same ``records`` and ``events``: who remembers articles
stores that now. In a fleet it comes within the transaction that stores the records themselves, and again when that has failed."""
records_durable = object()
"""Scrapy signal, at every checkpoint: its ``records`` and ``events`` (perhaps none), in the order of writing, are on the disk now,
whatever happens. Those that a killed run left behind come once more when the next one begins."""


class WriterPipeline:
    """Scrapy shell of :class:`~pipelines.record_files.RecordFiles`: revisions in, records out, checkpoints on the way."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._writer = writer_of(crawler)
        self._files = self._open_files(Path(crawler.settings["NEWSBOT_OUT"]))
        self._clock: Any = None
        self._ending: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline with the crawler's settings ``NEWSBOT_OUT`` and ``NEWSBOT_RUN_ID``."""
        return cls(crawler)

    def _open_files(self, out: Path) -> RecordFiles | FleetFiles:
        if self._writer is None:
            return RecordFiles(out, self._crawler.settings["NEWSBOT_RUN_ID"], self._announce, self._prepare)
        storage = storage_at(self._crawler.settings["NEWSBOT_FEED"] or "", out)
        age_s = self._crawler.settings.getfloat("NEWSBOT_FILE_AGE_S", MAX_AGE_S)
        return FleetFiles(self._writer, storage, self._announce_within, self._prepare, age_s)

    def open_spider(self) -> None:
        """Finish what killed runs left behind, then start the clock of the checkpoints."""
        self._files.recover(time.time())
        self._clock = create_looping_call(self._checkpoint)
        self._clock.start(CHECKPOINT_S, now=False)

    def process_item(self, item: Revision | Event) -> dict[str, Any]:
        """Write the record of *item*, and return it.

        Raises:
            OutputError: it could not be written; the run ends.
        """
        with self._ending_run():
            line = self._files.write(item, time.time())
        if isinstance(item, Event):
            count(self._crawler.stats, "deleted", item.deletion.source)
        else:
            count(self._crawler.stats, "article", line["source"], item.kind)
        return line

    def close_spider(self) -> None:
        """A last checkpoint, then finished names; where the disk refuses, the next start finishes the files."""
        self._clock.stop()
        try:
            self._files.close(time.time())
        except (OutputError, StateError) as error:
            logger.error("%s", error)
            self._files.leave()

    def _checkpoint(self) -> None:
        with suppress(OutputError, StateError), self._ending_run():
            self._files.checkpoint(time.time())

    @contextmanager
    def _ending_run(self) -> Iterator[None]:
        """End the run, once and with one line, when the output cannot be written: nothing that came after would be kept."""
        try:
            yield
        except (OutputError, StateError) as error:
            if self._ending is None:
                logger.error("%s", error)
                assert self._crawler.engine is not None
                self._ending = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason=OUTPUT_FAILED))
            raise

    def _prepare(self) -> None:
        self._send(records_due)

    def _announce(self, records: list[dict[str, Any]], events: list[dict[str, Any]]) -> None:
        self._send(records_kept, records=records, events=events)
        self._send(records_durable, records=records, events=events)

    def _announce_within(self, records: list[dict[str, Any]], events: list[dict[str, Any]]) -> None:
        """:meth:`_announce` in a fleet: those that remember now, the others when all is stored."""
        assert self._writer is not None
        self._send(records_kept, dont_log=StateLost, records=records, events=events)
        self._writer.database.afterwards(lambda: self._send(records_durable, records=records, events=events))

    def _send(self, signal: object, **values: Any) -> None:
        """Send *signal*; a receiver that fails fails the checkpoint."""
        for receiver, answer in self._crawler.signals.send_catch_log(signal, **values):
            if isinstance(answer, StateLost):
                raise answer
            if isinstance(answer, Failure):
                raise OutputError(
                    f"{getattr(receiver, '__qualname__', receiver)} could not follow: {answer.getErrorMessage()}"
                ) from answer.value
