"""One request and its answer as WARC 1.1 records, each a gzip member of its own.

Bodies are stored as they came over the wire, with their ``Content-Encoding``; the transfer encoding (chunks) is taken off by Scrapy's
handler before anybody sees it, and its header with it.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from base64 import b32encode
from dataclasses import dataclass
from typing import Any, Final

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsbot import __version__
from newsbot.archive.note import NOTHING, Note, note_line

_VERSION: Final = "1.1"
_NOT_MODIFIED: Final = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_GZIP: Final = zlib.MAX_WBITS + 16
_LEVEL: Final = 3
"""Markup: 9 % larger than at level 6, at less than half its time (127 news pages of 315 kB: 2.5 ms and 5.8 ms each)."""
_LEVEL_OF_PACKED: Final = 0
"""Bodies that are compressed already do not give way: packed once more, they take a millisecond, and their headers 600 bytes less."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer. Secrets are taken out already."""

    url: str
    request: bytes
    """Request line and headers, with the empty line."""
    head: bytes
    """Status line and headers of the answer, with the empty line."""
    body: bytes
    """As received."""
    fetched_at: str
    """RFC 3339, UTC."""
    status: int
    note: Note = NOTHING


@dataclass(frozen=True, slots=True)
class Capture:
    """A page in the archive that a later one may be the same as."""

    record_id: str
    digest: str
    fetched_at: str
    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Packed:
    """Records ready to be appended to a file."""

    record_id: str
    digest: str
    answer: bytes
    """A ``response``, or a ``revisit`` of *earlier*."""
    request: bytes
    earlier: Capture | None = None

    @property
    def data(self) -> bytes:
        """All of it, the answer first."""
        return self.answer + self.request


class _Head(StatusAndHeaders):  # type: ignore[misc]
    """Headers byte for byte as they came; warcio would percent-encode what is not ASCII."""

    def __init__(self, head: bytes) -> None:
        super().__init__("as received", [])  # without a status line it would count as no headers
        self._head = head

    def compute_headers_buffer(self, header_filter: object = None) -> None:  # noqa: ARG002  warcio's interface
        self.headers_buff = self._head


def payload_digest(body: bytes) -> str:
    """The WARC digest of *body*."""
    return f"sha1:{b32encode(hashlib.sha1(body).digest()).decode()}"


def pack(exchange: Exchange, digest: str, earlier: Capture | None = None) -> Packed:
    """The records of *exchange*, whose body has *digest*: a revisit of *earlier* where there is one, else a response; and its request.

    A revisit says that the body is that of *earlier*, or, for an answer of status 304, that the server says so.
    """
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version=_VERSION)
    answer = _answer(writer, exchange, digest, earlier)
    writer.write_record(answer)
    end = out.tell()
    record_id = answer.rec_headers.get_header("WARC-Record-ID")
    headers = {"WARC-Date": exchange.fetched_at, "WARC-Concurrent-To": record_id}
    writer.write_record(writer.create_warc_record(exchange.url, "request", http_headers=_Head(exchange.request), warc_headers_dict=headers))
    data = out.getvalue()
    level = _LEVEL_OF_PACKED if earlier is None and b"\r\ncontent-encoding:" in exchange.head.lower() else _LEVEL
    return Packed(record_id, digest, zlib.compress(data[:end], level, wbits=_GZIP), zlib.compress(data[end:], _LEVEL, wbits=_GZIP), earlier)


def pack_rendering(page: Exchange, answer_id: str) -> Packed:
    """A ``conversion`` record: the markup that a browser made of the answer with the record id *answer_id*.

    The body of *page* is the markup in UTF-8, its note tells what the server said; request and head are not looked at.
    """
    out = io.BytesIO()
    writer, digest = WARCWriter(out, gzip=False, warc_version=_VERSION), payload_digest(page.body)
    told = {"WARC-Date": page.fetched_at, "WARC-JSON-Metadata": note_line(page.note), "WARC-Refers-To": answer_id}
    record = writer.create_warc_record(
        page.url,
        "conversion",
        payload=io.BytesIO(page.body),
        length=len(page.body),
        warc_content_type="text/html; charset=utf-8",
        warc_headers_dict=told | {"WARC-Payload-Digest": digest},
    )
    writer.write_record(record)
    record_id = record.rec_headers.get_header("WARC-Record-ID")
    return Packed(record_id, digest, zlib.compress(out.getvalue(), _LEVEL, wbits=_GZIP), b"")


def file_head(name: str, fetched_at: str) -> bytes:
    """The ``warcinfo`` record that a file of this *name* begins with."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version=_VERSION)
    info = {"software": f"newsbot/{__version__}", "format": f"WARC File Format {_VERSION}", "conformsTo": _CONFORMS}
    record = writer.create_warcinfo_record(name, info)
    record.rec_headers.replace_header("WARC-Date", fetched_at)
    writer.write_record(record)
    return zlib.compress(out.getvalue(), _LEVEL, wbits=_GZIP)


_CONFORMS: Final = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


def _answer(writer: WARCWriter, exchange: Exchange, digest: str, earlier: Capture | None) -> Any:
    headers = {"WARC-Date": exchange.fetched_at, "WARC-JSON-Metadata": note_line(exchange.note)}
    if earlier is None:
        headers["WARC-Payload-Digest"] = digest
        return writer.create_warc_record(
            exchange.url,
            "response",
            payload=io.BytesIO(exchange.body),
            length=len(exchange.body),
            http_headers=_Head(exchange.head),
            warc_headers_dict=headers,
        )
    headers["WARC-Refers-To"] = earlier.record_id
    record = writer.create_revisit_record(
        exchange.url, earlier.digest, exchange.url, earlier.fetched_at, http_headers=_Head(exchange.head), warc_headers_dict=headers
    )
    if exchange.status == 304:
        record.rec_headers.replace_header("WARC-Profile", _NOT_MODIFIED)
    return record
