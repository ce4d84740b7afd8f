"""Durable JSON Lines files: whole lines only, a finished name only for a finished file."""

from __future__ import annotations

import fcntl
import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

OPEN_FILES: Final = 64
"""Files kept open at once; beyond it the longest unused one is finished, and its folder goes on in a new file."""
_PART: Final = ".part"
_TAIL_STEP: Final = 64 * 2**10


class PartFile:
    """One file that is being written, under ``<name>.part``; no other process touches it meanwhile (``flock``)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._part = path.with_name(path.name + _PART)
        self._handle = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o644)
        fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def write(self, line: bytes) -> None:
        """Append *line* in one call to the system, so that a killed run leaves whole lines behind."""
        rest = memoryview(line)
        while rest:
            rest = rest[os.write(self._handle, rest) :]

    def sync(self) -> None:
        """Return when everything written so far is on the disk."""
        os.fsync(self._handle)

    def finish(self) -> None:
        """Give the file its finished name."""
        self.sync()
        self._part.rename(self._path)
        sync_folder(self._path.parent)
        os.close(self._handle)


class JsonlWriter:
    """Lines to ``<folder>/<key>/<run id>-<nnnn>.jsonl``, one open file for each key."""

    def __init__(self, folder: Path, run_id: str) -> None:
        self._folder, self._run_id = folder, run_id
        self._files: OrderedDict[str, PartFile] = OrderedDict()
        self._number = 0

    def write(self, key: str, line: bytes) -> None:
        """Append *line*, newline included, to the file of *key*, a relative folder."""
        if key not in self._files:
            self._files[key] = self._open(key)
        self._files.move_to_end(key)
        self._files[key].write(line)

    def is_full(self) -> bool:
        """Whether :meth:`finish_oldest` is due before another file is opened."""
        return len(self._files) >= OPEN_FILES

    def sync(self) -> None:
        """Return when every line written so far is on the disk."""
        for file in self._files.values():
            file.sync()

    def finish_oldest(self) -> None:
        """Finish the file that was not written to for longest."""
        self._files.popitem(last=False)[1].finish()

    def finish(self) -> None:
        """Give all files their finished names."""
        while self._files:
            self.finish_oldest()

    def _open(self, key: str) -> PartFile:
        self._number += 1
        return PartFile(self._folder / key / f"{self._run_id}-{self._number:04d}.jsonl")


def finish_torn(folder: Path) -> Iterator[Path]:
    """Finish what killed runs left below *folder*: each part file is cut after its last whole line and renamed, an empty one removed.

    Yields the finished files. Files that a living process writes are left alone.
    """
    for part in sorted(folder.glob(f"**/*.jsonl{_PART}")):
        with suppress(BlockingIOError), part.open("r+b") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            size = _whole_size(handle.fileno())
            handle.truncate(size)
            os.fsync(handle.fileno())
            if size:
                yield part.rename(part.with_suffix(""))
            else:
                part.unlink()
            sync_folder(part.parent)


def sync_folder(folder: Path) -> None:
    """Return when the names in *folder* are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _whole_size(handle: int) -> int:
    """Bytes up to and with the last newline."""
    end = os.fstat(handle).st_size
    while end:
        start = max(0, end - _TAIL_STEP)
        newline = os.pread(handle, end - start, start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0
