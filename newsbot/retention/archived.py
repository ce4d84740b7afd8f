"""An article's pages in the archive: where they lie, and how they are blanked without moving anything else."""

from __future__ import annotations

import shutil
import struct
import uuid
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastwarc import ArchiveIterator

from newsbot.archive.note import read_note
from newsbot.errors import ArchiveError
from newsbot.feed.aside import new_file
from newsbot.urls import article_id, variant_key

_COMMENT_FLAG: Final = 0x10
_HEAD: Final = struct.Struct("<4BIBB")
_FRAME_BYTES: Final = _HEAD.size + 1 + 8
"""Of a gzip member: its head, the zero after the comment, checksum and size."""


@dataclass(frozen=True, slots=True)
class Member:
    """One record of an archive file: an answer, a request, a revisit."""

    offset: int
    length: int
    url: str
    addresses: tuple[str, ...]
    """Before redirects."""


def find_members(path: Path, names: Collection[str], known: str) -> list[Member]:
    """The records of *path* about an article: its id is *known*, or the :func:`variant_key` of its address is one of *names*.

    Addresses from which such a page was reached by redirects count too.

    Raises:
        ArchiveError: one line; the file cannot be read to its end.
    """
    members = list(_members(path))
    wanted = {*names, *(variant_key(one.url) for one in members if article_id(one.url) == known)}
    wanted |= {variant_key(hop) for one in members if variant_key(one.url) in wanted for hop in one.addresses}
    return [one for one in members if variant_key(one.url) in wanted]


def blank(path: Path, members: Sequence[Member]) -> None:
    """Put a record that says nothing in the place of each of *members*. All else in *path* stays where it is, byte for byte.

    Raises:
        OutputError: one line; it cannot be written, and the file is as it was.
    """
    with new_file(path) as aside:
        shutil.copyfile(path, aside)
        with aside.open("r+b") as stream:
            for member in members:
                stream.seek(member.offset)
                stream.write(filler(member.length))


def filler(length: int) -> bytes:
    """A gzip member of exactly *length* bytes that holds an empty WARC record of the kind ``metadata``.

    What is left over is the comment in the head of the member, which readers pass over (RFC 1952, section 2.3.1).

    Raises:
        ValueError: *length* is less than such a record takes, about 170 bytes; no record of an exchange is so short.
    """
    lines = ("WARC/1.1", "WARC-Type: metadata", f"WARC-Record-ID: <urn:uuid:{uuid.uuid4()}>", "WARC-Date: 1970-01-01T00:00:00Z")
    record = "\r\n".join((*lines, "Content-Length: 0", "", "", "", "")).encode()
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    packed = packer.compress(record) + packer.flush()
    room = length - len(packed) - _FRAME_BYTES
    if room < 0:
        raise ValueError(f"no record fits into {length} bytes")
    head = _HEAD.pack(0x1F, 0x8B, 8, _COMMENT_FLAG, 0, 0, 255)
    return head + b" " * room + b"\0" + packed + struct.pack("<II", zlib.crc32(record), len(record))


def _members(path: Path) -> Iterator[Member]:
    """The records with an address; the length of each is known when the next one begins."""
    try:
        with path.open("rb") as stream:
            last: Member | None = None
            for record in ArchiveIterator(stream, parse_http=False):
                if last is not None:
                    yield Member(last.offset, record.stream_pos - last.offset, last.url, last.addresses)
                url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
                addresses = read_note(record.headers.get("WARC-JSON-Metadata")).addresses
                last = Member(record.stream_pos, 0, url, addresses) if url else None
            if last is not None:
                yield Member(last.offset, stream.seek(0, 2) - last.offset, last.url, last.addresses)
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror or error}; restore the file from a back-up, or take it out of the archive") from error
