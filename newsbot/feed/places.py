"""Where a feed is read: the output folder of one machine, or a fleet's database and the storage of its files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Protocol

from newsbot.errors import FeedError
from newsbot.feed.aside import new_file
from newsbot.fleet_database import FleetDatabase
from newsbot.tables import is_database
from pipelines.fleet_manifest import FleetManifest
from pipelines.fleet_writer import FORMS, PART
from pipelines.manifest import NAME, Entry, Manifest, read_manifest
from pipelines.storage import Storage, storage_at


class Feed(Protocol):
    """The finished files of one feed, and the manifest that names them. Its ``str`` is what people call it."""

    def require(self) -> None:
        """Refuse what is no feed.

        Raises:
            FeedError: one line.
        """

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """The manifest's entries with a sequence above *after*, in order.

        Raises:
            FeedError, ManifestError, StateError: it cannot be read.
        """

    def pruned_to(self) -> int:
        """No file with a sequence up to this one is there any more; what lies above it may be there."""

    def newest(self, count: int) -> Iterator[Entry]:
        """The last *count* entries at least, in order."""

    def has(self, entry: Entry) -> bool:
        """Whether the file of *entry* is there."""

    def open(self, path: str) -> IO[bytes]:
        """A file's bytes, at their beginning.

        Raises:
            OSError: it cannot be read.
        """

    def name(self, path: str) -> str:
        """A file, for people."""

    def replace(self, path: str, data: bytes, describe: Callable[[int], Entry]) -> None:
        """Put *data* in the place of a file; before that the manifest says what *describe* makes of the next sequence.

        Raises:
            OutputError: one line; it cannot be written, and the file is as it was.
        """


class FolderFeed:
    """:class:`Feed` in an output folder."""

    def __init__(self, out: Path) -> None:
        self._out = out

    def __str__(self) -> str:
        return str(self._out)

    def require(self) -> None:
        """There must be a folder, and a manifest in it."""
        if not self._out.is_dir():
            raise FeedError(f"{self._out}: no such folder; name the output folder of a crawl (NEWSBOT_OUT)")
        if not (self._out / NAME).is_file():
            raise FeedError(f"{self._out}: has no {NAME}, so no finished file; name the output folder of a crawl, or let one end first")

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Those of ``manifest.jsonl``."""
        try:
            yield from read_manifest(self._out / NAME, after)
        except OSError as error:
            raise FeedError(f"{self._out / NAME}: cannot be read ({error.strerror or error}); check its rights") from error

    def pruned_to(self) -> int:
        """Nobody has written that down."""
        return 0

    def newest(self, count: int) -> Iterator[Entry]:  # noqa: ARG002  the file is read from its beginning
        """All."""
        return self.entries()

    def has(self, entry: Entry) -> bool:
        """Whether it lies there."""
        return (self._out / entry.path).is_file()

    def open(self, path: str) -> IO[bytes]:
        """It, buffered."""
        return (self._out / path).open("rb")

    def name(self, path: str) -> str:
        """Its path."""
        return str(self._out / path)

    def replace(self, path: str, data: bytes, describe: Callable[[int], Entry]) -> None:
        """Written beside its place, then renamed."""
        target = self._out / path
        for left in target.parent.glob(f".{target.name}.*.part"):  # of a takedown that was killed
            left.unlink()
        with new_file(target) as aside:
            aside.write_bytes(data)
            Manifest(self._out).append(describe)


class FleetFeed:
    """:class:`Feed` of a fleet."""

    def __init__(self, database: FleetDatabase, storage: Storage) -> None:
        self.database, self.storage = database, storage
        self._manifest = FleetManifest(database)

    def __str__(self) -> str:
        return self.storage.name()

    def require(self) -> None:
        """The database is there, or it would not be open."""

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Those of the database."""
        return self._manifest.entries(after)

    def pruned_to(self) -> int:
        """What :meth:`prune` has written down."""
        return self._manifest.pruned_to()

    def newest(self, count: int) -> Iterator[Entry]:
        """From so far before the last one."""
        return self._manifest.entries(max(0, self._manifest.last() - count))

    def has(self, entry: Entry) -> bool:
        """Whether the storage has it."""
        try:
            return self.storage.size_bytes(entry.path) is not None
        except OSError as error:
            raise FeedError(f"{self.name(entry.path)}: nobody can tell whether it is there ({error.strerror or error})") from error

    def open(self, path: str) -> IO[bytes]:
        """From the storage."""
        return self.storage.open(path)

    def name(self, path: str) -> str:
        """Its name in the storage."""
        return self.storage.name(path)

    def replace(self, path: str, data: bytes, describe: Callable[[int], Entry]) -> None:
        """The storage replaces it at once."""
        self._manifest.append(describe)
        self.storage.put(path, data)

    def prune(self, entry: Entry) -> None:
        """Take the file of *entry* away, the oldest that is still there.

        Raises:
            OutputError: it cannot be removed.
        """
        self.storage.remove(entry.path)
        self._manifest.set_pruned_to(entry.sequence)

    def close(self) -> None:
        """End the connection."""
        self.database.close()


Place = Path | Feed
"""An output folder stands for its feed."""


def feed_at(place: Place) -> Feed:
    """The feed in *place*."""
    return FolderFeed(place) if isinstance(place, os.PathLike) else place


@contextmanager
def open_feed(out: Path, state: str, place: str | None = "", *, named: bool = False) -> Iterator[Path | FleetFeed]:
    """The feed that the settings ``NEWSBOT_OUT``, ``NEWSBOT_STATE`` and ``NEWSBOT_FEED`` name.

    An output folder that a user has *named*, and that has a manifest of its own, is what it is, wherever the memory may be.

    Raises:
        StateError: the database cannot be used.
        ConfigError: *place* is none, or the extra ``s3`` is not installed.
    """
    if not is_database(state) or (named and (out / NAME).is_file()):
        yield out
        return
    storage = storage_at(place or "", out)
    with closing(FleetFeed(FleetDatabase(state, PART, FORMS), storage)) as feed:
        yield feed
