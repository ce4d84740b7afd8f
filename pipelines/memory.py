"""The steps with memory: which revision an article is, whether its deletion is news."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from newsbot.items import ArchivePointer, Deletion
from newsbot.urls import article_id
from pipelines.events import Event
from pipelines.finished import Finished
from pipelines.forgotten import forgotten_keys
from pipelines.revisions import Memory, Revision, differs, is_same_page, maker_of, memory_of, next_revision, record_of
from pipelines.state import State


class History:
    """Which revision an article is. A record is remembered when it is on the disk, never before: a killed run forgets the rest."""

    def __init__(self, path: Path) -> None:
        self._state = State(path)
        self._forgotten = forgotten_keys(path.parent)
        """Articles that were taken down here: whatever comes of them is no news."""
        self._unwritten: dict[str, Memory] = {}
        """Of records that are not on the disk yet."""
        self._renewed: dict[str, str] = {}
        """Articles that another extractor makes the same record of; stored with the next records."""

    def last(self, article_id: str) -> Memory | None:
        """What is remembered of an article, its record on the disk or about to be."""
        return self._unwritten.get(article_id) or self._state.last(article_id)

    def page_to_compare(self, article: Finished) -> ArchivePointer | None:
        """The page that is to be extracted anew before :meth:`judge`, to tell an edit from a change of ours; mostly none."""
        last = self.last(article.id)
        if last is None or last.deleted or is_same_page(article, last) or not differs(article, last):
            return None
        return last.archive

    def judge(self, article: Finished, old: Finished | None = None) -> Revision | None:
        """The revision that *article* is; ``None`` when nothing changed since its last record. *old* as :func:`next_revision` has it."""
        return self._judge(article, self.last(article.id), old)

    def judge_archived(self, article: Finished) -> Revision | None:
        """The same for the very page that its last record was made from: whatever differs is our doing, also after its deletion."""
        last = self.last(article.id)
        return self._judge(article, replace(last, deleted=False) if last else None, None)

    def judge_deletion(self, deletion: Deletion) -> Event | None:
        """The event that *deletion* is; ``None`` when the article never had a record, or its deletion is known."""
        last = self.last(deletion.id)
        if last is None or last.deleted:
            return None
        self._unwritten[deletion.id] = replace(last, deleted=True)
        return Event(deletion, last.revision)

    def remember(self, records: Iterable[dict[str, Any]], events: Iterable[dict[str, Any]] = ()) -> None:
        """Take *records* and *events* for written: they are on the disk. Being told twice is being told once."""
        stored, told = list(records), list(events)
        if stored or told or self._renewed:
            self._state.store(stored, told, self._renewed)
            self._renewed = {}
        for record in stored:
            self._forget(record["id"], (record["revision"], record["processing"]))
        for event in told:
            self._forget(event["id"], (event["last_revision"], math.inf))

    def close(self) -> None:
        """Release the file."""
        self._state.close()

    def _judge(self, article: Finished, last: Memory | None, old: Finished | None) -> Revision | None:
        if self._forgotten and not self._forgotten.isdisjoint((article.id, article_id(article.url))):
            return None
        known, made_by = article.id, maker_of(article.record)
        revision = next_revision(article, last, old)
        if revision is not None:
            self._unwritten[known] = memory_of(record_of(revision))
        elif last and last.extractor != made_by and known not in self._unwritten:
            self._renewed[known] = made_by
        return revision

    def _forget(self, article_id: str, written: tuple[int, float]) -> None:
        """Drop what is remembered of an article, unless a later record of it is on its way."""
        memory = self._unwritten.get(article_id)
        if memory is not None and (memory.revision, memory.processing) <= written:
            del self._unwritten[article_id]
