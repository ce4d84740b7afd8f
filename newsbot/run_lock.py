"""One run at a time in an output folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from newsbot.errors import OutputError, RunLocked

NAME: Final = "run.lock"


@contextmanager
def run_lock(out: Path) -> Iterator[None]:
    """Hold *out*; the system lets go of it however the process ends.

    Raises:
        RunLocked: another run holds it.
        OutputError: the folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        handle = os.open(out / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written ({error.strerror or error}); check the folder's rights, or choose another") from error
    try:
        _lock(handle, out)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, out: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip() or "unknown"
        raise RunLocked(f"{out}: another run is at work here (process {holder}); wait for its end, or choose another output") from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
