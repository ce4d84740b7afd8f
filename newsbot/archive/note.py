"""What a page in the archive could not tell of itself: the source it was fetched for, and how the crawl came to it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from pydantic import TypeAdapter, ValidationError

from newsbot.items import DiscoveredBy, FeedText

_KEY: Final = "newsbot"


@dataclass(frozen=True, slots=True)
class Note:
    """Fields of :class:`newsbot.page.RawPage` that are not in the answer of the server."""

    source: str | None = None
    discovered_by: DiscoveredBy | None = None
    addresses: tuple[str, ...] = ()
    """Addresses before redirects."""
    feed_text: FeedText | None = None


_NOTE: Final = TypeAdapter(dict[str, Note])
NOTHING: Final = Note()


def note_line(note: Note) -> str:
    """*note* for the WARC header ``WARC-JSON-Metadata``: one line of ASCII."""
    return json.dumps({_KEY: asdict(note)}, separators=(",", ":"))


def read_note(line: str | None) -> Note:
    """What :func:`note_line` wrote; nothing of a foreign line."""
    if not line or _KEY not in line:
        return NOTHING
    try:
        notes: dict[str, Note] = _NOTE.validate_json(line)
    except ValidationError:
        return NOTHING
    return notes.get(_KEY, NOTHING)
