"""Output that appears whole or not at all: written beside its place, then renamed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from newsbot.errors import OutputError
from newsbot.part_file import sync_folder

MARK: Final = "_newsbot_export.json"
"""A file in every exported folder, by which a later export knows that it may replace the folder."""


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A path to write to; what stands there afterwards replaces *path* at once. After an exception nothing of it is left.

    Raises:
        OutputError: it cannot be written, or *path* is a folder.
    """
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; name a file")
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield aside
        _sync(aside)
        aside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise _fault(path, error) from error
    finally:
        with suppress(OSError):
            _clear(aside)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A new folder to write to; it replaces *path* afterwards. After an exception nothing of it is left.

    Raises:
        OutputError: it cannot be written, or *path* holds something that is no export.
    """
    if path.exists() and not (path / MARK).is_file() and (not path.is_dir() or any(path.iterdir())):
        raise OutputError(f"{path}: holds something that is no export; name another folder, or empty it")
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        aside.mkdir()
        yield aside
        for file in aside.rglob("*"):
            _sync(file)
        _replace_folder(aside, path)
    except OSError as error:
        raise _fault(path, error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _clear(aside: Path) -> None:
    """Remove *aside*, and what a database has written beside it."""
    for path in aside.parent.iterdir():
        if path.name.startswith(aside.name):
            path.unlink()


def _replace_folder(aside: Path, path: Path) -> None:
    """Folders cannot replace folders at once: between two renames there is none."""
    old = path.with_name(f".{path.name}.{os.getpid()}.old")
    if path.exists():
        path.rename(old)
    aside.rename(path)
    sync_folder(path.parent)
    shutil.rmtree(old, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fault(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path}: cannot be written ({error.strerror or error}); check the path, its rights and the disk's room")
