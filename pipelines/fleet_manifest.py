"""The manifest of a fleet: the same lines as ``manifest.jsonl``, in the database that all writers share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from newsbot.fleet_database import FleetDatabase
from pipelines.manifest import Entry, entry_line, read_entry

_PAGE: Final = 1_000
_LAST: Final = "SELECT coalesce(max(sequence), 0) FROM manifest"
_INSERT: Final = "INSERT INTO manifest (sequence, entry) VALUES (?, ?)"
_AFTER: Final = "SELECT sequence, entry FROM manifest WHERE sequence > ? ORDER BY sequence LIMIT ?"


class FleetManifest:
    """Entries with sequences from 1 and without gaps. Who reads on from one misses none: they become visible in their order."""

    def __init__(self, database: FleetDatabase) -> None:
        self._database = database

    def append(self, describe: Callable[[int], Entry]) -> Entry:
        """Append what *describe* makes of the next sequence; safe when the transaction is over that this is part of."""

        def work() -> Entry:
            self._database.lock("manifest")  # until the commit is visible: nobody has the next sequence before
            ((last,),) = self._database.rows(_LAST)
            entry = describe(last + 1)
            self._database.change(_INSERT, (entry.sequence, entry_line(entry).decode()))
            return entry

        return self._database.run(work)

    def last(self) -> int:
        """The last sequence; 0 where there is none."""
        ((last,),) = self._database.rows(_LAST)
        return int(last)

    def pruned_to(self) -> int:
        """The last sequence whose file was pruned; 0 where there is none."""
        ((pruned,),) = self._database.rows("SELECT coalesce(max(sequence), 0) FROM pruned")
        return int(pruned)

    def set_pruned_to(self, sequence: int) -> None:
        """Say that the files up to *sequence* are gone."""
        self._database.change("INSERT INTO pruned (sequence) VALUES (?) ON CONFLICT (sequence) DO NOTHING", (sequence,))
        self._database.change("DELETE FROM pruned WHERE sequence < ?", (sequence,))

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """The entries with a sequence above *after*, in order.

        Raises:
            ManifestError: one is from a newer newsbot that this one cannot read.
            StateError: the database cannot be used.
        """
        while rows := self._database.rows(_AFTER, (after, _PAGE)):
            for sequence, line in rows:
                yield read_entry(line.encode(), f"manifest of the fleet: sequence {sequence}")
            after = rows[-1][0]
