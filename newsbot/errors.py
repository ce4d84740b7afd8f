"""Everything newsbot raises on purpose.

A broken *input file* stops a command at load (:class:`SourceError`, :class:`RuleError`, :class:`TableError`,
:class:`ArchiveError`). A broken *page* is an expected event (:class:`PageError`): counted, set aside, never fatal.
A refused *article* is :class:`Rejected` with a code from the closed list :data:`REJECTION_CODES`.
"""

from __future__ import annotations

from typing import Final

REJECTION_CODES: Final[dict[str, str]] = {
    "empty_page": "the body holds no bytes, or no markup with text",
    "not_html": "the bytes are not HTML (binary, PDF, archive, JSON, feed)",
    "error_page": "the server answered with an error status, or the page says that it is an error page",
    "listing": "the page lists many articles and tells none",
    "gallery": "a picture gallery with no story",
    "video": "a player page with no story",
    "no_text": "no text block could be chosen as the story",
    "reserved": "the publisher reserves text and data mining, and the source or NEWSBOT_TDM says to obey",
}
"""Every code that a refused page can carry, and what it means."""


class NewsbotError(Exception):
    """Base of all errors raised on purpose."""


class ConfigError(NewsbotError):
    """A broken configuration file. The message is one line: ``file: key: what is wrong; how to mend it``."""


class SourceError(ConfigError):
    """A broken ``data/sources/*.toml``."""


class RuleError(ConfigError):
    """A broken rule, in ``data/rules/*.toml`` or in a source file."""


class TableError(ConfigError):
    """A broken knowledge table (agencies, months, zones ...)."""


class ArchiveError(NewsbotError):
    """A WARC file that is missing, unreadable or not a WARC file."""


class StateError(NewsbotError):
    """A file or database of newsbot's memory that cannot be used; one line that names it and the mend."""


class StateLost(StateError):
    """A transaction that a database undid, or whose connection broke: whatever became of it, the same may be tried again."""


class EngineError(NewsbotError):
    """An engine that cannot do what is asked: not installed, not startable, or not with this output; one line that names the mend."""


class EngineFailed(NewsbotError):
    """An engine that gave up in the middle; one line. What is done stays done."""


class OutputError(NewsbotError):
    """Output that cannot be written (disk full, no rights); one line that names the file. What stands in it already is whole."""


class RunLocked(NewsbotError):
    """Another run is at work in the same output folder; one line that names it."""


class ManifestError(NewsbotError):
    """A ``manifest.jsonl`` that cannot be trusted; one line that names file, line, fault and mend."""


class FeedError(NewsbotError):
    """A finished file that cannot be read on: missing, damaged, foreign, or from a newer newsbot; one line that names it and the mend."""


class CursorError(FeedError):
    """A reader's place that the feed does not have: pruned, or of another feed; one line that says where to go on."""


class PageError(NewsbotError):
    """One page that cannot be read: counted and set aside, never fatal."""


class Postponed(NewsbotError):
    """A download that must not happen now: raised by a downloader middleware. The address waits until then, and no failure is counted.

    With *host* everything of that host waits.
    """

    def __init__(self, until: float, reason: str, host: str | None = None) -> None:
        super().__init__(until, reason, host)
        self.until = until
        """Seconds since the epoch."""
        self.reason = reason
        """One word or a short line; the run's summary shows it."""
        self.host = host
        """Host name in lower case, without a port."""


class Rejected(NewsbotError):
    """A page that is not an article; ``code`` is a key of :data:`REJECTION_CODES`, ``reason`` one line for people."""

    def __init__(self, code: str, reason: str) -> None:
        if code not in REJECTION_CODES:
            raise ValueError(f"unknown rejection code {code!r}")
        super().__init__(code, reason)
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"
