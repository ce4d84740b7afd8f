"""Taking one article down: out of feed, archive, memory and report, with word to the feed's readers.

Killed midway, it goes on when it is run again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from newsbot.archive.files import UNKNOWN_SOURCE, mend_archive
from newsbot.errors import FeedError
from newsbot.feed.places import Place
from newsbot.report.files import FOLDER as REPORT
from newsbot.retention.archived import Member, blank, find_members
from newsbot.retention.memory import forget_article
from newsbot.retention.rewriting import is_tombstone, lines_about, rewrite_without
from newsbot.tables import is_database, memory_place
from newsbot.urls import article_id, variant_key
from pipelines.events import Tombstone
from pipelines.forgotten import forget_keys, forgotten_keys
from pipelines.identity import PART as IDENTITIES
from pipelines.identity import Identities
from pipelines.manifest import Entry
from pipelines.record_files import RecordFiles
from pipelines.state import State, history_place
from pipelines.steps import MemorySteps

_ID: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Traces:
    """What is stored of one article."""

    id: str
    source: str | None = None
    last_revision: int | None = None
    addresses: frozenset[str] = frozenset()
    records: int = 0
    files: tuple[Entry, ...] = ()
    """Those of the feed that hold it; a file with nothing but its tombstone is none."""
    archived: Mapping[str, Sequence[Member]] | None = None
    """By file below ``archive/``."""
    is_told: bool = False
    """Readers of the feed have its tombstone."""
    is_remembered: bool = False
    """The memory has it, or has it as forgotten."""
    pending: int = 0
    """Lines of it that a fleet has decided, and that stand in no file yet."""

    @property
    def is_known(self) -> bool:
        """Whether anything of it is or was here."""
        return bool(self.records or self.files or self.archived or self.is_told or self.is_remembered or self.pending)

    @property
    def keys(self) -> frozenset[str]:
        """The digests by which its addresses are known again."""
        return frozenset(map(article_id, self.addresses))


def find_traces(out: Path, state: str, name: str) -> Traces:
    """What is stored of the article whose id or address is *name*.

    Raises:
        FeedError, ManifestError, ArchiveError, StateError: something that would have to be rewritten is damaged.
    """
    return find_article(out, state, out, name)


def find_article(out: Path, state: str, feed: Place, name: str) -> Traces:
    """:func:`find_traces` where the *feed* may be a fleet's, and *state* the address of its memory."""
    known = name if _ID.fullmatch(name) else _id_at(out, state, name)
    traces = _in_feed(feed, known, () if name == known else (name,))
    source, remembered = _in_memory(out, state, known)
    remembered = remembered or known in forgotten_keys(state if is_database(state) else out / state)
    source = traces.source or source
    archived = _in_archive(out / "archive", traces, source)
    hops = {hop for members in archived.values() for one in members for hop in (one.url, *one.addresses)}
    return Traces(
        known, source, traces.last_revision, traces.addresses | hops, traces.records, traces.files, archived, traces.is_told, remembered
    )


def forget(out: Path, state: str, name: str, run_id: str, clock: Callable[[], float], today: str) -> Traces:
    """Take the article whose id or address is *name* down, and tell what was there. Call it under the run lock.

    *today* is the time of the takedown, RFC 3339 in UTC. What killed runs left is finished before, so that nothing hides in it.

    Raises:
        FeedError: nothing is known of such an article, or a file of the feed is damaged.
        ManifestError, ArchiveError, StateError, OutputError: one line; run it again when that is mended.
    """
    steps = MemorySteps(out, state, 0, lambda *_: None)
    files = RecordFiles(out, run_id, steps.remember)
    try:
        files.recover(clock())
        list(mend_archive(out / "archive"))
        traces = find_traces(out, state, name)
        if traces.is_known:
            forget_keys(out / state, traces.id, traces.keys, today)
            if not traces.is_told:
                files.write(Tombstone(traces.id, today, traces.source, traces.last_revision), clock())
        files.close(clock())
    finally:
        files.leave()
        steps.close()
    if not traces.is_known:
        raise FeedError(f"{name}: nothing of such an article is stored in {out}; give the id or the address of a record")
    _erase(out, state, traces, today)
    return traces


def _erase(out: Path, state: str, traces: Traces, today: str) -> None:
    for entry in traces.files:
        rewrite_without(out, entry, traces.id, today)
    archived = traces.archived or {}
    for file, members in archived.items():
        blank(out / "archive" / file, members)
    places = [(file, one.offset) for file, members in archived.items() for one in members]
    forget_article(out / state, traces.id, traces.keys, places)
    (out / REPORT / f"{traces.id}.html").unlink(missing_ok=True)


def _id_at(out: Path, state: str, url: str) -> str:
    """The id of the article at *url*: under whichever of its addresses it was recorded."""
    place = memory_place(out, state, IDENTITIES)
    if isinstance(place, Path) and not place.is_file():
        return article_id(url)
    with closing(Identities(place)) as identities:
        return identities.id_at(url) or article_id(url)


def _in_feed(out: Place, known: str, addresses: Sequence[str]) -> Traces:
    found = list(lines_about(out, known))
    told = [line for _, line in found if is_tombstone(line)]
    lines = [(entry, line) for entry, line in found if not is_tombstone(line)]
    records = [line for _, line in lines if "event" not in line]
    revisions = [line["revision"] for line in records] + [line["last_revision"] for _, line in lines if "event" in line]
    named = {line.get(key) for _, line in lines for key in ("url", "canonical_url")}
    return Traces(
        known,
        next((line["source"] for line in records), None),
        max(filter(None, revisions), default=None),
        frozenset({*addresses, *filter(None, named)}),
        len(records),
        tuple({entry.sequence: entry for entry, _ in lines}.values()),
        is_told=bool(told),
    )


def _in_memory(out: Path, state: str, known: str) -> tuple[str | None, bool]:
    """Its source, and whether the memory has it."""
    place = history_place(out, state)
    if isinstance(place, Path) and not place.is_file():
        return None, False
    with closing(State(place)) as history:
        last = history.last(known)
    return (last.source, True) if last else (None, False)


def _in_archive(folder: Path, traces: Traces, source: str | None) -> dict[str, Sequence[Member]]:
    """In the files of its source, and of pages that no source claimed; without a source in all."""
    names = {variant_key(address) for address in traces.addresses}
    rooms = [folder / name for name in (source, UNKNOWN_SOURCE)] if source else [folder]
    files = sorted(path for room in rooms for path in room.glob("**/*.warc.gz"))
    found = {path.relative_to(folder).as_posix(): find_members(path, names, traces.id) for path in files}
    return {file: members for file, members in found.items() if members}
