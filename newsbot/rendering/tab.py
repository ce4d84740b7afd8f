"""One page in a tab of its own, from the server's markup to what its scripts made of it."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from newsbot.rendering.connection import Connection, Result
from newsbot.rendering.values import Answer, Asked, BrowserGone, Fetch, Limits, RenderFailed, Visit

CLOSE_S: Final = 5.0
"""A browser that has not closed a tab by then hangs as a whole."""
_FETCHED: Final = ("Script", "XHR", "Fetch")
_STAND_INS: Final = {
    "Image": Answer(headers={"content-type": "image/svg+xml"}, body=b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'),
    "Stylesheet": Answer(headers={"content-type": "text/css"}),
    "Document": Answer(headers={"content-type": "text/html"}),
}
"""What is not fetched, because no text comes of it, but may not seem broken: some scripts wait for it, others replace it. Frames too."""
_NOT_PASSED: Final = frozenset(
    (
        *("content-encoding", "content-length", "transfer-encoding", "connection", "set-cookie", "content-disposition", "refresh"),
        *("link", "report-to", "nel", "strict-transport-security", "alt-svc", "service-worker-allowed"),
    )
)
"""Headers of answers: bodies are unpacked and whole, and the others would have the browser do something."""
_BROWSERS_OWN: Final = frozenset(("user-agent", "referer", "cookie", "host", "connection", "accept-encoding", "accept-language", "origin"))
_HTML: Final = """
(() => {
  const type = document.doctype ? "<!DOCTYPE html>\\n" : "", text = document.documentElement ? document.documentElement.outerHTML : "";
  return text.length > %d ? text.length : type + text;
})()
"""


class Tab:
    """A rendering of *visit*; what its scripts ask for comes from *fetch*. Not used twice."""

    def __init__(self, connection: Connection, visit: Visit, limits: Limits, fetch: Fetch) -> None:
        self._connection, self._visit, self._limits, self._fetch = connection, visit, limits, fetch
        self._target = self._context = self._session = ""
        self._shown = self._navigated = False
        self._asked = self._bytes = 0
        self._fetching: set[asyncio.Future[Any]] = set()
        loop = asyncio.get_running_loop()
        self._read: asyncio.Future[None] = loop.create_future()
        """The markup has been read."""
        self._settled: asyncio.Future[None] = loop.create_future()
        """Nothing is left to do within the time that the page has by its own clock."""
        self._failure: asyncio.Future[Exception] = loop.create_future()
        """Why it is of no use to go on."""
        connection.over.add_done_callback(self._gone)

    async def render(self) -> str:
        """The page's markup when its scripts have settled.

        Raises:
            RenderFailed: it takes too long, too much memory, is too large, or the browser failed. And whatever *fetch* raises.
        """
        work = asyncio.ensure_future(self._rendered())
        waited: set[asyncio.Future[Any]] = {work, self._failure}
        try:
            await asyncio.wait(waited, timeout=self._limits.timeout_s, return_when=asyncio.FIRST_COMPLETED)
            if self._failure.done():
                raise self._failure.result()
            if not work.done():
                raise RenderFailed("render_timeout", f"its scripts did not settle within {self._limits.timeout_s:g} s")
            return work.result()
        finally:
            work.cancel()

    async def close(self) -> None:
        """Close the tab, with all that the page opened and stored.

        Raises:
            TimeoutError: the browser hangs.
        """
        self._connection.forget(self._session)
        self._connection.over.remove_done_callback(self._gone)
        with suppress(RenderFailed):
            if self._target:
                await asyncio.wait_for(self._connection.send("Target.closeTarget", targetId=self._target), CLOSE_S)
            if self._context:
                await asyncio.wait_for(self._connection.send("Target.disposeBrowserContext", browserContextId=self._context), CLOSE_S)

    async def _rendered(self) -> str:
        await self._open()
        self._send("Page.navigate", url=self._visit.url)
        await self._read
        await self._send("Emulation.setVirtualTimePolicy", policy="pauseIfNetworkFetchesPending", budget=1000 * self._limits.settle_s)
        await self._settled
        return await self._html()

    async def _open(self) -> None:
        """A tab that shares nothing with others, and asks before it asks."""
        send = self._connection.send
        self._context = (await send("Target.createBrowserContext", disposeOnDetach=True))["browserContextId"]
        send("Browser.setDownloadBehavior", behavior="deny", browserContextId=self._context)
        self._target = (await send("Target.createTarget", url="about:blank", browserContextId=self._context))["targetId"]
        self._session = (await send("Target.attachToTarget", targetId=self._target, flatten=True))["sessionId"]
        self._connection.listen(self._session, self._heard)
        await self._send("Inspector.enable")
        await self._send("Page.enable")  # the events of the page's beginning would be missed
        await asyncio.gather(*self._looks(), return_exceptions=True)  # an older browser may not know one of them
        await self._send("Fetch.enable", patterns=[{"urlPattern": "*"}])

    def _looks(self) -> Iterator[asyncio.Future[Result]]:
        """What the page sees of who looks at it."""
        visit = self._visit
        told = {"acceptLanguage": visit.language} if visit.language else {}
        yield self._send("Emulation.setUserAgentOverride", userAgent=visit.user_agent, **told)
        yield self._send("Emulation.setTimezoneOverride", timezoneId=visit.timezone or "UTC")
        yield self._send("Emulation.setDeviceMetricsOverride", width=1280, height=1024, deviceScaleFactor=1, mobile=False)
        if visit.language:
            yield self._send("Emulation.setLocaleOverride", locale=visit.language)

    async def _html(self) -> str:
        """The markup as it stands, read where the page's own scripts have no say."""
        world = await self._send("Page.createIsolatedWorld", frameId=self._target)
        found = await self._send(
            "Runtime.evaluate", expression=_HTML % self._limits.bytes, contextId=world["executionContextId"], returnByValue=True
        )
        text = found["result"].get("value")
        if not isinstance(text, str):
            raise RenderFailed("too_large", f"the page has {text} letters when its scripts have settled")
        return text

    def _send(self, method: str, **parameters: Any) -> asyncio.Future[Result]:
        return self._connection.send(method, self._session, **parameters)

    def _heard(self, event: str, told: dict[str, Any]) -> None:
        match event:
            case "Fetch.requestPaused":
                self._paused(told)
            case "Page.javascriptDialogOpening":
                self._send("Page.handleJavaScriptDialog", accept=False)
            case "Page.frameNavigated":
                self._navigated |= self._shown and told["frame"]["id"] == self._target
            case "Page.domContentEventFired":
                _done(self._read) if self._navigated else None
            case "Page.frameStoppedLoading":  # without the event above, where a script leads elsewhere while the markup is being read
                _done(self._read) if self._navigated and told["frameId"] == self._target else None
            case "Emulation.virtualTimeBudgetExpired":
                _done(self._settled)
            case "Inspector.targetCrashed":
                self._fail(RenderFailed("render_crashed", "its scripts took too much memory, or the browser's process for it crashed"))

    def _paused(self, told: dict[str, Any]) -> None:
        """Answer a request of the page, or have it fetched."""
        request, kind, number = told["request"], told["resourceType"], told["requestId"]
        if kind == "Document" and told["frameId"] == self._target:
            if self._shown:  # a script leads elsewhere: the page that was asked for stays
                self._refuse(number, "Aborted")
            else:
                self._shown = True
                self._answer(number, self._visit.page)
        elif kind in _STAND_INS:
            self._answer(number, _STAND_INS[kind])
        elif request["method"] == "OPTIONS":
            self._answer(number, _preflight(_lower(request["headers"])))
        elif kind in _FETCHED and request["method"] == "GET" and request["url"].startswith(("http://", "https://")):
            self._bring(number, Asked(request["url"], kind, _own_headers(request["headers"])))
        else:
            self._refuse(number, "BlockedByClient")

    def _bring(self, number: str, asked: Asked) -> None:
        self._asked += 1
        if self._asked > self._limits.requests or self._bytes > self._limits.bytes:
            self._refuse(number, "BlockedByClient")
            return
        fetching = asyncio.ensure_future(self._brought(number, asked))
        self._fetching.add(fetching)
        fetching.add_done_callback(self._fetching.discard)

    async def _brought(self, number: str, asked: Asked) -> None:
        """Not cancelled with the rendering: a download that has begun is to end in its own way."""
        try:
            answer = await self._fetch(asked)
        except Exception as error:  # noqa: BLE001  whatever it is, it is the caller's, who gets it back
            self._fail(error)
            return
        self._bytes += len(answer.body) if answer else 0
        if answer is None or self._bytes > self._limits.bytes:
            self._refuse(number, "BlockedByClient")
        else:
            self._answer(number, answer)

    def _answer(self, number: str, answer: Answer) -> None:
        headers = [{"name": name, "value": value} for name, value in answer.headers.items() if name not in _NOT_PASSED]
        body = b64encode(answer.body).decode()
        self._send("Fetch.fulfillRequest", requestId=number, responseCode=answer.status, responseHeaders=headers, body=body)

    def _refuse(self, number: str, reason: str) -> None:
        self._send("Fetch.failRequest", requestId=number, errorReason=reason)

    def _gone(self, over: object) -> None:  # noqa: ARG002  asyncio's interface
        self._fail(BrowserGone())

    def _fail(self, error: Exception) -> None:
        if not self._failure.done():
            self._failure.set_result(error)


def _done(event: asyncio.Future[None]) -> None:
    if not event.done():
        event.set_result(None)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _own_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Those that the script set."""
    return {name: value for name, value in _lower(headers).items() if name not in _BROWSERS_OWN and not name.startswith("sec-")}


def _preflight(headers: Mapping[str, str]) -> Answer:
    """What lets a script ask another host of the source; that host's answer itself must still allow it (WHATWG Fetch, 4.8)."""
    return Answer(
        204,
        {
            "access-control-allow-origin": headers.get("origin", "*"),
            "access-control-allow-methods": headers.get("access-control-request-method", "GET"),
            "access-control-allow-headers": headers.get("access-control-request-headers", "*"),
            "access-control-allow-credentials": "true",
        },
    )
