"""The records that an export is made of, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from newsbot.feed.latest import Newest
from newsbot.feed.record_files import Input, RecordFile, read_records
from newsbot.feed.selection import Selection

Tell = Callable[[int], object]
"""Is told how many bytes more were read."""


def selected_records(given: Input, selection: Selection, newest: Newest | None, tell: Tell = int) -> Iterator[dict[str, Any]]:
    """The records of *given* that are meant, in the order of the feed; with *newest* one for each article.

    Raises:
        FeedError: a file cannot be read, or a line of it.
    """
    for file in given.articles:
        if newest is None:
            yield from filter(selection.holds, read_records(file, tell))
        else:
            yield from _newest_of(file, newest, tell)


def _newest_of(file: RecordFile, newest: Newest, tell: Tell) -> Iterator[dict[str, Any]]:
    wanted = newest.lines_of(file)
    line = next(wanted, None)
    for number, record in enumerate(read_records(file, tell)):
        if number == line:
            yield record
            line = next(wanted, None)
