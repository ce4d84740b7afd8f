"""What ``scrapy fleet import`` and ``scrapy fleet export`` say and do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from newsbot.fleet.migration import KEPT, export_state, import_state
from newsbot.fleet.parts import require_parts
from newsbot.run_lock import run_lock
from pipelines.manifest import NAME
from pipelines.storage import storage_at


@dataclass(frozen=True, slots=True)
class Move:
    """From where to where."""

    address: str
    """Of the fleet's database."""
    out: Path
    """The output folder of one machine."""
    folder: str
    """Its memory, a folder in it."""
    feed: str
    """The setting ``NEWSBOT_FEED``."""


def tell_import(move: Move, console: Console) -> None:
    """Take one machine's memory and feed into the database.

    Raises:
        RunLocked: a run is at work in the output folder.
        StateError, OutputError, ManifestError: one line; the database is as it was.
    """
    require_parts(move.address)
    with run_lock(move.out):
        counts = import_state(move.out, move.folder, move.address, storage_at(move.feed, move.out))
    console.print(
        f"{sum(counts.values()):,} rows of {move.out / move.folder} are in the database, with {counts['manifest']:,} files of the feed"
    )
    console.print(f"{move.out / move.folder} is as it was; {NAME} is called {KEPT} now")


def tell_export(move: Move, console: Console, default_out: Path) -> None:
    """Leave the fleet's memory and feed in an output folder of one machine; the fleet's own is *default_out*.

    Raises:
        StateError, OutputError: one line; nothing of it is left in the folder but files of the feed.
    """
    counts = export_state(move.address, storage_at(move.feed, default_out), move.out, move.folder)
    console.print(
        f"{sum(counts.values()):,} rows of the database are in {move.out / move.folder}, with {counts['manifest']:,} files of the feed"
    )
    console.print(f"go on with NEWSBOT_OUT={move.out} and NEWSBOT_STATE={move.folder}; the database is as it was")
