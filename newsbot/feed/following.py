"""Following a feed: every finished file once, in order, each followed by the cursor that a reader keeps with its data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from newsbot.errors import FeedError
from newsbot.feed.cursors import Cursor, cursor_of, oldest_entry, require_kept, require_known
from newsbot.feed.places import Place
from newsbot.feed.reading import entries, line_chunks, opened, require_feed
from pipelines.manifest import NAME, Entry

Write = Callable[[bytes], object]


def follow(out: Place, cursor: Cursor | None, write: Write) -> Iterator[Cursor]:
    """Write what the feed in *out* has after *cursor* (all that there is, without one); yield each file's cursor after its last line.

    The lines of a file are followed by ``{"cursor": ...}``. Nothing of a damaged file is written. Where an article was forgotten a file
    is delivered in its old place as it is now; the line of the manifest that says so is a cursor without lines.

    Raises:
        CursorError: the feed cannot go on from *cursor* without a gap.
        FeedError: a file or the manifest cannot be read, or is damaged.
        ManifestError: the manifest is broken, or from a newer newsbot.
    """
    require_feed(out)
    if cursor is not None:
        require_known(out, cursor)
    for entry in entries(out, cursor.sequence if cursor else _before_oldest(out)):
        _deliver(out, entry, write)
        yield cursor_of(entry)


def follow_on(out: Place, cursor: Cursor | None, write: Write, wait: Callable[[], object]) -> Iterator[Cursor]:
    """:func:`follow` without an end: *wait* is called whenever there is nothing new; it ends by an exception of its."""
    while True:
        if not isinstance(out, Path) or (out / NAME).is_file() or not out.is_dir():
            for place in follow(out, cursor, write):
                cursor = place
                yield place
        wait()


def _deliver(out: Place, entry: Entry, write: Write) -> None:
    """Write the lines of *entry*, then its cursor."""
    if entry.supersedes is None:
        try:
            _write_file(out, entry, write)
        except FeedError:
            require_kept(out, entry)
            raise
    write(json.dumps({"cursor": str(cursor_of(entry))}).encode() + b"\n")


def _write_file(out: Place, entry: Entry, write: Write) -> None:
    with opened(out, entry) as stream:
        for chunk in line_chunks(stream):
            write(chunk)


def _before_oldest(out: Place) -> int:
    """Where a reader without a cursor begins: before the oldest file that is still there."""
    oldest = oldest_entry(out)
    return oldest.sequence - 1 if oldest else 0
