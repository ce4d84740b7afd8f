"""What all tasks of one run know, and where what they make lies meanwhile."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from newsbot.part_file import make_folder, sync_folder
from newsbot.reextraction.pages import Selection

Form = Literal["jsonl", "parquet"]


@dataclass(frozen=True, slots=True)
class Job:
    """One re-extraction. Travels to every task, so it is small; *out* is a folder that all machines have."""

    folders: tuple[Path, ...]
    """Of the configuration."""
    out: Path
    work: str
    """Digest of what was asked for and by which extractor: what another one made is not mixed with it."""
    selection: Selection
    version: str
    """Of the extractor, for the names of parts."""
    timeout_s: float
    """Seconds that a page may take."""
    duplicate_days: int
    form: Form = "jsonl"

    @property
    def room(self) -> Path:
        """Where the tasks leave what later passes need."""
        return self.out / "spark" / self.work

    def file(self, kind: str, key: str) -> Path:
        """The file of *kind* made of the WARC with *key*: ``pages`` articles, ``rows`` what is compared of them, ``parts`` what came."""
        return self.room / kind / f"{key}.{kind}"


def work_digest(asked: Any) -> str:
    """Sixteen hex digits for what was asked for, and by which extractor."""
    return hashlib.sha256(json.dumps(asked).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """A path to write to, which becomes *path* when all went well.

    Of two tasks that do the same the later one replaces the file by its like; a killed one leaves a ``.part`` that nobody reads.
    """
    make_folder(path.parent)
    part = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        yield part
        settle(part, path)
    finally:
        part.unlink(missing_ok=True)


def settle(part: Path, path: Path) -> None:
    """Bring *part* to the disk under the name *path*."""
    handle = os.open(part, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    make_folder(path.parent)
    part.replace(path)
    sync_folder(path.parent)
