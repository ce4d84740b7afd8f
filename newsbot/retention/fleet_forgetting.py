"""Taking one article down in a fleet, while its workers go on. Killed midway, it goes on when it is run again."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from newsbot.archive.files import mend_archive
from newsbot.errors import FeedError, StateError
from newsbot.feed.places import FleetFeed
from newsbot.report.files import FOLDER as REPORT
from newsbot.retention.archived import blank
from newsbot.retention.fleet_memory import forget_article
from newsbot.retention.forgetting import Traces, find_article
from newsbot.retention.rewriting import rewrite_without
from pipelines.events import Tombstone
from pipelines.fleet_files import FleetFiles
from pipelines.fleet_writer import BusyError, FleetWriter
from pipelines.forgotten import forget_keys
from pipelines.memory import claim_of
from pipelines.steps import MemorySteps

_PATIENCE_S: Final = 90.0
"""A worker that is at the article stores it within seconds, or is dead after a minute."""
_PENDING: Final = "DELETE FROM pending_line WHERE article = ? RETURNING 1"


def forget_in_fleet(out: Path, feed: FleetFeed, name: str, run_id: str, clock: Callable[[], float], today: str) -> Traces:
    """Take the article whose id or address is *name* down, and tell what was there; *today* as :func:`newsbot.retention.forgetting.forget`.

    The article is claimed as by a worker that writes of it, so that none writes of it meanwhile; those that come later know that it is
    forgotten. What is decided of it and stands in no file yet is taken out of the database.

    Raises:
        FeedError: nothing is known of such an article, or a file of the feed is damaged.
        ManifestError, ArchiveError, StateError, OutputError: one line; run it again when that is mended.
    """
    writer = FleetWriter(feed.database, run_id)
    steps = MemorySteps(out, feed.database.address, 0, lambda *_: None, writer)
    files = FleetFiles(writer, feed.storage, steps.remember)
    try:
        files.recover(clock())
        traces = find_article(out, feed.database.address, feed, name)
        _claim(files, writer, traces.id, clock)
        pending = len(feed.database.rows("SELECT 1 FROM pending_line WHERE article = ?", (traces.id,)))
        traces = replace(find_article(out, feed.database.address, feed, name), pending=pending)
        if not traces.is_known:
            raise FeedError(f"{name}: nothing of such an article is stored in {feed}; give the id or the address of a record")
        forget_keys(feed.database, traces.id, traces.keys, today)
        feed.database.rows(_PENDING, (traces.id,))
        if not traces.is_told:
            files.write(Tombstone(traces.id, today, traces.source, traces.last_revision), clock())
        files.finish(clock())
        _erase(out, feed, traces, today)
    finally:
        steps.close()
        with suppress(StateError):
            writer.leave()
    return traces


def _claim(files: FleetFiles, writer: FleetWriter, known: str, clock: Callable[[], float]) -> None:
    """Have the article as soon as no worker is at it; one that is dead is waited for, and buried."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            writer.gain([claim_of(known)], known)
            return
        except BusyError:
            if time.monotonic() > deadline:
                raise StateError(f"{known}: a worker is at this article; try again in a minute") from None
        time.sleep(1)
        files.checkpoint(clock())


def _erase(out: Path, feed: FleetFeed, traces: Traces, today: str) -> None:
    for entry in traces.files:
        rewrite_without(feed, entry, traces.id, today)
    list(mend_archive(out / "archive"))
    archived = traces.archived or {}
    for file, members in archived.items():
        blank(out / "archive" / file, members)
    places = [(file, one.offset) for file, members in archived.items() for one in members]
    forget_article(feed.database, traces.id, traces.keys, places)
    (out / REPORT / f"{traces.id}.html").unlink(missing_ok=True)
