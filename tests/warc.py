"""WARC files for tests."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path

_HEAD = (
    "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
    "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>\r\n"
    "Content-Type: application/http; msgtype={kind}\r\nContent-Length: {size}\r\n\r\n"
)


def response(body: bytes, headers: str = "Content-Type: text/html\r\n", status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}\r\n".encode() + body


def record(http: bytes, url: str = "https://a.example/1", kind: str = "response", date: str = "2026-11-22T06:26:23Z") -> bytes:
    return _HEAD.format(kind=kind, url=url, date=date, size=len(http)).encode() + http + b"\r\n\r\n"


def write_warc(path: Path, pages: Mapping[str, bytes]) -> Path:
    """A ``.warc.gz`` of HTML pages by address, one gzip member each, as archives are."""
    path.write_bytes(b"".join(gzip.compress(record(response(body), url)) for url, body in pages.items()))
    return path
