"""WARC files to raw pages.

FastWARC finds the records; the HTTP part is read here, because its own decoding ends the whole file without a word at the first
broken body (measured with 2.0.1).
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from base64 import b32encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from fastwarc import ArchiveIterator, WarcRecord, WarcRecordType
from fastwarc.stream_io import BrotliReader, GzipReader, ZstdReader

from newsbot.archive.note import read_note
from newsbot.errors import ArchiveError
from newsbot.items import ArchivePointer
from newsbot.page import MAX_PAGE_BYTES, RawPage
from newsbot.part_file import PART

_HEAD_BYTES: Final = 64 * 2**10
_LIMIT: Final = MAX_PAGE_BYTES + 1
"""One byte more than a page may hold, so that whoever reads it sees that it is too large."""
_STATUS_LINE: Final = re.compile(rb"HTTP/[\d.]{1,8}\s+(\d{3})")
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_KINDS: Final = (WarcRecordType.response, WarcRecordType.conversion)
"""Answers, and what a browser made of them; conversions that are not ours (text, PDF) are passed over."""
_HTML: Final = ("text/html", "application/xhtml+xml")
_TAKEN_OFF: Final = ("content-encoding", "transfer-encoding")


def read_warc(path: Path, name: str | None = None, start: int = 0) -> Iterator[RawPage]:
    """The HTML pages of *path* (plain or ``.gz``), in file order: HTTP responses of any status whose type is HTML or not given.

    Of a page that a crawl of ours rendered, what the browser made of it, instead of the response. Pages that a crawl of ours fetched
    because a story goes on there are left out: :mod:`newsbot.archive.later_pages` finds them.

    ``archive`` points to the page in the file *name* (default: the path's last part). ``source``, ``discovered_by`` and the like are
    known of pages that a crawl of ours archived, else ``None``; the body has its transfer and content encoding taken off, and those
    headers are gone. Reading begins with the record at byte *start*.

    Raises:
        ArchiveError: one line; the file is missing, is no WARC file, or ends within a record. What comes before the fault is delivered.
    """
    return (page for page in _pages(path, name or path.name, start) if page.part_of is None)


def read_later_pages(path: Path) -> Iterator[RawPage]:
    """The pages that :func:`read_warc` leaves out of *path*.

    Raises:
        ArchiveError: as there.
    """
    return (page for page in _pages(path, path.name, 0) if page.part_of is not None)


def _pages(path: Path, name: str, start: int) -> Iterator[RawPage]:
    for (offset, found), (end, _) in pairwise(_found(path, start)):
        if isinstance(found, ArchiveError):
            raise found
        if found is not None and _is_html(found):
            yield _with_pointer(found, name, offset, end - offset)


def read_page(folder: Path, pointer: ArchivePointer) -> RawPage:
    """The page at *pointer*, whose file lies below *folder*, finished or still being written.

    Raises:
        ArchiveError: one line; the file is gone, or there is no page at that place.
    """
    path = folder / pointer.file
    path = path if path.exists() else path.with_name(path.name + PART)
    try:
        with path.open("rb") as stream:
            stream.seek(pointer.offset)
            member = io.BytesIO(stream.read(pointer.length))
        found = next((_page(path, record) for record in ArchiveIterator(member, parse_http=False)), None)
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror or error}; there is no page to read at byte {pointer.offset}") from error
    if isinstance(found, ArchiveError):
        raise found
    if found is None:
        raise ArchiveError(f"{path}: there is no page at byte {pointer.offset}")
    return _with_pointer(found, pointer.file, pointer.offset, pointer.length)


_Found = tuple[RawPage, str] | ArchiveError | None
"""A page and its digest, the fault that ends the file, or a record of another kind."""


def _found(path: Path, start: int) -> Iterator[tuple[int, _Found]]:
    """What begins at which byte, and the end of the file: the length of a record is known when the next one begins."""
    try:
        with path.open("rb") as stream:
            stream.seek(start)
            for record in ArchiveIterator(stream, parse_http=False):
                yield record.stream_pos, _page(path, record)
            yield stream.seek(0, io.SEEK_END), None
    except OSError as error:
        fault = ArchiveError(f"{path}: {error.strerror or f'is no WARC file from some place on ({error})'}")
        yield from ((0, fault), (0, None))


def _page(path: Path, record: WarcRecord) -> _Found:
    if record.record_type not in _KINDS or not (url := record.headers.get("WARC-Target-URI")):
        return None
    note = read_note(record.headers.get("WARC-JSON-Metadata"))
    rendered = note.rendered if record.record_type == WarcRecordType.conversion else None
    if note.to_render or (rendered is None and record.record_type == WarcRecordType.conversion):
        return None
    data = record.reader.read(min(record.content_length, _LIMIT + _HEAD_BYTES))
    if len(data) < min(record.content_length, _LIMIT + _HEAD_BYTES):
        return ArchiveError(f"{path}: ends within the record at byte {record.stream_pos}; fetch the file again")
    status, headers, body = (rendered.status, rendered.headers, data) if rendered else _http(data)
    if status is None:
        return None
    body = _decoded(body, headers)
    digest = record.headers.get("WARC-Payload-Digest") or f"sha1:{b32encode(hashlib.sha1(body).digest()).decode()}"
    page = RawPage(
        url.strip("<>"),
        body,
        _instant(record.headers.get("WARC-Date")),
        status=status,
        headers={name: value for name, value in headers.items() if name not in _TAKEN_OFF},
    )
    told = {name: getattr(note, name) for name in ("source", "discovered_by", "addresses", "feed_text", "part_of")}
    return replace(page, **told), digest


def _is_html(found: tuple[RawPage, str]) -> bool:
    return found[0].headers.get("content-type", _HTML[0]).lower().startswith(_HTML)


def _with_pointer(page: tuple[RawPage, str], file: str, offset: int, length: int) -> RawPage:
    raw, digest = page
    return replace(raw, archive=ArchivePointer(file, offset, length, digest))


def _http(data: bytes) -> tuple[int | None, Mapping[str, str], bytes]:
    """Status, headers (names in lower case, repeated ones joined by a comma) and undecoded body of an HTTP response."""
    status = _STATUS_LINE.match(data)
    end = _HEAD_END.search(data, 0, _HEAD_BYTES)
    head, body = (data[: end.start()], data[end.end() :]) if end else (data, b"")
    headers: dict[str, str] = {}
    for line in head.decode("latin-1").splitlines()[1:]:
        name, colon, value = line.partition(":")
        name, value = name.strip().lower(), value.strip()
        if colon and name:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return int(status[1]) if status else None, headers, body


def _decoded(body: bytes, headers: Mapping[str, str]) -> bytes:
    """*body* without transfer and content encoding; as it is where it is not encoded as the headers say (archives often decode)."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _unchunked(body)
    for name in reversed(headers.get("content-encoding", "").lower().split(",")):
        unpack = _ENCODINGS.get(name.strip())
        body = (unpack(body) or body) if unpack else body
    return body[:_LIMIT]


def _unchunked(body: bytes) -> bytes:
    parts: list[bytes] = []
    stream = io.BytesIO(body)
    while size := re.match(rb"([0-9A-Fa-f]{1,7})[ \t]*(?:;.{0,200})?\r\n$", stream.readline(300)):
        if not int(size[1], 16):
            return b"".join(parts)
        parts.append(stream.read(int(size[1], 16)))
        stream.readline(2)
    return b"".join(parts) or body


def _gunzipped(body: bytes) -> bytes:
    return _read(GzipReader, body) if body.startswith(b"\x1f\x8b") else b""


def _unbrotlied(body: bytes) -> bytes:
    return _read(BrotliReader, body)


def _unzstded(body: bytes) -> bytes:
    return _read(ZstdReader, body) if body.startswith(b"\x28\xb5\x2f\xfd") else b""


def _inflated(body: bytes) -> bytes:
    """``deflate`` with or without its zlib header: servers send both."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        try:
            return zlib.decompressobj(window).decompress(body, _LIMIT)
        except zlib.error:
            continue
    return b""


def _read(reader: type[BrotliReader] | type[GzipReader] | type[ZstdReader], body: bytes) -> bytes:
    try:
        return reader(io.BytesIO(body)).read(_LIMIT)
    except OSError:
        return b""


_ENCODINGS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "gzip": _gunzipped, "x-gzip": _gunzipped, "deflate": _inflated, "br": _unbrotlied, "zstd": _unzstded,
}  # fmt: skip


def _instant(date: str | None) -> str | None:
    """A WARC date, which is RFC 3339 in UTC already; ``None`` when it is none."""
    try:
        datetime.fromisoformat(date or "")
    except ValueError:
        return None
    return date if date and date.endswith("Z") else None
