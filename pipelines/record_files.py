"""Revisions and events to durable files, one folder for each source and day, each finished file in the manifest."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

from newsbot.errors import OutputError
from newsbot.part_file import PART, make_folder, sync_folder
from pipelines.events import Event, Tombstone, to_event
from pipelines.jsonl import Contents, JsonlWriter, mend, report
from pipelines.manifest import NAME, Entry, Manifest
from pipelines.record_lines import joined_line, record_line
from pipelines.records import SCHEMA_VERSION
from pipelines.revisions import Revision, with_place

CHECKPOINT_RECORDS: Final = 200
UNFINISHED: Final = "run.unfinished"
"""A file in the output folder that is there from the beginning of a run to its end."""
UNKNOWN_SOURCE: Final = "_unknown"
"""Stands for "no source claims the host", in folders and in counts."""
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
Kind = Literal["articles", "events"]
KINDS: Final[tuple[Kind, ...]] = ("articles", "events")
Line = dict[str, Any]
Durable = Callable[[list[Line], list[Line]], object]
"""Told of records and of events, each in the order of writing, as soon as they are safely on the disk; perhaps again after a kill."""


def folder_of(source: str | None, instant: str | None) -> str:
    """``<source>/<UTC day>``; ``_unknown`` and ``undated`` where there is none. Nothing that a page says gets into a path."""
    source, day = source or "", (instant or "")[:10]
    return f"{source if _SOURCE.fullmatch(source) else UNKNOWN_SOURCE}/{day if _DAY.fullmatch(day) else 'undated'}"


class RecordFiles:
    """The records and events of one run below *out*. Times are seconds since 1970.

    *ready* is called before *durable* is told of anything: it brings to the disk what records point to, or raises.
    """

    def __init__(self, out: Path, run_id: str, durable: Durable, ready: Callable[[], object] = lambda: None) -> None:
        self._out, self._durable, self._ready = out, durable, ready
        self._manifest = Manifest(out)
        self._mark = out / UNFINISHED
        self._writer = JsonlWriter(out, run_id, self._list)
        self._unsynced: dict[Kind, list[Line]] = {kind: [] for kind in KINDS}
        self._now = 0.0

    def recover(self, now: float) -> None:
        """Finish what killed runs left behind, tell of what it holds, and list finished files that the manifest does not name.

        Raises:
            OutputError, ManifestError: one line; the folder or the manifest cannot be used.
        """
        self._now = now
        self._manifest.mend()
        try:
            if self._mark.exists() or not (self._out / NAME).exists():
                self._mend()
            self._set_mark()
        except OSError as error:
            raise OutputError(f"{self._out}: cannot be written ({error.strerror or error}); check the disk's room and rights") from error

    def _mend(self) -> None:
        for kind in KINDS:
            for part in sorted((self._out / kind).glob(f"**/*.jsonl{PART}")):
                mend(part, partial(self._tell, kind), self._list_missing)
        listed = self._manifest.paths()
        for path in sorted(self._finished(), key=lambda path: path.name):
            if self._relative(path) not in listed:
                report(path, self._list_missing)

    def write(self, item: Revision | Event | Tombstone, now: float) -> Line:
        """Write the record of a revision, or an event, and return it.

        Raises:
            OutputError: it cannot be written; nothing of it stays.
        """
        kind, key, line, data = line_of(item)
        full = self._writer.write(f"{kind}/{key}", data, now)
        self._unsynced[kind].append(line)
        if full or sum(map(len, self._unsynced.values())) >= CHECKPOINT_RECORDS:
            self.checkpoint(now)
        return line

    def checkpoint(self, now: float) -> None:
        """Bring everything written so far to the disk, tell of it, and finish the files that are full or old.

        Raises:
            OutputError: it is not on the disk; nothing is told.
        """
        self._sync()
        self._now = now
        self._writer.finish_due(now)

    def close(self, now: float) -> None:
        """A last checkpoint, then finished names for all: what has its finished name is remembered already."""
        self._sync()
        self._now = now
        self._writer.finish()
        self._mark.unlink(missing_ok=True)

    def leave(self) -> None:
        """Close all files as they are, as a kill does: the next start finishes them."""
        self._writer.leave()

    def _sync(self) -> None:
        self._ready()
        self._writer.sync()
        self._durable(*(self._unsynced[kind] for kind in KINDS))
        self._unsynced = {kind: [] for kind in KINDS}

    def _set_mark(self) -> None:
        """On the disk before any file is: without it the next start need not look through years of files."""
        make_folder(self._out)
        self._mark.touch()
        sync_folder(self._out)

    def _tell(self, kind: Kind, lines: list[Line]) -> None:
        self._durable(*(lines if kind == told else [] for told in KINDS))

    def _list(self, contents: Contents) -> None:
        self._manifest.append(partial(self._entry, contents))

    def _list_missing(self, contents: Contents) -> None:
        self._manifest.append_missing(self._relative(contents.path), partial(self._entry, contents))

    def _entry(self, contents: Contents, sequence: int) -> Entry:
        return entry_of(contents, self._relative(contents.path), self._now, sequence)

    def _relative(self, path: Path) -> str:
        return path.relative_to(self._out).as_posix()

    def _finished(self) -> Iterator[Path]:
        for kind in KINDS:
            yield from (self._out / kind).glob("**/*.jsonl")


def entry_of(contents: Contents, path: str, now: float, sequence: int) -> Entry:
    """The manifest's line for a file finished at *now*, *path* relative to the output folder.

    Nothing but the file says what is in it, so that a recovered one says the same.
    """
    first, last = (json.loads(line or b"{}") for line in (contents.first, contents.last))
    return Entry(
        sequence,
        path,
        "events" if path.startswith("events/") else "articles",
        contents.lines,
        contents.size_bytes,
        contents.sha256,
        schema_version=first.get("schema_version") or SCHEMA_VERSION,
        extractor=(first.get("extractor") or {}).get("version"),
        first=_instant_of(first),
        last=_instant_of(last),
        closed_at=f"{datetime.fromtimestamp(now, UTC):%Y-%m-%dT%H:%M:%SZ}",
    )


def line_of(item: Revision | Event | Tombstone) -> tuple[Kind, str, Line, bytes]:
    """What *item* is in the feed: its kind, the folder of its file below that of the kind, the object, and its line."""
    if not isinstance(item, Revision):
        event = to_event(item)
        return "events", folder_of(item.source, item.seen_at), event, record_line(event)
    article = with_place(item)
    record = dict(article.record)
    return "articles", folder_of(record["source"], record["fetched_at"]), record, joined_line(article.values)


def _instant_of(line: Line) -> str | None:
    return line.get("seen_at") or line.get("fetched_at")
