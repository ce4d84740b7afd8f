"""Old revisions in the feed: lines of articles that a later line tells anew. Files that hold some are written anew without them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from newsbot.feed.latest import Newest
from newsbot.feed.places import Place, feed_at
from newsbot.feed.reading import opened
from newsbot.feed.record_files import Input, RecordFile, find_input
from newsbot.feed.selection import Selection
from newsbot.retention.pruning import DAY_S, closed_at
from pipelines.manifest import Entry


@dataclass(frozen=True, slots=True)
class Outdated:
    """A file with lines that have been told anew."""

    entry: Entry
    lines: frozenset[int]
    """Their numbers, from 0."""
    size_bytes: int


def outdated(feed: Place, days: float, now: float) -> Iterator[Outdated]:
    """The files of records that were closed more than *days* before *now* (seconds since 1970) and hold lines that a later one tells anew.

    Later is a higher (``revision``, ``processing``) of the same article, or the later line of equal ones. What is newest of
    each article is kept in a temporary SQLite file: little memory however many articles.

    Raises:
        FeedError, ManifestError: the feed cannot be read.
    """
    given = find_input(feed, Selection())
    old = [file for file in given.articles if file.entry and closed_at(file.entry) < now - days * DAY_S]
    if not old:
        return
    newest = Newest(Input(given.articles, (), None), Selection())
    for file in old:
        if (found := _outdated(file, frozenset(newest.lines_of(file)))) is not None:
            yield found


def drop(feed: Place, found: Outdated, now: str) -> None:
    """Write the file of *found* anew without these lines; the manifest has the new checksum before. *now* is RFC 3339 in UTC.

    Raises:
        FeedError, ManifestError: the file or the manifest is damaged.
        OutputError: one line; it cannot be written, and the file is as it was.
    """
    entry = found.entry
    with opened(feed, entry) as stream:
        kept = [line for number, line in enumerate(stream) if number not in found.lines]
    data = b"".join(kept)
    first, last = (json.loads(kept[place])["fetched_at"] if kept else None for place in (0, -1))
    sha256 = hashlib.sha256(data).hexdigest()
    told = replace(
        entry, supersedes=entry.sequence, closed_at=now, records=len(kept), bytes=len(data), sha256=sha256, first=first, last=last
    )
    feed_at(feed).replace(entry.path, data, lambda sequence: replace(told, sequence=sequence))


def _outdated(file: RecordFile, newest: frozenset[int]) -> Outdated | None:
    assert file.entry is not None
    lines, size = [], 0
    with file.open() as stream:
        for number, line in enumerate(stream):
            if number not in newest:
                lines.append(number)
                size += len(line)
    return Outdated(file.entry, frozenset(lines), size) if lines else None
