"""Files that grow at their end and get their finished name when they are finished: what a killed run left is told by its name."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from newsbot.errors import OutputError

PART: Final = ".part"
OPEN_FILES: Final = 128
"""Files that are kept open at once; a system grants 1024 by default, and connections need some too."""


class PartFile:
    """One file that is being written, under ``<name>.part``; no other process mends it meanwhile (``flock``)."""

    def __init__(self, path: Path, now: float) -> None:
        self.path = path
        self.opened_at = now
        """Seconds since 1970."""
        self.size = 0
        """Bytes written so far."""
        self._part = path.with_name(path.name + PART)
        self._handle: int | None = None
        self._synced = 0
        try:
            make_folder(path.parent)
            self._open(os.O_CREAT | os.O_EXCL)
            sync_folder(path.parent)
        except OSError as error:
            self.leave()
            raise _fault(path, error) from error

    def write(self, data: bytes) -> int:
        """Append *data*, and return the offset at which it begins. All of it, or nothing.

        Raises:
            OutputError: the disk is full or fails; the file ends where it ended before.
        """
        start = self.size
        try:
            handle = self._handle if self._handle is not None else self._open(0)
            _append(handle, data, start)
        except OSError as error:
            raise _fault(self.path, error) from error
        self.size += len(data)
        return start

    def sync(self) -> None:
        """Return when everything written so far is on the disk.

        Raises:
            OutputError: it is not.
        """
        if self._synced == self.size:
            return
        try:
            os.fsync(self._handle if self._handle is not None else self._open(0))
        except OSError as error:
            raise _fault(self.path, error) from error
        self._synced = self.size

    def park(self) -> None:
        """Give the handle back to the system; the next writing takes another one."""
        self.sync()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def finish(self, done: Callable[[], object] = lambda: None) -> None:
        """Give the file its finished name, then call *done* while no other process may touch it.

        Raises:
            OutputError: the disk is full or fails; the next start finishes the file.
        """
        self.sync()
        try:
            self._part.rename(self.path)
            sync_folder(self.path.parent)
        except OSError as error:
            raise _fault(self.path, error) from error
        done()
        self.leave()

    def leave(self) -> None:
        """Close the file as it is, unfinished: the next start finishes it."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _open(self, flags: int) -> int:
        self._handle = os.open(self._part, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | flags, 0o644)
        fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return self._handle


class Handles:
    """Keeps few of many files open: those that were not written to for longest are parked."""

    def __init__(self) -> None:
        self._used: dict[Path, PartFile] = {}

    def use(self, file: PartFile) -> None:
        """Say that *file* was just written to."""
        self.drop(file)
        self._used[file.path] = file
        if len(self._used) > OPEN_FILES:
            oldest = next(iter(self._used.values()))
            oldest.park()
            self.drop(oldest)

    def drop(self, file: PartFile) -> None:
        """Say that *file* is closed."""
        self._used.pop(file.path, None)


def make_folder(folder: Path) -> None:
    """Make *folder* and those above it, each name on the disk before the next: a power cut takes no folder with what is in it."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Return when the names in *folder* are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _append(handle: int, data: bytes, start: int) -> None:
    """Write *data* in one call where the system takes it so; a write that fails midway is undone."""
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[os.write(handle, rest) :]
    except OSError:
        os.ftruncate(handle, start)
        raise


def _fault(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path}: cannot be written ({error.strerror or error}); check the disk's room and rights, then start again")
