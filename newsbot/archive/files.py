"""The archive as it is written: ``<folder>/<source>/<run>-<nnnn>.warc.gz``, one file at a time for each source."""

from __future__ import annotations

import fcntl
import os
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from newsbot.archive.captures import Captures
from newsbot.archive.records import Capture, Exchange, Packed, file_head
from newsbot.items import ArchivePointer
from newsbot.part_file import PART, Handles, PartFile, sync_folder

UNKNOWN_SOURCE: Final = "_unknown"
_STEP: Final = 256 * 2**10
_GZIP: Final = zlib.MAX_WBITS + 16


class ArchiveFiles:
    """The pages of one run below *folder*, in files of about *max_bytes*. Without *captures*, which remember them, nothing is a revisit."""

    def __init__(self, folder: Path, run_id: str, max_bytes: int, captures: Captures | None) -> None:
        self._folder, self._run_id, self._max_bytes, self._captures = folder, run_id, max_bytes, captures
        self._files: dict[str, PartFile] = {}
        self._handles = Handles()
        self._number = 0

    def earlier(self, exchange: Exchange, digest: str) -> Capture | None:
        """The page in the archive that *exchange*, whose body has *digest*, brings once more; ``None`` when it brings another."""
        last = self._captures.last(exchange.url) if self._captures else None
        if last is None or not self._holds(last.file):
            return None
        return last if exchange.status == 304 or (exchange.status, last.digest) == (200, digest) else None

    def store(self, exchange: Exchange, packed: Packed, now: float) -> ArchivePointer:
        """Append the records of *exchange*, and return where its page lies: that of a revisit in the earlier place.

        *now* is in seconds since 1970.

        Raises:
            OutputError: the disk is full or fails; nothing of them stays.
        """
        place = self._append(exchange, packed, now)
        if self._captures and packed.earlier is None and exchange.status == 200:
            self._captures.note(exchange.url, place)
        page = packed.earlier or place
        return ArchivePointer(page.file, page.offset, page.length, page.digest)

    def store_rendering(self, page: Exchange, packed: Packed, now: float) -> ArchivePointer:
        """Append what a browser made of an answer, and return where it lies; otherwise as :meth:`store`.

        Raises:
            OutputError: as above.
        """
        place = self._append(page, packed, now)
        return ArchivePointer(place.file, place.offset, place.length, place.digest)

    def sync(self) -> None:
        """Return when everything written so far is on the disk.

        Raises:
            OutputError: it is not.
        """
        for file in self._files.values():
            file.sync()
        if self._captures:
            self._captures.store()

    def close(self) -> None:
        """Finish all files."""
        for name in list(self._files):
            self._finish(name)
        if self._captures:
            self._captures.store()
            self._captures.close()

    def _append(self, exchange: Exchange, packed: Packed, now: float) -> Capture:
        name = exchange.note.source or UNKNOWN_SOURCE
        file = self._files.get(name) or self._open(name, exchange.fetched_at, now)
        offset = file.write(packed.data)
        self._handles.use(file)
        if file.size >= self._max_bytes:
            self._finish(name)
        return Capture(packed.record_id, packed.digest, exchange.fetched_at, self._name(file), offset, len(packed.answer))

    def _open(self, name: str, fetched_at: str, now: float) -> PartFile:
        self._number += 1
        path = self._folder / name / f"{self._run_id}-{self._number:04d}.warc.gz"
        file = PartFile(path, now)
        file.write(file_head(path.name, fetched_at))
        self._files[name] = file
        return file

    def _name(self, file: PartFile) -> str:
        return file.path.relative_to(self._folder).as_posix()

    def _finish(self, name: str) -> None:
        file = self._files.pop(name)
        self._handles.drop(file)
        file.finish()

    def _holds(self, file: str) -> bool:
        path = self._folder / file
        return path.exists() or path.with_name(path.name + PART).exists()


def mend_archive(folder: Path) -> Iterator[Path]:
    """Finish what killed runs left below *folder*: each part file is cut after its last whole record, and gets its name.

    A file without a page is removed; one that a living process writes is left alone. Yields the finished files.
    """
    for part in sorted(folder.glob(f"**/*.warc.gz{PART}")):
        with suppress(BlockingIOError, FileNotFoundError), part.open("r+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            ends = list(_member_ends(stream))
            stream.truncate(ends[-1] if ends else 0)
            os.fsync(stream.fileno())
            if len(ends) > 1:  # the first one says what the file is
                yield part.rename(part.with_name(part.name.removesuffix(PART)))
            else:
                part.unlink()
            sync_folder(part.parent)


def _member_ends(stream: IO[bytes]) -> Iterator[int]:
    """Where each whole gzip member of *stream* ends, up to the first that is torn."""
    member, data = zlib.decompressobj(_GZIP), stream.read(_STEP)
    read = len(data)
    with suppress(zlib.error):
        while data:
            member.decompress(data, _STEP)
            data = member.unconsumed_tail
            if member.eof:
                data = member.unused_data
                yield read - len(data)
                member = zlib.decompressobj(_GZIP)
            if not data:
                data = stream.read(_STEP)
                read += len(data)
