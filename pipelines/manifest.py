"""``manifest.jsonl``: one line for each finished file, in the order in which the files were finished.

Who reads the feed keeps the last ``sequence`` that it has worked on, and asks for what came after it.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final, Literal

from pydantic import TypeAdapter, ValidationError

from newsbot.errors import ManifestError, OutputError
from newsbot.part_file import sync_folder
from pipelines.records import SCHEMA_VERSION

NAME: Final = "manifest.jsonl"
_TAIL_STEP: Final = 64 * 2**10


@dataclass(frozen=True, slots=True)
class Entry:
    """One finished file."""

    sequence: int
    """From 1, strictly increasing."""
    path: str
    """Relative to the output folder, with ``/``."""
    kind: Literal["articles", "events"]
    records: int
    """Lines."""
    bytes: int
    sha256: str
    """Of the whole file, hex."""
    schema_version: str
    extractor: str | None
    """Version of the extractor that made the records; ``None`` for events."""
    first: str | None
    """``fetched_at`` (articles) or ``seen_at`` (events) of the first line, RFC 3339 in UTC."""
    last: str | None
    """That of the last line."""
    closed_at: str
    """RFC 3339, UTC."""
    supersedes: int | None = None
    """The line is about no new file: the one of this earlier ``sequence`` was rewritten because an article was forgotten, and this is what
    it is now. Not written where there is none."""


_ENTRY: Final = TypeAdapter(Entry)
_KEYS: Final = tuple(Entry.__dataclass_fields__)


def read_manifest(path: Path, after: int = 0) -> Iterator[Entry]:
    """The entries of *path* with a ``sequence`` above *after*, in order. No file is no entries.

    A last line without its end is not there yet: somebody is writing it, or was killed over it, and the next run begins by mending
    that. Keys that are not known are passed over. With *after* the entries before it are skipped without being read.

    Raises:
        ManifestError: a line is broken, foreign or out of order, or comes from a newer newsbot that this one cannot read.
        OSError: the file cannot be read.
    """
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        return
    with stream:
        start = _start_after(stream, path, after)
        stream.seek(start)
        last = 0
        for line in stream:
            if not line.endswith(b"\n"):
                return
            entry = _entry(line, path, start)
            if entry.sequence <= last:
                raise _fault(path, start, f"sequence {entry.sequence} comes after {last}")
            last, start = entry.sequence, start + len(line)
            if entry.sequence > after:
                yield entry


class Manifest:
    """The writing side of ``<out>/manifest.jsonl``. Several processes may append: each line is written under a lock on the file."""

    def __init__(self, out: Path) -> None:
        self._path = out / NAME

    def append(self, describe: Callable[[int], Entry]) -> Entry:
        """Append what *describe* makes of the next sequence; on the disk when this returns.

        Raises:
            ManifestError: the last line is no entry of ours.
            OutputError: the line cannot be written; the file is as it was.
        """
        with self._locked() as handle:
            return self._append(handle, describe)

    def append_missing(self, path: str, describe: Callable[[int], Entry]) -> Entry | None:
        """:meth:`append`, unless the file has its line already."""
        with self._locked() as handle:
            if path in self.paths():
                return None
            return self._append(handle, describe)

    def paths(self) -> set[str]:
        """The files that have their line.

        Raises:
            ManifestError: as :func:`read_manifest`.
        """
        return {entry.path for entry in read_manifest(self._path)}

    def mend(self) -> None:
        """Cut the last line where a killed run has left half of one."""
        if self._path.exists():
            with self._locked() as handle:
                _cut(handle)

    def _append(self, handle: int, describe: Callable[[int], Entry]) -> Entry:
        end = _cut(handle)
        line = _last_line(handle, end)
        entry = describe(_entry(line, self._path, end - len(line)).sequence + 1 if line else 1)
        _write(handle, entry_line(entry), end)
        return entry

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The file, made where it is missing, and nobody else at it."""
        handle = None
        try:
            is_new = not self._path.exists()
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fcntl.flock(handle, fcntl.LOCK_EX)
            if is_new:
                sync_folder(self._path.parent)
            yield handle
        except OSError as error:
            raise OutputError(f"{self._path}: cannot be written ({error.strerror or error}); check the disk's room and rights") from error
        finally:
            if handle is not None:
                os.close(handle)


