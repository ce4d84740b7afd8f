"""Old files of archive and feed: which of them are to go, and their going. Unfinished files are never among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Final, Literal

from newsbot.errors import OutputError
from newsbot.feed.places import FleetFeed, Place
from newsbot.feed.reading import kept_entries
from newsbot.part_file import sync_folder
from newsbot.retention.limits import Limits
from pipelines.manifest import NAME, Entry

DAY_S: Final = 86_400.0
YOUNG_S: Final = DAY_S
"""What is younger is not taken for the budget: a budget that is too small must not eat what was just fetched."""
_RUN: Final = re.compile(r"(\d{8}T\d{6}Z)-")
Kind = Literal["archive", "articles", "events"]


@dataclass(frozen=True, slots=True)
class Holding:
    """A finished file."""

    path: Path
    kind: Kind
    size_bytes: int
    at: float
    """When it was finished (feed) or its run began (archive); seconds since 1970."""
    entry: Entry | None = None
    """Of a file of the feed."""


@dataclass(frozen=True, slots=True)
class Pruning:
    """What is to go."""

    holdings: tuple[Holding, ...]
    """In the order in which they go: of the feed the oldest first, so that a killed prune leaves no gap."""
    reasons: Mapping[Path, str]
    """``older than 90 days`` or ``budget``, of each."""
    over_bytes: int = 0
    """By how much the folder is over its budget all the same."""


def plan(out: Path, limits: Limits, now: float, feed: Place | None = None) -> Pruning:
    """The files below *out*, and of a *feed* elsewhere, that *limits* leave no room for, at *now* (seconds since 1970).

    For the budget the archive goes first, oldest file first, then the feed.

    Raises:
        FeedError, ManifestError: the feed cannot be read.
    """
    archive, finished = archive_files(out), feed_files(feed or out)
    gone = [*_older(archive, limits.archive_days, now), *_older(_but_newest(finished), limits.feed_days, now)]
    reasons = {one.path: f"older than {_days(one, limits):g} days" for one in gone}
    over = 0
    if limits.budget_bytes is not None:
        used = used_bytes(out) + sum(one.size_bytes for one in finished if not one.path.is_relative_to(out))
        over = used - sum(one.size_bytes for one in gone) - limits.budget_bytes
        for one in _choice(archive, _but_newest(finished), now):
            if over <= 0:
                break
            if one.path not in reasons:
                reasons[one.path] = "budget"
                gone.append(one)
                over -= one.size_bytes
    return Pruning(tuple(gone), reasons, max(over, 0))


def prune(out: Path, pruning: Pruning, feed: Place | None = None) -> None:
    """Remove the files of *pruning*, and the folders that are empty then. The manifest keeps its lines.

    Files of a fleet's *feed* go as it knows.

    Raises:
        OutputError: one line; a file cannot be removed.
    """
    for one in pruning.holdings:
        if one.entry is not None and isinstance(feed, FleetFeed):
            feed.prune(one.entry)
            continue
        try:
            if one.path.exists():
                one.path.unlink()
                sync_folder(one.path.parent)
                _remove_empty(one.path.parent, out)
        except OSError as error:
            raise OutputError(f"{one.path}: cannot be removed ({error.strerror or error}); check the folder's rights") from error


def archive_files(out: Path) -> list[Holding]:
    """The finished files of the archive, oldest first."""
    found = ((path, path.stat()) for path in (out / "archive").glob("**/*.warc.gz") if path.is_file())
    holdings = [Holding(path, "archive", told.st_size, _began(path) or told.st_mtime) for path, told in found]
    return sorted(holdings, key=lambda one: (one.at, one.path))


def feed_files(out: Place) -> list[Holding]:
    """The files of the feed that are still there, in the order of the manifest; of a fleet's what the manifest says of them.

    Raises:
        FeedError, ManifestError: it cannot be read.
    """
    if not isinstance(out, Path):
        return [Holding(Path(out.name(one.path)), one.kind, one.bytes, closed_at(one), one) for one in kept_entries(out)]
    found = ((out / entry.path, entry) for entry in kept_entries(out))
    return [Holding(path, entry.kind, path.stat().st_size, closed_at(entry), entry) for path, entry in found if path.is_file()]


def used_bytes(out: Path) -> int:
    """What all files below *out* take."""
    return sum(path.stat().st_size for path in out.rglob("*") if path.is_file())


def listed(out: Path) -> bool:
    """Whether *out* is the output folder of a crawl."""
    return any((out / name).exists() for name in (NAME, "archive", "articles", "runs"))


def _but_newest(feed: list[Holding]) -> list[Holding]:
    """The newest file stays, so that the place of every reader who has kept up is known."""
    return feed[:-1]


def _older(holdings: Iterable[Holding], days: float | None, now: float) -> Iterator[Holding]:
    """Those at the head that are older; of the feed nothing may go that has something older behind it."""
    return iter(()) if days is None else takewhile(lambda one: one.at < now - days * DAY_S, holdings)


def _choice(archive: Iterable[Holding], feed: Iterable[Holding], now: float) -> Iterator[Holding]:
    for holdings in (archive, feed):
        yield from takewhile(lambda one: one.at < now - YOUNG_S, holdings)


def _days(one: Holding, limits: Limits) -> float:
    return (limits.archive_days if one.kind == "archive" else limits.feed_days) or 0


def _began(path: Path) -> float | None:
    """When the run began that wrote *path*: a copied file may have another time."""
    form = _RUN.match(path.name)
    try:
        return datetime.strptime(form[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp() if form else None
    except ValueError:
        return None


def closed_at(entry: Entry) -> float:
    """When the file of *entry* was finished, in seconds since 1970; infinity where that cannot be read."""
    try:
        return datetime.fromisoformat(entry.closed_at).timestamp()
    except ValueError:
        return float("inf")  # of no known age: it stays


def _remove_empty(folder: Path, out: Path) -> None:
    while folder != out and folder.is_relative_to(out) and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
