"""Files of the feed without the lines of one article."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from newsbot.errors import FeedError
from newsbot.feed.places import Place, feed_at
from newsbot.feed.reading import has_file, kept_entries, opened
from pipelines.manifest import Entry

Line = dict[str, Any]
FORGOTTEN = "forgotten"


def lines_about(out: Place, article_id: str) -> Iterator[tuple[Entry, Line]]:
    """Every record and event of an article, with the file that holds it.

    Raises:
        FeedError, ManifestError: a file or the manifest is damaged; a takedown must not give damage a new checksum.
    """
    for entry in kept_entries(out):
        if has_file(out, entry):
            name = feed_at(out).name(entry.path)
            with opened(out, entry) as stream:
                yield from ((entry, line) for raw in stream if (line := _line_about(raw, article_id, name)) is not None)


def rewrite_without(out: Place, entry: Entry, article_id: str, now: str) -> None:
    """Take all lines of an article out of the file of *entry*, its tombstone aside; the manifest has the new checksum before.

    Raises:
        FeedError, ManifestError: the file or the manifest is damaged.
        OutputError: one line; it cannot be written, and the file is as it was.
    """
    name = feed_at(out).name(entry.path)
    with opened(out, entry) as stream:
        kept = [raw for raw in stream if not _goes(raw, article_id, name)]
    data = b"".join(kept)
    first, last = (json.loads(kept[place]) if kept else {} for place in (0, -1))
    feed_at(out).replace(
        entry.path, data,
        lambda sequence: replace(
            entry, sequence=sequence, supersedes=entry.sequence, closed_at=now, records=len(kept), bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(), first=_instant_of(first), last=_instant_of(last),
        ),
    )  # fmt: skip


def is_tombstone(line: Line) -> bool:
    """Whether *line* tells that its article is forgotten."""
    return line.get("event") == FORGOTTEN


def _goes(raw: bytes, article_id: str, name: str) -> bool:
    line = _line_about(raw, article_id, name)
    return line is not None and not is_tombstone(line)


def _line_about(raw: bytes, article_id: str, name: str) -> Line | None:
    """The object in *raw* when it is about the article: others may name it, as what they copy."""
    if article_id.encode() not in raw:
        return None
    try:
        line = json.loads(raw)
    except ValueError as error:
        raise FeedError(f"{name}: holds a line that is no JSON ({error}); restore the file from a back-up") from error
    return line if isinstance(line, dict) and line.get("id") == article_id else None


def _instant_of(line: Line) -> str | None:
    return line.get("seen_at") or line.get("fetched_at")
