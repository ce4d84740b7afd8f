"""Revisions to durable files of records, one folder for each source and day."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from pipelines.jsonl import JsonlWriter, finish_torn
from pipelines.records import record_line, to_record
from pipelines.revisions import Revision

CHECKPOINT_RECORDS: Final = 200
UNKNOWN_SOURCE: Final = "_unknown"
"""Stands for "no source claims the host", in folders and in counts."""
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def folder_of(record: dict[str, Any]) -> str:
    """``<source>/<UTC day of fetch>``; ``_unknown`` and ``undated`` where there is none. Nothing that a page says gets into a path."""
    source, day = record["source"] or "", (record["fetched_at"] or "")[:10]
    return f"{source if _SOURCE.fullmatch(source) else UNKNOWN_SOURCE}/{day if _DAY.fullmatch(day) else 'undated'}"


class RecordFiles:
    """The records of one run below *folder*. *durable* is told of records, in order, as soon as they are safely on the disk."""

    def __init__(self, folder: Path, run_id: str, durable: Callable[[list[dict[str, Any]]], object]) -> None:
        self._folder, self._durable = folder, durable
        self._writer = JsonlWriter(folder, run_id)
        self._unsynced: list[dict[str, Any]] = []

    def recover(self) -> None:
        """Finish what killed runs left behind, and tell of its records."""
        for path in finish_torn(self._folder):
            self._durable(list(_records(path)))

    def write(self, revision: Revision) -> dict[str, Any]:
        """Write the record of *revision*, and return it."""
        record = to_record(revision.article, revision.revision, revision.processing, revision.change)
        if self._writer.is_full():
            self.checkpoint()
            self._writer.finish_oldest()
        self._writer.write(folder_of(record), record_line(record))
        self._unsynced.append(record)
        if len(self._unsynced) >= CHECKPOINT_RECORDS:
            self.checkpoint()
        return record

    def checkpoint(self) -> None:
        """Bring everything written so far to the disk, and tell of it."""
        if self._unsynced:
            self._writer.sync()
            self._durable(self._unsynced)
            self._unsynced = []

    def close(self) -> None:
        """A last checkpoint, then finished names: what has its finished name is remembered already."""
        self.checkpoint()
        self._writer.finish()


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as lines:
        for line in lines:
            yield json.loads(line)
