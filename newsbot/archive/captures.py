"""Which page the archive holds last of each address, in one SQLite file of the state: what a page may be a revisit of."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from newsbot.archive.records import Capture
from newsbot.database import open_database

_MIGRATIONS: Final = (
    """
CREATE TABLE capture (
    address BLOB PRIMARY KEY, record_id TEXT NOT NULL, digest TEXT NOT NULL, fetched_at TEXT NOT NULL,
    file TEXT NOT NULL, place INTEGER NOT NULL, length INTEGER NOT NULL
) WITHOUT ROWID
""",
)
_READ: Final = "SELECT record_id, digest, fetched_at, file, place, length FROM capture WHERE address = ?"
_STORE: Final = "INSERT OR REPLACE INTO capture VALUES (?, ?, ?, ?, ?, ?, ?)"


class Captures:
    """The last page of each address. One is stored when its file is on the disk: what a crash takes is only archived once more."""

    def __init__(self, path: Path) -> None:
        self._database = open_database(path, _MIGRATIONS)
        self._new: dict[bytes, Capture] = {}

    def last(self, url: str) -> Capture | None:
        """What the archive holds of *url*."""
        key = _key(url)
        if key in self._new:
            return self._new[key]
        row = self._database.execute(_READ, (key,)).fetchone()
        return Capture(*row) if row is not None else None

    def note(self, url: str, capture: Capture) -> None:
        """Take *capture* for the last one of *url*; :meth:`store` stores it."""
        self._new[_key(url)] = capture

    def store(self) -> None:
        """Store what was noted: the files are on the disk."""
        rows = [(key, c.record_id, c.digest, c.fetched_at, c.file, c.offset, c.length) for key, c in self._new.items()]
        if rows:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(_STORE, rows)
            self._database.execute("COMMIT")
            self._new = {}

    def close(self) -> None:
        """Release the file."""
        self._database.close()


def _key(url: str) -> bytes:
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).digest()[:16]
