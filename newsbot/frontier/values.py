"""What a frontier takes and gives: frozen values. All times are seconds since the epoch, UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from newsbot.urls import article_id

Kind = Literal["list", "article"]
Naming = Literal["new", "due", "waiting", "not_due", "quarantined", "again"]
"""What naming an address (``add``) came to:

``new``          never seen before, waits now
``due``          visited in an earlier run, waits again: its time has come, or its list says that it changed
``waiting``      known and not visited yet
``not_due``      visited, and to be left alone for now
``quarantined``  failed too often
``again``        this worker has named it before; nothing changed
"""

NEVER: Final = None
"""``Visit.due_at`` of an address that is not to be visited again, whatever lists name it."""
NAMED_AGAIN: Final = 0.0
"""``Visit.due_at`` of an address that is visited again by each later run in which a list names it, and not otherwise."""


def list_key(url: str) -> str:
    """The key of the feed, sitemap or section page *url*: never that of an article, though the address may be the same."""
    return "list:" + article_id(url)


@dataclass(frozen=True, slots=True)
class Entry:
    """An address that somebody named."""

    key: str
    """``article_id(url)``, or ``list_key(url)``."""
    source: str
    host: str
    """Whose politeness it is under: host name in lower case, no port."""
    kind: Kind
    request: str
    """The request as JSON; handed back as it is."""
    priority: int = 0
    """Higher goes first among those of one source and host."""
    changed_at: float | None = None
    """When the article changed last, as the list that names it says; ``None``: it does not say. A visited address waits again
    when this is later than its last visit and than any such date before (dates from the future count once)."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The last time an address was asked for and what is needed to ask "has it changed?"."""

    fetched_at: float
    status: int | None = None
    """``None``: no answer was to be had (robots, a redirect to elsewhere)."""
    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    """First 32 hex digits of the SHA-256 of the body."""
    unchanged: int = 0
    """Visits in a row, up to this one, that found nothing new."""
    due_at: float | None = NAMED_AGAIN
    """When to visit again: a time; :data:`NEVER`; :data:`NAMED_AGAIN`."""


@dataclass(frozen=True, slots=True)
class Lease:
    """An address handed to one worker, until the worker ends it or its time runs out."""

    key: str
    source: str
    host: str
    kind: Kind
    request: str
    tries: int
    """Failures so far."""
    first_named: bool
    """Whether this worker meets the address for the first time: nobody named it to it."""
    visit: Visit | None
    """The last one, ``None`` before the first."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Addresses of one source by state."""

    waiting: int = 0
    leased: int = 0
    done: int = 0
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """Addresses of one source and host that wait."""

    source: str
    host: str
    until: float
    """When the first of them may be fetched; the past: at once."""
    addresses: int
    reason: str | None
    """The host's, or of the first of them; ``None``: it was not told."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An address that failed too often."""

    key: str
    source: str
    url: str
    reason: str
    tries: int
