"""What a page in the archive could not tell of itself: the source it was fetched for, and how the crawl came to it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from pydantic import TypeAdapter, ValidationError

from newsbot.items import DiscoveredBy, FeedText

_KEY: Final = "newsbot"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What the server said of the page that was rendered."""

    status: int
    headers: dict[str, str]
    """Names in lower case, secrets taken out; the type is that of the markup that the browser gave back."""


@dataclass(frozen=True, slots=True)
class Note:
    """Fields of :class:`newsbot.page.RawPage` that are not in the answer of the server."""

    source: str | None = None
    discovered_by: DiscoveredBy | None = None
    addresses: tuple[str, ...] = ()
    """Addresses before redirects."""
    feed_text: FeedText | None = None
    to_render: bool = False
    """The answer was given to a browser. What that made of it is the page, and a record of its own; there is none if the browser failed."""
    rendered: Rendered | None = None
    """This is what a browser made of the answer before."""
    part_of: str | None = None
    """Address of the first page of the story that this one goes on with."""


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
