"""What an export reads: the finished files of a feed, or single JSON Lines files; their lines as records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path
from typing import IO, Any, Final

from pydantic_core import from_json

from newsbot.errors import FeedError
from newsbot.feed.cursors import cursor_of
from newsbot.feed.places import Place, feed_at
from newsbot.feed.reading import entries, files_of, has_file, opened, require_feed
from newsbot.feed.selection import Selection
from pipelines.manifest import Entry
from pipelines.records import SCHEMA_VERSION, Record

_KEYS: Final = frozenset(Record.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class RecordFile:
    """One file of records or events."""

    path: Path
    size_bytes: int
    root: Place
    """The feed whose manifest speaks of it."""
    entry: Entry | None
    """``None``: the file stands alone, without a manifest."""

    def open(self) -> IO[bytes]:
        """The file at its beginning, proved where a manifest says what it must be.

        Raises:
            FeedError: it is missing, unreadable or damaged.
        """
        if self.entry is not None:
            return opened(self.root, self.entry)
        try:
            return self.path.open("rb")
        except OSError as error:
            raise _fault(self.path, 0, f"cannot be read ({error.strerror or error}); check the path and its rights") from error


@dataclass(frozen=True, slots=True)
class Input:
    """Everything that an export reads."""

    articles: tuple[RecordFile, ...]
    events: tuple[RecordFile, ...]
    cursor: str | None
    """The place in the feed up to which this is; ``None`` for a single file."""


def find_input(path: Place, selection: Selection) -> Input:
    """The files of the feed *path* that can hold what is meant, or the single file *path*.

    Raises:
        FeedError, ManifestError: there is no feed, or it cannot be read.
    """
    if isinstance(path, Path) and path.is_file():
        return Input((RecordFile(path, path.stat().st_size, path.parent, None),), (), None)
    require_feed(path)
    known = list(entries(path))
    pruned = feed_at(path).pruned_to()
    kept = list(dropwhile(lambda entry: entry.sequence <= pruned or not has_file(path, entry), files_of(known)))
    files = [RecordFile(Path(feed_at(path).name(entry.path)), entry.bytes, path, entry) for entry in kept]
    articles = (file for file, entry in zip(files, kept, strict=True) if entry.kind == "articles" and selection.may_hold(entry))
    events = (file for file, entry in zip(files, kept, strict=True) if entry.kind == "events")
    return Input(tuple(articles), tuple(events), str(cursor_of(known[-1])) if known else None)


def read_records(file: RecordFile, tell: Callable[[int], object] = int) -> Iterator[dict[str, Any]]:
    """The records of *file*, in order; *tell* is called with the bytes that were read.

    Raises:
        FeedError: a line is torn, no record, or from a newer newsbot.
    """
    with file.open() as stream:
        for number, line in enumerate(stream, 1):
            tell(len(line))
            yield _record(line, file.path, number)


def read_events(file: RecordFile) -> Iterator[dict[str, Any]]:
    """The events of *file*, in order.

    Raises:
        FeedError: a line is torn, or no event.
    """
    with file.open() as stream:
        for number, line in enumerate(stream, 1):
            event = _object(line, file.path, number)
            if not {"event", "id"} <= event.keys():
                raise _fault(file.path, number, "is no event of newsbot")
            yield event


def require_readable(version: object, path: Path, line: int) -> None:
    """Refuse records of a contract that this newsbot cannot read: another first number (below 1.0: another second one).

    Raises:
        FeedError: *version* is such.
    """
    if not isinstance(version, str) or _contract(version) != _contract(SCHEMA_VERSION):
        raise _fault(path, line, f"has the form {version!r}, this newsbot reads {SCHEMA_VERSION}; use the newsbot that wrote it")


def _contract(version: str) -> tuple[str, ...]:
    major, minor = (*version.split("."), "")[:2]
    return (major, minor) if major == "0" else (major,)


def _record(line: bytes, path: Path, number: int) -> dict[str, Any]:
    record = _object(line, path, number)
    if missing := _KEYS - record.keys():
        if "schema_version" in record:
            require_readable(record["schema_version"], path, number)
        raise _fault(path, number, f"is no record of newsbot ({min(missing)} is missing)")
    require_readable(record["schema_version"], path, number)
    return record


def _object(line: bytes, path: Path, number: int) -> dict[str, Any]:
    try:
        value = from_json(line)
    except ValueError as error:
        raise _fault(path, number, "is torn" if not line.endswith(b"\n") else f"is no JSON ({error})") from error
    if not isinstance(value, dict):
        raise _fault(path, number, "is no JSON object")
    return value


def _fault(path: Path, line: int, reason: str) -> FeedError:
    return FeedError(f"{path}: line {line}: {reason}" if line else f"{path}: {reason}")
