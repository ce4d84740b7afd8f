"""The finished files of a feed, in order, each proved to be what the manifest says before a line of it is used."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from io import BufferedReader
from pathlib import Path
from typing import IO, Final

from newsbot.errors import FeedError
from pipelines.manifest import NAME, Entry, read_manifest

CHUNK_BYTES: Final = 256 * 2**10


def require_feed(out: Path) -> None:
    """Refuse a folder that is no feed.

    Raises:
        FeedError: there is no such folder, or no manifest in it.
    """
    if not out.is_dir():
        raise FeedError(f"{out}: no such folder; name the output folder of a crawl (NEWSBOT_OUT)")
    if not (out / NAME).is_file():
        raise FeedError(f"{out}: has no {NAME}, so no finished file; name the output folder of a crawl, or let one end first")


def entries(out: Path, after: int = 0) -> Iterator[Entry]:
    """The manifest's entries with a sequence above *after*, in order.

    Raises:
        FeedError: the manifest cannot be read.
        ManifestError: a line of it is broken, or from a newer newsbot.
    """
    try:
        yield from read_manifest(out / NAME, after)
    except OSError as error:
        raise FeedError(f"{out / NAME}: cannot be read ({error.strerror or error}); check its rights") from error


def files_of(found: Iterable[Entry]) -> Iterator[Entry]:
    """Those of *found* that stand for a file of their own: not those that tell of a rewritten one."""
    return (entry for entry in found if entry.supersedes is None)


def opened(out: Path, entry: Entry) -> IO[bytes]:
    """The file of *entry*, at its beginning; its bytes are those that were finished, or those that a later line says it has now.

    Raises:
        FeedError: it is missing or unreadable, or its bytes are others.
    """
    path = out / entry.path
    try:
        stream = path.open("rb")
        with ExitStack() as closing:
            closing.enter_context(stream)
            _prove(stream, out, entry)
            closing.pop_all()
    except OSError as error:
        mend = "restore the file from a back-up, or go on after it"
        raise FeedError(f"{path}: sequence {entry.sequence} cannot be read ({error.strerror or error}); {mend}") from error
    return stream


def line_chunks(stream: IO[bytes], size_bytes: int = CHUNK_BYTES) -> Iterator[bytes]:
    """The rest of *stream* in chunks of whole lines, each about *size_bytes* or one longer line."""
    while chunk := stream.read(size_bytes):
        yield chunk if chunk.endswith(b"\n") else chunk + stream.readline()


def _prove(stream: BufferedReader, out: Path, entry: Entry) -> None:
    digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != entry.sha256 and not _is_rewritten(out, entry, digest):
        path, size = out / entry.path, stream.seek(0, 2)
        found = f"{size} bytes instead of {entry.bytes}" if size != entry.bytes else "bytes that differ"
        raise FeedError(f"{path}: sequence {entry.sequence} is damaged ({found}); restore the file from a back-up, or go on after it")
    stream.seek(0)


def _is_rewritten(out: Path, entry: Entry, digest: str) -> bool:
    """Whether a later line of the manifest says that the file of *entry* has *digest* now. The line is there before the bytes are."""
    return any(later.supersedes == entry.sequence and later.sha256 == digest for later in entries(out, entry.sequence))
