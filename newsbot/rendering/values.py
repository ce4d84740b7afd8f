"""What a rendering is given, what it asks for, and how it fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

MB: Final = 2**20


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""
    """With the content encoding taken off."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A page as its server sent it, and who looks at it."""

    url: str
    page: Answer
    user_agent: str
    language: str | None = None
    """BCP 47: how scripts print numbers and dates."""
    timezone: str | None = None
    """IANA: in which zone scripts print times; ``None``: UTC."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a script of the page asks for."""

    url: str
    kind: str
    """``Script``, ``XHR`` or ``Fetch``."""
    headers: Mapping[str, str]
    """Names in lower case; those that the browser adds of itself are not among them."""


Fetch = Callable[[Asked], Awaitable[Answer | None]]
"""Gets what is asked for; ``None``: it may not be had, or cannot. Whatever it raises ends the rendering."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one page may take."""

    timeout_s: float = 60.0
    """Seconds by the wall clock, the delays between its requests included."""
    settle_s: float = 5.0
    """Seconds of the page's own clock, which runs ahead while nothing is to do: timers up to that are waited for."""
    requests: int = 60
    bytes: int = 16 * MB
    """Of all answers together, and letters of the page when it is done."""
    memory_mb: int = 1024
    """Resident memory of one of the browser's processes."""
    heap_mb: int = 256
    """Of this, the objects of the page's scripts."""


class RenderFailed(Exception):
    """No page came of it; *word* is ``render_timeout``, ``render_crashed``, ``render_failed`` or ``too_large``."""

    def __init__(self, word: str, message: str) -> None:
        super().__init__(message)
        self.word = word


class BrowserGone(RenderFailed):
    """The browser ended, which another of its pages may have brought about."""

    def __init__(self, message: str = "the browser has gone") -> None:
        super().__init__("render_failed", message)
