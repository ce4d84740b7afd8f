"""How far each archive file has been extracted anew, so that a killed run goes on where it stood."""

from __future__ import annotations

import hashlib
from typing import Final

from newsbot.tables import Place, open_tables

PART: Final = "reextraction"
FILE: Final = f"{PART}.sqlite"
FORMS: Final = (
    """
CREATE TABLE progress (work BLOB NOT NULL, file TEXT NOT NULL, done_to INTEGER NOT NULL, PRIMARY KEY (work, file)) WITHOUT ROWID
""",
)
_STORE: Final = """
INSERT INTO progress (work, file, done_to) VALUES (?, ?, ?) ON CONFLICT (work, file) DO UPDATE SET done_to = excluded.done_to
"""


class Progress:
    """By archive file the byte up to which its pages are done, in one *work*: what was asked for, by which extractor."""

    def __init__(self, place: Place, work: str) -> None:
        self._tables = open_tables(place, PART, FORMS)
        self._work = hashlib.sha256(work.encode("utf-8", "surrogatepass")).digest()[:16]
        self._reached: dict[str, int] = {}

    def done_to(self, file: str) -> int:
        """The byte at which *file* is to be read on; 0 for one that was never begun."""
        query = "SELECT done_to FROM progress WHERE work = ? AND file = ?"
        return next((done_to for (done_to,) in self._tables.rows(query, (self._work, file))), 0)

    def reach(self, file: str, place: int) -> None:
        """Say that everything before byte *place* of *file* is judged; :meth:`store` stores it."""
        self._reached[file] = place

    def store(self) -> None:
        """Store what was reached: the records of it are on the disk."""
        rows = [(self._work, file, place) for file, place in self._reached.items()]
        if rows:
            self._tables.change(_STORE, *rows)
            self._reached = {}

    def forget(self) -> None:
        """Begin this work anew."""
        self._tables.change("DELETE FROM progress WHERE work = ?", (self._work,))

    def close(self) -> None:
        """Release the file or the connection."""
        self._tables.close()
