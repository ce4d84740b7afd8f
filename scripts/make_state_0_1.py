"""The memory as the first version of newsbot left it, for the test of the upgrade: ``python scripts/make_state_0_1.py tests/state_0_1``.

Its one table is copied from the first version (commit 63cb8ed, ``pipelines/state.py``) and stays as it is, whatever becomes of the memory.
"""

from __future__ import annotations

import hashlib
import sqlite3
import sys
import zlib
from contextlib import closing
from pathlib import Path

_TABLE = """
CREATE TABLE IF NOT EXISTS article (
    id TEXT PRIMARY KEY, revision INTEGER NOT NULL, processing INTEGER NOT NULL, content_hash TEXT NOT NULL,
    title TEXT, extractor TEXT NOT NULL, text BLOB NOT NULL
) WITHOUT ROWID
"""
ARTICLES = (
    (1, 1, 1, "Harbour lights", "The lamps were switched off.\nThe bats came back."),
    (2, 3, 1, "موسم الزيتون يبدأ باكراً", "فتحت المعاصر أبوابها قبل موعدها بأسبوعين."),
    (3, 1, 4, None, "一日三人の駅に図書室"),
    (4, 2, 2, "Unpaired", "Half a letter: \ud83d"),
)
"""Number, revision, processing, title, text."""


def main(folder: Path) -> None:
    """Write ``state.sqlite`` into *folder*."""
    path = folder / "state.sqlite"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(_TABLE)
        database.executemany("INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?)", map(_row, ARTICLES))
        database.commit()


def _row(article: tuple[int, int, int, str | None, str]) -> tuple[str, int, int, str, str | None, str, bytes]:
    number, revision, processing, title, text = article
    packed = text.encode("utf-8", "surrogatepass")
    return (f"{number:032x}", revision, processing, hashlib.sha256(packed).hexdigest(), title, "0.1.0", zlib.compress(packed))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
