"""HTTP as Scrapy speaks it, less what could undercut a delay, flood the memory or reach a machine that is not to be reached."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _LenientHTTP11ClientProtocol
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError, DownloadFailedError
from scrapy.http import Response
from twisted.internet.interfaces import IHandshakeListener, ISSLTransport
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, DONE
from twisted.web.client import ResponseFailed, _HTTP11ClientFactory
from zope.interface import implementer

from newsbot.middlewares.addresses import AddressRefused, refused_names

on_wire: Final = object()
"""Signal, with ``url``: a request has been written to a connection that is ready for it."""
MAX_HEAD_BYTES: Final = 256 * 1024
"""Status line and headers of one answer; an ordinary one has 1 to 10 KiB. Scrapy and Twisted know no bound."""


class HeadTooLarge(Exception):
    """An answer whose headers do not end."""


class WireHandler(HTTP11DownloadHandler):
    """Scrapy's handler for ``http`` and ``https``, with three differences.

    A request is never sent a second time behind Scrapy's back (Twisted repeats one when a kept connection turns out to be closed);
    ``on_wire`` tells when it left; answers with endless headers are given up.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.retryAutomatically = False
        self._pool._factory = partial(_Factory, self._sent)  # type: ignore[assignment]

    async def download_request(self, request: Request) -> Response:
        """The answer to *request*.

        Raises:
            AddressRefused: its host leads to an address that is not to be reached.
            DownloadCancelledError: its answer is larger than is read.
        """
        try:
            return await super().download_request(request)
        except CannotResolveHostError:
            if kind := refused_names(self._crawler).get(_host(request)):
                raise AddressRefused(request.url, kind) from None
            raise
        except DownloadFailedError as error:
            if _is_flood(error):
                raise DownloadCancelledError(f"{request.url}: headers of more than {MAX_HEAD_BYTES} bytes") from None
            raise

    def _sent(self, url: str) -> None:
        self._crawler.signals.send_catch_log(on_wire, url=url)


class _Factory(_HTTP11ClientFactory):
    """Makes :class:`_Connection` protocols."""

    noisy = False

    def __init__(self, sent: Any, quiescent: Any, metadata: str) -> None:
        super().__init__(quiescent, metadata)  # type: ignore[no-untyped-call]
        self._sent = sent

    def buildProtocol(self, addr: Any) -> _Connection:  # noqa: N802, ARG002
        return _Connection(self._quiescentCallback, self._sent)


@implementer(IHandshakeListener)
class _Connection(_LenientHTTP11ClientProtocol):
    """One connection: it counts the bytes of heads, and tells when a request is on the wire (under TLS: after the handshake)."""

    def __init__(self, quiescent: Any, sent: Any) -> None:
        super().__init__(quiescent)  # type: ignore[no-untyped-call]
        self._sent = sent
        self._ready = False
        self._url: str | None = None
        self._head_bytes = 0

    def request(self, request: Any) -> Any:
        self._head_bytes = 0
        answer = super().request(request)
        self._url = (request.absoluteURI or b"").decode("ascii", "replace")
        if self._ready or not ISSLTransport.providedBy(self.transport):
            self.handshakeCompleted()
        return answer

    def handshakeCompleted(self) -> None:  # noqa: N802
        self._ready = True
        if self._url is not None:
            url, self._url = self._url, None
            self._sent(url)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        if self._parser is not None and self._parser.state not in (BODY, DONE):
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._giveUp(Failure(HeadTooLarge()))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


def _host(request: Request) -> str:
    return (urlsplit(request.url).hostname or "").lower()


def _is_flood(error: DownloadFailedError) -> bool:
    cause = error.__cause__
    return isinstance(cause, ResponseFailed) and any(reason.check(HeadTooLarge) for reason in cause.reasons)
