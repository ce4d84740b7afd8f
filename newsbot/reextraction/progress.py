"""How far each archive file has been extracted anew, so that a killed run goes on where it stood."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from newsbot.database import open_database

FILE: Final = "reextraction.sqlite"
_MIGRATIONS: Final = (
    """
CREATE TABLE progress (work BLOB NOT NULL, file TEXT NOT NULL, done_to INTEGER NOT NULL, PRIMARY KEY (work, file)) WITHOUT ROWID
""",
)


class Progress:
    """By archive file the byte up to which its pages are done, in one *work*: what was asked for, by which extractor."""

    def __init__(self, path: Path, work: str) -> None:
        self._database = open_database(path, _MIGRATIONS)
        self._work = hashlib.sha256(work.encode("utf-8", "surrogatepass")).digest()[:16]
        self._reached: dict[str, int] = {}

    def done_to(self, file: str) -> int:
        """The byte at which *file* is to be read on; 0 for one that was never begun."""
        query = "SELECT done_to FROM progress WHERE work = ? AND file = ?"
        row = self._database.execute(query, (self._work, file)).fetchone()
        return row[0] if row is not None else 0

    def reach(self, file: str, place: int) -> None:
        """Say that everything before byte *place* of *file* is judged; :meth:`store` stores it."""
        self._reached[file] = place

    def store(self) -> None:
        """Store what was reached: the records of it are on the disk."""
        rows = [(self._work, file, place) for file, place in self._reached.items()]
        if rows:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany("INSERT OR REPLACE INTO progress VALUES (?, ?, ?)", rows)
            self._database.execute("COMMIT")
            self._reached = {}

    def forget(self) -> None:
        """Begin this work anew."""
        self._database.execute("DELETE FROM progress WHERE work = ?", (self._work,))

    def close(self) -> None:
        """Release the file."""
        self._database.close()
