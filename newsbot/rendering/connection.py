"""The DevTools protocol over two pipes: JSON messages that end with a NUL byte."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any, Final

from newsbot.rendering.values import MB, BrowserGone, RenderFailed

MAX_MESSAGE: Final = 128 * MB
"""Bytes of one message; the largest page that is taken has a sixth of it, when all its letters are escaped."""
_FIRST_FREE: Final = 10
"""Our numbers of the pipes stay clear of 3 and 4, which are theirs."""
Listener = Callable[[str, dict[str, Any]], None]
"""Takes the name of an event and its parameters."""
Result = dict[str, Any]


class Connection:
    """Commands and their results; events go to the listener of their session."""

    def __init__(self, reader: asyncio.StreamReader, incoming: asyncio.ReadTransport, outgoing: asyncio.WriteTransport) -> None:
        self._reader, self._incoming, self._outgoing = reader, incoming, outgoing
        self._waiting: dict[int, asyncio.Future[Result]] = {}
        self._listeners: dict[str, Listener] = {}
        self._number = 0
        self.over = asyncio.ensure_future(self._read())
        """Done when the browser has gone."""

    @classmethod
    async def open(cls, incoming: IO[bytes], outgoing: IO[bytes]) -> Connection:
        """The connection over these pipes, in the running loop."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=MAX_MESSAGE)
        read, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), incoming)
        write, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, outgoing)
        return cls(reader, read, write)

    def listen(self, session: str, listener: Listener) -> None:
        """Hand the events of *session* to *listener*."""
        self._listeners[session] = listener

    def forget(self, session: str) -> None:
        """Hand on nothing of *session* any more."""
        self._listeners.pop(session, None)

    def send(self, method: str, session: str = "", /, **parameters: Any) -> asyncio.Future[Result]:
        """The result of a command, to be waited for or not: who does not wait hears of no failure.

        Raises:
            RenderFailed: (when waited for) the browser refuses.
            BrowserGone: (when waited for) it has ended.
        """
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(_heard)
        if self.over.done():
            answer.set_exception(BrowserGone())
            return answer
        self._number += 1
        self._waiting[self._number] = answer
        message = {"id": self._number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        self._outgoing.write(json.dumps(message).encode() + b"\0")
        return answer

    def close(self) -> None:
        """Close the pipes; the browser ends when it notices."""
        if not self._outgoing.is_closing():
            self._outgoing.abort()
        self._incoming.close()
        self.over.cancel()

    async def _read(self) -> None:
        try:
            with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, OSError):
                while True:
                    self._take(json.loads((await self._reader.readuntil(b"\0"))[:-1]))
        finally:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(BrowserGone())

    def _take(self, message: dict[str, Any]) -> None:
        if "id" not in message:
            if listener := self._listeners.get(message.get("sessionId", "")):
                listener(message["method"], message.get("params", {}))
            return
        answer = self._waiting.pop(message["id"])
        if answer.done():
            return
        if "error" in message:
            answer.set_exception(RenderFailed("render_failed", str(message["error"].get("message"))))
        else:
            answer.set_result(message.get("result", {}))


def open_pipes() -> tuple[int, int, IO[bytes], IO[bytes]]:
    """Two pipes: what the browser reads from and what it writes to, as numbers from 10 on; our ends of the second and the first."""
    their_input, our_output = os.pipe()
    our_input, their_output = os.pipe()
    theirs = [fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, _FIRST_FREE) for number in (their_input, their_output)]
    os.close(their_input)
    os.close(their_output)
    return theirs[0], theirs[1], os.fdopen(our_input, "rb", 0), os.fdopen(our_output, "wb", 0)


def _heard(answer: asyncio.Future[Result]) -> None:
    if not answer.cancelled():
        answer.exception()