def entry_line(entry: Entry) -> bytes:
    """*entry* as one line, newline included."""
    told = asdict(entry)
    if entry.supersedes is None:
        del told["supersedes"]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _write(handle: int, line: bytes, end: int) -> None:
    """Write *line* at *end* and bring it to the disk; a write that fails is undone."""
    try:
        done = 0
        while done < len(line):
            done += os.pwrite(handle, line[done:], end + done)
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, end)
        raise


def _cut(handle: int) -> int:
    """Cut what follows the last newline; the size that remains."""
    size = os.fstat(handle).st_size
    whole = _last_newline(handle, size) + 1
    if whole < size:
        os.ftruncate(handle, whole)
        os.fsync(handle)
    return whole


def _last_newline(handle: int, end: int) -> int:
    """Place of the last newline before *end*; -1 where there is none."""
    while end > 0:
        start = max(0, end - _TAIL_STEP)
        found = os.pread(handle, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found
        end = start
    return -1


def _last_line(handle: int, end: int) -> bytes:
    """The line that ends at *end*; nothing in an empty file."""
    start = _last_newline(handle, end - 1) + 1
    return os.pread(handle, end - start, start) if end else b""


def _start_after(stream: IO[bytes], path: Path, after: int) -> int:
    """A line's place from which all entries above *after* follow, found by halving: the file may be years long."""
    low, high = 0, os.fstat(stream.fileno()).st_size if after else 0
    while high - low > _TAIL_STEP:
        middle = (low + high) // 2
        stream.seek(middle)
        place = middle + len(stream.readline())
        line = stream.readline()
        if place < high and line.endswith(b"\n") and _entry(line, path, place).sequence <= after:
            low = place
        else:
            high = middle
    return low


def read_entry(line: bytes, where: str) -> Entry:
    """The entry in *line* that a database holds; *where* is what a message calls it.

    Raises:
        ManifestError: it is broken, or from a newer newsbot.
    """
    found = _validated(line)
    if isinstance(found, Entry):
        return found
    raise ManifestError(f"{where}: {found[0]}; {found[1] or 'restore the database from a back-up'}")


def _entry(line: bytes, path: Path, place: int) -> Entry:
    """The entry in *line*, which begins at byte *place* of *path*."""
    found = _validated(line)
    if isinstance(found, Entry):
        return found
    if found[1]:
        raise ManifestError(f"{path}: byte {place}: {found[0]}; {found[1]}")
    raise _fault(path, place, found[0])


def _validated(line: bytes) -> Entry | tuple[str, str]:
    """The entry in *line*; else what is wrong with it, and the mend where it is not that of a broken file."""
    try:
        entry = _ENTRY.validate_json(line, strict=True)
    except ValidationError as error:
        return _reason(line, error), ""
    if entry.schema_version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        return f"its records have the form {entry.schema_version}, not {SCHEMA_VERSION}", "use the newsbot that wrote them"
    return entry


def _reason(line: bytes, error: ValidationError) -> str:
    """Why *line* is no entry, in few words."""
    first = error.errors(include_url=False, include_context=False)[0]
    try:
        value = json.loads(line)
    except ValueError:
        return "the line is torn or no JSON"
    if not isinstance(value, dict) or not set(value) & set(_KEYS):
        return "the line is JSON, but no entry of a manifest"
    key = ".".join(map(str, first["loc"])) or "the line"
    return f"{key}: {first['msg'][:1].lower()}{first['msg'][1:]}"


def _fault(path: Path, place: int, reason: str) -> ManifestError:
    mend = "restore it from a back-up, or move it away: the next run lists all files anew, for readers that begin anew"
    return ManifestError(f"{path}: byte {place}: {reason}; {mend}")
