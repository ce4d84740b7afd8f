"""The steps with memory: which revision an article is, whether its deletion is news."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from newsbot.items import ArchivePointer, Deletion
from newsbot.tables import Place
from newsbot.urls import article_id
from pipelines.events import Event
from pipelines.finished import Finished
from pipelines.fleet_writer import BusyError, FleetWriter
from pipelines.forgotten import forgotten_keys
from pipelines.revisions import Memory, Revision, differs, is_same_page, maker_of, memory_of, next_revision, record_of
from pipelines.state import State


class History:
    """Which revision an article is. A record is remembered when it is on the disk, never before: a killed run forgets the rest.

    In a fleet an article is one writer's from the decision that it is worth a record until that is stored.
    """

    def __init__(self, place: Place, writer: FleetWriter | None = None) -> None:
        self._state = State(place)
        self._writer = writer
        self._forgotten = forgotten_keys(place.parent if isinstance(place, Path) else place)
        """Articles that were taken down here: whatever comes of them is no news."""
        self._unwritten: dict[str, Memory] = {}
        """Of records that are not on the disk yet."""
        self._renewed: dict[str, str] = {}
        """Articles that another extractor makes the same record of; stored with the next records."""
        self._read: dict[str, Memory | None] = {}
        """What :meth:`page_to_compare` has just read, for :meth:`judge`: in a fleet each look goes over the network."""

    def last(self, article_id: str) -> Memory | None:
        """What is remembered of an article, its record on the disk or about to be."""
        return self._unwritten.get(article_id) or self._state.last(article_id)

    def page_to_compare(self, article: Finished) -> ArchivePointer | None:
        """The page that is to be extracted anew before :meth:`judge`, to tell an edit from a change of ours; mostly none."""
        last = self.last(article.id)
        self._read = {article.id: last} if self._writer else {}
        if last is None or last.deleted or is_same_page(article, last) or not differs(article, last):
            return None
        return last.archive

    def judge(self, article: Finished, old: Finished | None = None) -> Revision | None:
        """The revision that *article* is; ``None`` when nothing changed since its last record. *old* as :func:`next_revision` has it.

        Raises:
            BusyError: another writer of the fleet is at the article, or has just been; ask again, :meth:`page_to_compare` first.
        """
        read, self._read = self._read, {}
        return self._judge(article, read[article.id] if article.id in read else self.last(article.id), old)

    def judge_archived(self, article: Finished) -> Revision | None:
        """The same for the very page that its last record was made from: whatever differs is our doing, also after its deletion."""
        last = self.last(article.id)
        return self._judge(article, replace(last, deleted=False) if last else None, None)

    def judge_deletion(self, deletion: Deletion) -> Event | None:
        """The event that *deletion* is; ``None`` when the article never had a record, or its deletion is known.

        Raises:
            BusyError: as :meth:`judge`.
        """
        last = self.last(deletion.id)
        if last is None or last.deleted:
            return None
        self._claim(deletion.id, last)
        self._unwritten[deletion.id] = replace(last, deleted=True)
        return Event(deletion, last.revision)

    def remember(self, records: Iterable[dict[str, Any]], events: Iterable[dict[str, Any]] = ()) -> None:
        """Take *records* and *events* for written: they are on the disk. Being told twice is being told once."""
        stored, told = list(records), list(events)
        if stored or told or self._renewed:
            self._state.store(stored, told, self._renewed)
        self._state.afterwards(lambda: self._drop(stored, told))
        if self._writer:
            self._writer.release(self._over(stored, told))

    def give_up(self, article_id: str) -> None:
        """Nothing will be written of an article that was judged elsewhere (:class:`~pipelines.identity.Identities`)."""
        if self._writer and article_id not in self._unwritten:
            self._writer.release([article_id])

    def close(self) -> None:
        """Release the file or the connection."""
        self._state.close()

    def _judge(self, article: Finished, last: Memory | None, old: Finished | None) -> Revision | None:
        if self._is_forgotten(article):
            return None
        known, made_by = article.id, maker_of(article.record)
        revision = next_revision(article, last, old)
        if revision is not None:
            self._claim(known, last, [article_id(article.url)])
            if self._is_forgotten(article):
                return None
            self._unwritten[known] = memory_of(record_of(revision))
        elif last and last.extractor != made_by and known not in self._unwritten:
            self._renewed[known] = made_by
        return revision

    def _is_forgotten(self, article: Finished) -> bool:
        return bool(self._forgotten) and not self._forgotten.isdisjoint((article.id, article_id(article.url)))

    def _claim(self, known: str, judged_by: Memory | None, keys: Collection[str] = ()) -> None:
        """Have article *known* for this writer alone, as long as *judged_by* is still what is remembered of it.

        What was forgotten meanwhile under its id or one of *keys* is learned with it: who forgets an article claims it, too.
        """
        if self._writer is None or known in self._unwritten:
            return
        claimed_before = self._writer.holds(claim_of(known))
        self._writer.gain([claim_of(known)], known)
        wanted = (known, *keys)
        rows = self._writer.database.rows("SELECT key FROM forgotten WHERE key = ANY(?::text[])", (list(wanted),))
        self._forgotten |= {key for (key,) in rows}
        if not claimed_before and not _is_same(self._state.last(known), judged_by):
            self._writer.release([known])
            raise BusyError(known)

    def _over(self, records: list[dict[str, Any]], events: list[dict[str, Any]]) -> set[str]:
        """Articles of which nothing more is on its way."""
        told = [(record["id"], (record["revision"], record["processing"])) for record in records]
        told += [(event["id"], (event["last_revision"], math.inf)) for event in events]
        return {known for known, written in told if self._is_written(known, written)}

    def _drop(self, records: list[dict[str, Any]], events: list[dict[str, Any]]) -> None:
        """Drop what is remembered of articles, unless a later record of theirs is on its way."""
        self._renewed = {}
        for known in self._over(records, events):
            self._unwritten.pop(known, None)

    def _is_written(self, article_id: str, written: tuple[int, float]) -> bool:
        memory = self._unwritten.get(article_id)
        return memory is None or (memory.revision, memory.processing) <= written


def _is_same(now: Memory | None, judged_by: Memory | None) -> bool:
    return now == judged_by or (now is not None and replace(now, deleted=False) == judged_by)


def claim_of(article_id: str) -> bytes:
    """What a writer claims that is about to write of an article."""
    return b"id " + article_id.encode()
