"""Revisions and events of one writer of a fleet: decided in the database, then in files that every reader of the fleet sees.

What is decided stands as lines in the database, stored in one transaction with the memory of it, so that a killed writer takes nothing
with it: another one puts its lines into files of its own. A file is whole in its storage before the manifest names it, and its lines leave
the database with that.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from newsbot.fleet_database import FleetDatabase
from newsbot.tables import Row
from pipelines.events import Event, Tombstone
from pipelines.fleet_manifest import FleetManifest
from pipelines.fleet_writer import FleetWriter
from pipelines.jsonl import MAX_AGE_S, MAX_BYTES, MAX_LINES, Contents
from pipelines.record_files import CHECKPOINT_RECORDS, KINDS, Durable, Kind, Line, RecordFiles, entry_of, line_of
from pipelines.revisions import Revision
from pipelines.storage import Storage, storage_at

logger = logging.getLogger(__name__)

_FINISHING_S: Final = 1.0
"""So long a checkpoint puts files together at most, one file aside: a crawl does nothing else meanwhile, and a storage may be slow."""
_STORE: Final = "INSERT INTO pending_line (writer, folder, article, line) VALUES (?, ?, ?, ?)"
_LINES: Final = "SELECT number, line FROM pending_line WHERE writer = ? AND folder = ? ORDER BY number LIMIT ?"
_DONE: Final = "DELETE FROM pending_line WHERE number = ANY(?::bigint[]) AND writer = ? RETURNING number"
_ADOPT: Final = "UPDATE pending_line SET writer = ? WHERE writer = ?"
_ADOPTED: Final = "SELECT folder, count(*), sum(length(line)) FROM pending_line WHERE writer = ? GROUP BY folder"
_BEGIN: Final = "INSERT INTO unfinished_file (path, writer) VALUES (?, ?) ON CONFLICT (path) DO NOTHING"
_UNDO: Final = "DELETE FROM unfinished_file WHERE path = ?"
_END: Final = f"{_UNDO} RETURNING path"


class _TakenBackError(Exception):
    """A line left the database while it was put into a file: its article was forgotten."""


@dataclass(slots=True)
class _Folder:
    """What stands in the database for one folder."""

    opened_at: float
    lines: int = 0
    size_bytes: int = 0

    def is_due(self, now: float, age_s: float) -> bool:
        full = self.lines >= MAX_LINES or self.size_bytes >= MAX_BYTES
        return full or not 0 <= now - self.opened_at < age_s


class FleetFiles:
    """:class:`pipelines.record_files.RecordFiles` of a fleet's writer. Times are seconds since 1970.

    *durable* is called within the transaction in which its records are stored, so that whoever remembers them in the same database
    remembers them with it; it may be called again for the same ones, after a transaction that failed. A file is finished after *age_s*.
    """

    def __init__(
        self, writer: FleetWriter, storage: Storage, durable: Durable, ready: Callable[[], object] = lambda: None, age_s: float = MAX_AGE_S
    ) -> None:
        self._writer, self._storage, self._durable, self._ready, self._age_s = writer, storage, durable, ready, age_s
        self._database: FleetDatabase = writer.database
        self._manifest = FleetManifest(writer.database)
        self._unstored: dict[Kind, list[tuple[str, Line, bytes]]] = {kind: [] for kind in KINDS}
        self._folders: dict[str, _Folder] = {}
        self._number = 0
        self._looked_at = 0.0
        self._was_empty, self._stored_at = False, 0.0

    def recover(self, now: float) -> None:
        """Take over what dead writers have decided, and take away files that they did not finish.

        Raises:
            StateError, OutputError: one line; the database or the storage cannot be used.
        """
        self._looked_at = now
        for name in self._writer.take_over(self._adopt):
            logger.info("%s: this worker is dead; what it had decided is written by this one", name)
        for folder, lines, size_bytes in self._database.rows(_ADOPTED, (self._writer.name,)):
            known = self._folders.setdefault(folder, _Folder(now))
            known.lines, known.size_bytes = lines, size_bytes
        for (path,) in self._database.rows("SELECT path FROM unfinished_file WHERE writer = ?", (self._writer.name,)):
            self._storage.remove(path)
            self._database.change(_UNDO, (path,))

    def write(self, item: Revision | Event | Tombstone, now: float) -> Line:
        """Take the record of a revision, or an event, and return it; it is stored at the next checkpoint.

        Raises:
            StateError: see :meth:`checkpoint`, which a full batch begins.
        """
        kind, key, line, data = line_of(item)
        self._unstored[kind].append((f"{kind}/{key}", line, data))
        if sum(map(len, self._unstored.values())) >= CHECKPOINT_RECORDS:
            self.checkpoint(now)
        return line

    def checkpoint(self, now: float) -> None:
        """Store everything written so far with the memory of it, finish the files that are full or old, look for dead writers.

        Raises:
            StateError: nothing is stored; the database is gone for too long, or this writer is taken for dead.
            OutputError: a file cannot be finished; its lines are stored.
        """
        self._store(now)
        self._finish_due(now)
        if not 0 <= now - self._looked_at < self._writer.life_s / 3:
            self.recover(now)

    def _finish_due(self, now: float) -> None:
        """Finish what is full or old, the oldest first; what takes too long is left to the next checkpoints."""
        began = time.monotonic()
        for folder in sorted((name for name, known in self._folders.items() if known.is_due(now, self._age_s)), key=self._opened_at):
            if time.monotonic() > began + _FINISHING_S:
                return
            self._finish(folder, now)

    def _opened_at(self, folder: str) -> float:
        return self._folders[folder].opened_at

    def finish(self, now: float) -> None:
        """A last checkpoint, then files of all."""
        self._was_empty = False
        self._store(now)
        for folder in list(self._folders):
            self._finish(folder, now)

    def close(self, now: float) -> None:
        """:meth:`finish`, and the writer leaves."""
        self.finish(now)
        self._writer.leave()

    def leave(self) -> None:
        """Leave all as it is, as a kill does: the others take it over."""

    def _store(self, now: float) -> None:
        self._ready()
        if self._is_quiet():
            return
        records, events = ([line for _, line, _ in self._unstored[kind]] for kind in KINDS)
        rows = [(self._writer.name, folder, line["id"], data) for kind in KINDS for folder, line, data in self._unstored[kind]]

        def work() -> None:
            self._database.change(_STORE, *rows)
            self._durable(records, events)

        self._writer.store(work)
        self._was_empty, self._stored_at = not rows, time.monotonic()
        for _, folder, _, data in rows:
            known = self._folders.setdefault(folder, _Folder(now))
            known.lines += 1
            known.size_bytes += len(data)
        self._unstored = {kind: [] for kind in KINDS}

    def _is_quiet(self) -> bool:
        """Whether there is nothing to say, was nothing the last time, and nobody has to hear yet that this writer lives."""
        return self._was_empty and not any(self._unstored.values()) and time.monotonic() < self._stored_at + self._writer.life_s / 6

    def _finish(self, folder: str, now: float) -> None:
        """Put what is decided for *folder* into files, one after the other."""
        while rows := list(_within(self._database.rows(_LINES, (self._writer.name, folder, MAX_LINES)))):
            self._number += 1
            path = f"{folder}/{self._writer.name}-{self._number:04d}.jsonl"
            self._database.change(_BEGIN, (path, self._writer.name))
            data = b"".join(line for _, line in rows)
            self._storage.put(path, data)
            lines = [line for _, line in rows]
            contents = Contents(Path(path), len(lines), len(data), hashlib.sha256(data).hexdigest(), lines[0], lines[-1])
            try:
                self._database.run(partial(self._list, contents, [number for number, _ in rows], now))
            except _TakenBackError:
                self._storage.remove(path)
                self._database.change(_UNDO, (path,))
        del self._folders[folder]

    def _list(self, contents: Contents, numbers: Sequence[int], now: float) -> None:
        """Have the file in the manifest, and its lines nowhere else."""
        self._writer.live_on()
        path = contents.path.as_posix()
        done = self._database.rows(_DONE, (list(numbers), self._writer.name))
        if not self._database.rows(_END, (path,)):
            return  # it was done, before the answer was lost
        if len(done) < len(numbers):
            raise _TakenBackError
        self._manifest.append(partial(entry_of, contents, path, now))

    def _adopt(self, name: str) -> None:
        self._database.change(_ADOPT, (self._writer.name, name))
        self._database.change("UPDATE unfinished_file SET writer = ? WHERE writer = ?", (self._writer.name, name))


def _within(rows: Sequence[Row]) -> Iterator[tuple[int, bytes]]:
    """Lines up to the size of a file; the last one may take it over."""
    size = 0
    for number, line in rows:
        if size >= MAX_BYTES:
            return
        size += len(line)
        yield number, line


def open_files(out: Path, run_id: str, durable: Durable, writer: FleetWriter | None, feed: str) -> RecordFiles | FleetFiles:
    """The files of a run: below *out* on one machine, those of *writer* in a fleet, in the storage that ``NEWSBOT_FEED`` (*feed*) names."""
    return FleetFiles(writer, storage_at(feed, out), durable) if writer else RecordFiles(out, run_id, durable)
