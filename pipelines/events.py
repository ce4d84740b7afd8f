"""What befalls an article without a page to make a record of: deletions."""

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

    def __str__(self) -> str:
        """One line: Scrapy prints every item at DEBUG."""
        return f"Event(deleted, {self.deletion.url}, {self.deletion.status})"


def to_event(event: Event) -> dict[str, Any]:
    """*event* as readers get it: JSON-ready, keys in the order of the reference."""
    deletion = event.deletion
    return {
        "event": "deleted",
        "id": deletion.id,
        "url": deletion.url,
        "status": deletion.status,
        "seen_at": deletion.seen_at,
        "last_revision": event.last_revision,
    }
