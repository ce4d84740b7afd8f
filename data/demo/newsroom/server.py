"""A web server for the documents of one site, on one loopback name."""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Final
from urllib.parse import quote, unquote

from .feeds import API
from .pages import HTML, Document

_PACKED_ALREADY: Final = ("image/", "application/gzip")
_MISSING: Final = b"<!doctype html><html><head><title>404</title></head><body><h1>Not found</h1></body></html>"


@dataclass(frozen=True, slots=True)
class AccessLog:
    """One JSON line a request, for those who want to know what was asked for; ``path`` None: not kept."""

    path: Path | None
    lock: Lock

    def write(self, **entry: str | int | None) -> None:
        """Append one line."""
        if self.path:
            with self.lock, self.path.open("a", encoding="utf-8") as log:
                log.write(json.dumps(entry) + "\n")


class SiteServer(ThreadingHTTPServer):
    """Serves *documents*; set after binding, because the pages carry the port."""

    daemon_threads = True
    documents: Mapping[str, Document] = {}

    def __init__(self, address: tuple[str, int], log: AccessLog) -> None:
        self.log = log
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, SiteHandler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news; anything else is."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class SiteHandler(BaseHTTPRequestHandler):
    """GET and HEAD with validators and gzip."""

    protocol_version = "HTTP/1.1"
    server_version = "demo-newsroom"
    sys_version = ""
    timeout = 30
    server: SiteServer

    def do_GET(self) -> None:
        """Answer with the document."""
        self._answer(send_body=True)

    def do_HEAD(self) -> None:
        """Answer with the headers only."""
        self._answer(send_body=False)

    def _answer(self, *, send_body: bool) -> None:
        path = _known_form(self.path)
        document = self.server.documents.get(path.partition("?")[0] if path.startswith(API) else path)
        status = self._status(document)
        self.server.log.write(
            host=self.headers.get("Host"),
            path=self.path,
            status=status.value,
            agent=self.headers.get("User-Agent"),
            accept_language=self.headers.get("Accept-Language"),
        )
        body = self._head(status, document)
        if send_body and status != HTTPStatus.NOT_MODIFIED:
            self.wfile.write(body)

    def _status(self, document: Document | None) -> HTTPStatus:
        if document is None:
            return HTTPStatus.NOT_FOUND
        return HTTPStatus.NOT_MODIFIED if self._is_known(document) else HTTPStatus(document.status)

    def _is_known(self, document: Document) -> bool:
        """Whether the client's copy is current (RFC 9110, 13.2.2: the tag goes before the date)."""
        if tags := self.headers.get("If-None-Match"):
            return _etag(document) in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        since = _http_date(self.headers.get("If-Modified-Since"))
        return since is not None and document.changed.replace(microsecond=0) <= since

    def _head(self, status: HTTPStatus, document: Document | None) -> bytes:
        """Send the headers; what comes back is the body as it must be sent."""
        body = document.body if document else _MISSING
        kind = document.content_type if document else HTML
        self.send_response(status)
        if document and document.status == HTTPStatus.OK:
            self.send_header("ETag", f"W/{_etag(document)}")
            self.send_header("Last-Modified", format_datetime(document.changed.astimezone(UTC), usegmt=True))
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", kind)
            if "gzip" in self.headers.get("Accept-Encoding", "") and not kind.startswith(_PACKED_ALREADY):
                body = gzip.compress(body, mtime=0)
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Vary", "Accept-Encoding")
        self.end_headers()
        return body

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on standard error: the access log has it."""


def _known_form(target: str) -> str:
    """The request target with one spelling of percent-encoding."""
    path, mark, query = target.partition("?")
    return quote(unquote(path)) + mark + query


def _etag(document: Document) -> str:
    return f'"{hashlib.sha256(document.body).hexdigest()[:20]}"'


def _http_date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
