"""The steps with memory, one after the other, without Scrapy: the same as in a crawl, for pages that lie in the archive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from newsbot.items import ArchivePointer
from newsbot.tables import Place, memory_place
from pipelines.finished import Finished
from pipelines.fleet_writer import FleetWriter
from pipelines.identity import PART as IDENTITIES
from pipelines.identity import Duplicate, Identities
from pipelines.memory import History
from pipelines.neighbours import PART as NEIGHBOURS
from pipelines.neighbours import Neighbours
from pipelines.revisions import Memory, Revision, page_of
from pipelines.state import history_path

ExtractArchived = Callable[[ArchivePointer, str | None], Finished | None]
"""The article of an archived page of a source as today's extractor reads it; ``None`` when the page is gone, or no article any more."""


class MemorySteps:
    """Who an article is, which revision, whose copy. Remembers a record when it is on the disk, never before."""

    def __init__(self, out: Path, state: str, duplicate_days: int, extract: ExtractArchived, writer: FleetWriter | None = None) -> None:
        def place(name: str) -> Place:
            return writer.database if writer else memory_place(out, state, name)

        self._extract = extract
        self._history = History(writer.database if writer else history_path(out, state), writer)
        self._identities = Identities(place(IDENTITIES), writer)
        self._neighbours = Neighbours(place(NEIGHBOURS), duplicate_days, writer) if duplicate_days else None

    def judge(self, article: Finished) -> Revision | str:
        """The revision that an archived *article* is, or in one word why it is none.

        ``superseded``: its last record was made from a later page; ``duplicate``: its source tells the text under another address;
        ``unchanged``: its last record says the same.

        Raises:
            BusyError: another writer of the fleet is at the article; ask again.
        """
        judged = self._identities.judge(article)
        if isinstance(judged, Duplicate):
            return "duplicate"
        last = self._history.last(judged.id)
        if last is not None and is_superseded(page_of(judged.record), judged.record["fetched_at"], last):
            self._history.give_up(judged.id)
            return "superseded"
        revision = self._revision(judged, last)
        if revision is None:
            self._history.give_up(judged.id)
            return "unchanged"
        return self._neighbours.judge(revision) if self._neighbours else revision

    def remember(self, records: list[dict[str, Any]], events: list[dict[str, Any]]) -> None:
        """Take *records* and *events* for written."""
        self._history.remember(records, events)
        self._identities.remember(records)
        if self._neighbours and records:
            self._neighbours.remember(records)

    def close(self) -> None:
        """Release the files."""
        self._history.close()
        self._identities.close()
        if self._neighbours:
            self._neighbours.close()

    def _revision(self, article: Finished, last: Memory | None) -> Revision | None:
        if last is not None and last.archive is not None and last.archive == page_of(article.record):
            return self._history.judge_archived(article)
        pointer = self._history.page_to_compare(article)
        return self._history.judge(article, self._extract(pointer, article.source) if pointer else None)


def is_superseded(page: ArchivePointer | None, fetched_at: str | None, last: Memory) -> bool:
    """Whether the last record of an article was made from a page other than *page*, and not from an earlier one."""
    if page is not None and page == last.archive:
        return False
    return fetched_at is not None and last.fetched_at is not None and fetched_at <= last.fetched_at
