"""Which page the archive holds last of each address, in one SQLite file or a fleet's database: what a page may be a revisit of."""

from __future__ import annotations

import hashlib
from typing import Final

from newsbot.archive.records import Capture
from newsbot.tables import Place, open_tables

PART: Final = "archive"
FORMS: Final = (
    """
CREATE TABLE capture (
    address BLOB PRIMARY KEY, record_id TEXT NOT NULL, digest TEXT NOT NULL, fetched_at TEXT NOT NULL,
    file TEXT NOT NULL, place INTEGER NOT NULL, length INTEGER NOT NULL
) WITHOUT ROWID
""",
)
_READ: Final = "SELECT record_id, digest, fetched_at, file, place, length FROM capture WHERE address = ?"
_STORE: Final = """
INSERT INTO capture (address, record_id, digest, fetched_at, file, place, length) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (address) DO UPDATE SET record_id = excluded.record_id, digest = excluded.digest, fetched_at = excluded.fetched_at,
    file = excluded.file, place = excluded.place, length = excluded.length
"""


class Captures:
    """The last page of each address. One is stored when its file is on the disk: what a crash takes is only archived once more."""

    def __init__(self, place: Place) -> None:
        self._tables = open_tables(place, PART, FORMS)
        self._new: dict[bytes, Capture] = {}

    def last(self, url: str) -> Capture | None:
        """What the archive holds of *url*."""
        key = _key(url)
        if key in self._new:
            return self._new[key]
        return next((Capture(*row) for row in self._tables.rows(_READ, (key,))), None)

    def note(self, url: str, capture: Capture) -> None:
        """Take *capture* for the last one of *url*; :meth:`store` stores it."""
        self._new[_key(url)] = capture

    def store(self) -> None:
        """Store what was noted: the files are on the disk."""
        rows = [(key, c.record_id, c.digest, c.fetched_at, c.file, c.offset, c.length) for key, c in sorted(self._new.items())]
        if rows:
            self._tables.change(_STORE, *rows)
            self._new = {}

    def close(self) -> None:
        """Release the file or the connection."""
        self._tables.close()


def _key(url: str) -> bytes:
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).digest()[:16]
