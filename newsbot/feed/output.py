"""Standard output for other programs: whole lines, a reader that goes away, a signal that asks for an end."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from newsbot.errors import OutputError

_PATIENCE_S: Final = 1.0
"""How long a write that a signal has found waiting may still take; then the line stays torn, which readers throw away."""


class EndedError(Exception):
    """Nobody wants more: the reader has gone, or a signal has asked for the end."""


class LineOutput:
    """Standard output, unbuffered."""

    def __init__(self, handle: int = 1) -> None:
        self._handle = handle
        self._ended = False

    def write(self, lines: bytes) -> None:
        """Write *lines*, newlines included.

        Raises:
            EndedError: nobody wants more.
            OutputError: it cannot be written (a full disk, where it is a file).
        """
        self._check()
        rest = memoryview(lines)
        try:
            while rest:
                rest = rest[os.write(self._handle, rest) :]
        except BrokenPipeError:
            raise EndedError from None
        except OSError as error:
            raise OutputError(f"standard output: cannot be written ({error.strerror or error}); check the disk's room") from error
        self._check()

    def wait(self, seconds: float) -> None:
        """Return after *seconds*.

        Raises:
            EndedError: nobody wants more.
        """
        poll = select.poll()
        poll.register(self._handle, select.POLLERR)
        if poll.poll(seconds * 1000):
            raise EndedError
        self._check()

    @contextmanager
    def ended_by_signals(self) -> Iterator[None]:
        """While this lasts, SIGTERM and SIGINT end the writing after the line that is being written."""
        before = {number: signal.signal(number, self._end) for number in (signal.SIGTERM, signal.SIGINT)}
        alarm = signal.signal(signal.SIGALRM, _give_up)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            for number, handler in (*before.items(), (signal.SIGALRM, alarm)):
                signal.signal(number, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the form of signal handlers
        self._ended = True
        signal.setitimer(signal.ITIMER_REAL, _PATIENCE_S)

    def _check(self) -> None:
        if self._ended:
            raise EndedError


def print_bytes(*parts: bytes) -> None:
    """Print *parts* on standard output; a reader that goes away ends it without a fuss."""
    print_all(parts)


def print_all(parts: Iterable[bytes]) -> None:
    """As :func:`print_bytes`, of a stream."""
    sys.stdout.flush()
    output = LineOutput()
    try:
        for part in parts:
            output.write(part)
    except EndedError:
        return


def _give_up(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the form of signal handlers
    raise EndedError
