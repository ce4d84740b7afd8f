"""What befalls an article without a page to make a record of: its publisher deletes it, or we must forget it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from newsbot.items import Deletion


@dataclass(frozen=True, slots=True)
class Event:
    """A deletion that readers of the feed are told of."""

    deletion: Deletion
    last_revision: int
    """``revision`` of the article's last record."""

    @property
    def url(self) -> str:
        """The address that is gone."""
        return self.deletion.url

    @property
    def source(self) -> str | None:
        """Id of the article's source."""
        return self.deletion.source

    @property
    def seen_at(self) -> str:
        """RFC 3339, UTC."""
        return self.deletion.seen_at

    def __str__(self) -> str:
        """One line: Scrapy prints every item at DEBUG."""
        return f"Event(deleted, {self.deletion.url}, {self.deletion.status})"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An article that was taken down here (``scrapy forget``); readers of the feed forget it too."""

    id: str
    seen_at: str
    """RFC 3339, UTC."""
    source: str | None
    last_revision: int | None
    """``revision`` of its last record; ``None`` where it is not known any more."""


def to_event(event: Event | Tombstone) -> dict[str, Any]:
    """*event* as readers get it: JSON-ready, keys in the order of the reference. What is forgotten has no address any more."""
    if isinstance(event, Tombstone):
        what = {"event": "forgotten", "id": event.id, "url": None, "status": None}
        return what | {"seen_at": event.seen_at, "last_revision": event.last_revision}
    deletion = event.deletion
    return {
        "event": "deleted",
        "id": deletion.id,
        "url": deletion.url,
        "status": deletion.status,
        "seen_at": deletion.seen_at,
        "last_revision": event.last_revision,
    }
