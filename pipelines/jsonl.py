"""Durable JSON Lines files: whole lines only, a finished name only for a finished file."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from newsbot.part_file import PART, Handles, PartFile, sync_folder

MAX_LINES: Final = 10_000
MAX_BYTES: Final = 64 * 2**20
"""A file is finished when it has reached one of the two; its last line may take it over the second."""
MAX_AGE_S: Final = 300.0
"""A file is finished at the first checkpoint at which it is as old."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a finished file holds."""

    path: Path
    lines: int
    size_bytes: int
    sha256: str
    """Hex."""
    first: bytes
    """The first line."""
    last: bytes


Finished = Callable[[Contents], object]
"""Told of each file that has just got its finished name, while nobody else may touch it."""


class _File:
    """One open file, and what it holds so far."""

    def __init__(self, path: Path, now: float) -> None:
        self.part = PartFile(path, now)
        self._lines = 0
        self._digest = hashlib.sha256()
        self._first = self._last = b""

    def write(self, line: bytes) -> None:
        self.part.write(line)
        self._digest.update(line)
        self._lines += 1
        self._first, self._last = self._first or line, line

    def is_full(self) -> bool:
        return self._lines >= MAX_LINES or self.part.size >= MAX_BYTES

    def is_due(self, now: float) -> bool:
        return self.is_full() or not 0 <= now - self.part.opened_at < MAX_AGE_S  # a clock that was set back tells no age

    def contents(self) -> Contents:
        return Contents(self.part.path, self._lines, self.part.size, self._digest.hexdigest(), self._first, self._last)


class JsonlWriter:
    """Lines to ``<folder>/<key>/<run id>-<nnnn>.jsonl``, one file at a time for each key. Times are seconds since 1970."""

    def __init__(self, folder: Path, run_id: str, finished: Finished) -> None:
        self._folder, self._run_id, self._finished = folder, run_id, finished
        self._files: dict[str, _File] = {}
        self._handles = Handles()
        self._number = 0

    def write(self, key: str, line: bytes, now: float) -> bool:
        """Append *line*, newline included, to the file of *key*, a relative folder; whether that file is full now.

        Raises:
            OutputError: the disk is full or fails; nothing of *line* stays.
        """
        file = self._files.get(key) or self._open(key, now)
        file.write(line)
        self._handles.use(file.part)
        return file.is_full()

    def sync(self) -> None:
        """Return when every line written so far is on the disk."""
        for file in self._files.values():
            file.part.sync()

    def finish_due(self, now: float) -> None:
        """Finish the files that are full or old."""
        for key in [key for key, file in self._files.items() if file.is_due(now)]:
            self._finish(key)

    def finish(self) -> None:
        """Finish all files."""
        for key in list(self._files):
            self._finish(key)

    def leave(self) -> None:
        """Close all files as they are: the next start finishes them."""
        for file in self._files.values():
            file.part.leave()

    def _finish(self, key: str) -> None:
        file = self._files[key]
        file.part.finish(lambda: self._finished(file.contents()))
        self._handles.drop(file.part)
        del self._files[key]

    def _open(self, key: str, now: float) -> _File:
        self._number += 1
        self._files[key] = _File(self._folder / key / f"{self._run_id}-{self._number:04d}.jsonl", now)
        return self._files[key]


def mend(part: Path, remember: Callable[[list[dict[str, Any]]], object], finished: Finished) -> None:
    """Finish what a killed run left in *part*: it is cut after its last whole line, *remember* is told of its objects, it gets its name.

    In this order, so that whatever has its finished name is remembered already, however often recovery itself is killed. A file with
    no whole line is removed; one that a living process writes is left alone.
    """
    with suppress(BlockingIOError, FileNotFoundError), part.open("r+b") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        values, contents = _whole(handle, part.with_name(part.name.removesuffix(PART)))
        handle.truncate(contents.size_bytes)
        os.fsync(handle.fileno())
        if not values:
            part.unlink()
            sync_folder(part.parent)
            return
        remember(values)
        part.rename(contents.path)
        sync_folder(part.parent)
        finished(contents)


def report(path: Path, finished: Finished) -> None:
    """Tell *finished* of a finished file; not of one that a living process has just finished and tells of itself."""
    with suppress(BlockingIOError), path.open("rb") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        finished(_whole(handle, path)[1])


def _whole(handle: IO[bytes], path: Path) -> tuple[list[dict[str, Any]], Contents]:
    """The objects in *handle* up to the first line that is torn, and what a file *path* with only them holds."""
    values: list[dict[str, Any]] = []
    digest, size, first, last = hashlib.sha256(), 0, b"", b""
    for line in handle:
        if (value := _value(line)) is None:
            break
        values.append(value)
        digest.update(line)
        size += len(line)
        first, last = first or line, line
    return values, Contents(path, len(values), size, digest.hexdigest(), first, last)


def _value(line: bytes) -> dict[str, Any] | None:
    """The object in *line*; ``None`` where it has no end, or was never completely on the disk (zeros after a power cut)."""
    try:
        value = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
