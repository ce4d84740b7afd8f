"""The finished files of a feed, in order, each proved to be what the manifest says before a line of it is used."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import IO, Final

from newsbot.errors import FeedError
from newsbot.feed.places import Feed, Place, feed_at
from pipelines.manifest import Entry

CHUNK_BYTES: Final = 256 * 2**10


def require_feed(out: Place) -> None:
    """Refuse what is no feed.

    Raises:
        FeedError: there is no such folder, or no manifest in it.
    """
    feed_at(out).require()


def entries(out: Place, after: int = 0) -> Iterator[Entry]:
    """The manifest's entries with a sequence above *after*, in order.

    Raises:
        FeedError: the manifest cannot be read.
        ManifestError: a line of it is broken, or from a newer newsbot.
    """
    return feed_at(out).entries(after)


def has_file(out: Place, entry: Entry) -> bool:
    """Whether the file of *entry* is still there."""
    return feed_at(out).has(entry)


def kept_entries(out: Place) -> Iterator[Entry]:
    """The entries whose files may still be there, in order."""
    feed = feed_at(out)
    return files_of(feed.entries(feed.pruned_to()))


def files_of(found: Iterable[Entry]) -> Iterator[Entry]:
    """Those of *found* that stand for a file of their own: not those that tell of a rewritten one."""
    return (entry for entry in found if entry.supersedes is None)


def opened(out: Place, entry: Entry) -> IO[bytes]:
    """The file of *entry*, at its beginning; its bytes are those that were finished, or those that a later line says it has now.

    Raises:
        FeedError: it is missing or unreadable, or its bytes are others.
    """
    feed = feed_at(out)
    try:
        stream = feed.open(entry.path)
        with ExitStack() as closing:
            closing.enter_context(stream)
            _prove(stream, feed, entry)
            closing.pop_all()
    except OSError as error:
        mend = "restore the file from a back-up, or go on after it"
        name = feed.name(entry.path)
        raise FeedError(f"{name}: sequence {entry.sequence} cannot be read ({error.strerror or error}); {mend}") from error
    return stream


def line_chunks(stream: IO[bytes], size_bytes: int = CHUNK_BYTES) -> Iterator[bytes]:
    """The rest of *stream* in chunks of whole lines, each about *size_bytes* or one longer line."""
    while chunk := stream.read(size_bytes):
        yield chunk if chunk.endswith(b"\n") else chunk + stream.readline()


def _prove(stream: IO[bytes], feed: Feed, entry: Entry) -> None:
    digest = hashlib.sha256()
    while chunk := stream.read(CHUNK_BYTES):
        digest.update(chunk)
    if (found := digest.hexdigest()) != entry.sha256 and not _is_rewritten(feed, entry, found):
        path, size = feed.name(entry.path), stream.seek(0, 2)
        told = f"{size} bytes instead of {entry.bytes}" if size != entry.bytes else "bytes that differ"
        raise FeedError(f"{path}: sequence {entry.sequence} is damaged ({told}); restore the file from a back-up, or go on after it")
    stream.seek(0)


def _is_rewritten(feed: Feed, entry: Entry, digest: str) -> bool:
    """Whether a later line of the manifest says that the file of *entry* has *digest* now. The line is there before the bytes are."""
    return any(later.supersedes == entry.sequence and later.sha256 == digest for later in feed.entries(entry.sequence))
