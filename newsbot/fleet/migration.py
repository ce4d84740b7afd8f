"""One machine's memory and feed into a fleet's database, and back: all of it or nothing."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg

from newsbot.database import open_database
from newsbot.errors import OutputError, StateError
from newsbot.feed.aside import new_file
from newsbot.feed.places import FleetFeed
from newsbot.feed.reading import kept_entries, opened
from newsbot.fleet.parts import PARTS
from newsbot.fleet.rows import Column, frontier_from_fleet, frontier_to_fleet, plain_rows, tables_of
from newsbot.fleet_database import FleetDatabase
from newsbot.frontier import SqliteFrontier
from newsbot.frontier import schema as frontier_schema
from pipelines.fleet_files import FleetFiles
from pipelines.fleet_writer import FORMS, PART, FleetWriter, living
from pipelines.manifest import NAME, entry_line, read_manifest
from pipelines.record_files import RecordFiles
from pipelines.state import history_path
from pipelines.steps import MemorySteps
from pipelines.storage import FolderStorage, Storage

KEPT: Final = "manifest.before-fleet.jsonl"
"""The name of the manifest of one machine when a fleet's database has its lines."""
_OTHER: Final = ("frontier", "writers")
"""Parts whose tables are others on one machine."""
_TELLING: Final = ("article", "address", "frontier_entry", "manifest", "pending_line")
"""Tables in which something stands wherever anything was ever crawled."""
_AT_ONCE: Final = 5_000


def import_state(out: Path, state: str, address: str, storage: Storage) -> Mapping[str, int]:
    """Take the memory in the folder *state* of *out*, and its feed, into the database at *address*; rows by part.

    The database must be ready (``scrapy fleet init``) and hold nothing yet. Call it under the run lock. The folder stays as it is, but for
    its manifest, which is called :data:`KEPT` afterwards; what killed runs left is finished before. Files of the feed are copied where
    *storage* is not *out*.

    Raises:
        StateError: one line; a memory cannot be used, or the database holds something.
        OutputError, ManifestError: one line; the output or the storage cannot be used.
    """
    _settle(out, state)
    entries = list(read_manifest(out / NAME))
    _copy_files(out, [entry.path for entry in entries], storage)
    with _connected(address) as database:
        _require_empty(database)
        counts = {part: _into(database, out / state / f"{part}.sqlite", part) for part in PARTS if part not in _OTHER}
        counts["frontier"] = _frontier_into(database, out / state / "frontier.sqlite")
        rows = ((entry.sequence, entry_line(entry).decode()) for entry in entries)
        counts["manifest"] = _copy_in(database, "manifest", ("sequence", "entry"), rows)
    if (out / NAME).exists():
        (out / NAME).rename(out / KEPT)
    return counts


def export_state(address: str, storage: Storage, out: Path, state: str) -> Mapping[str, int]:
    """Leave the memory at *address* as files in the folder *state* of *out*, with the feed beside it; rows by part.

    No worker may be at work. The database stays as it is.

    Raises:
        StateError: one line; a worker lives or has addresses in hand, or the database cannot be used.
        OutputError: one line; the folder holds a memory or a feed already, or cannot be written.
    """
    if (out / state).exists() or (out / NAME).exists():
        raise OutputError(f"{out}: holds a memory or a feed already; name another folder")
    _finish(address, storage)
    with closing(FleetDatabase(address, PART, FORMS)) as fleet:
        feed = FleetFeed(fleet, storage)
        entries, kept = list(feed.entries()), list(kept_entries(feed))
        _fetch_files(feed, [entry for entry in kept if feed.has(entry)], out)
    aside = out / f".{state}.part"
    shutil.rmtree(aside, ignore_errors=True)
    with _connected(address) as database:
        database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        counts = {part: _out_of(database, aside / f"{part}.sqlite", part) for part in PARTS if part not in _OTHER}
        counts["frontier"] = _frontier_out_of(database, aside / "frontier.sqlite")
    counts["manifest"] = len(entries)
    with new_file(out / NAME) as path:
        path.write_bytes(b"".join(map(entry_line, entries)))
    aside.rename(out / state)
    return counts


def _settle(out: Path, state: str) -> None:
    """Finish what killed runs left; what they had in hand waits again."""
    if not (out / state).is_dir() and not (out / NAME).is_file():
        raise StateError(f"{out / state}: there is no memory to import; name the output folder with --out, its state with NEWSBOT_STATE")
    history_path(out, state)
    steps = MemorySteps(out, state, 0, lambda *_: None)
    files = RecordFiles(out, "import", steps.remember)
    try:
        files.recover(time.time())
        files.close(time.time())
    finally:
        steps.close()
    with closing(SqliteFrontier(out / state / "frontier.sqlite", "import", ())) as frontier:
        frontier.begin(time.time())


def _finish(address: str, storage: Storage) -> None:
    """See to it that nobody is at work, and that all that was decided stands in files."""
    with closing(FleetDatabase(address, PART, FORMS)) as database:
        if alive := [name for name, left_s in living(database) if left_s > 0]:
            raise StateError(f"{alive[0]}: this worker is at work; end all workers first (scrapy fleet drain)")
        writer = FleetWriter(database, f"export-{time.time():.0f}")
        files = FleetFiles(writer, storage, lambda *_: None)
        files.recover(time.time())
        files.close(time.time())
        ((leases,),) = database.rows("SELECT count(*) FROM frontier_entry WHERE state = 1")
    if leases:
        raise StateError(f"{leases} addresses are still in hand; end all workers (scrapy fleet drain), then run scrapy fleet reclaim")


@contextmanager
def _connected(address: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A connection in one transaction."""
    try:
        with psycopg.connect(address) as database:
            yield database
    except psycopg.Error as error:
        raise StateError(f"the fleet's database: {' '.join(str(error).split())}; run scrapy fleet init, check the role's rights") from error


def _require_empty(database: psycopg.Connection[tuple[Any, ...]]) -> None:
    for table in _TELLING:
        if database.execute(f"SELECT 1 FROM {table} LIMIT 1".encode()).fetchall():
            raise StateError(f"the fleet's database holds something already ({table}); import into a new database or schema")


def _into(database: psycopg.Connection[tuple[Any, ...]], path: Path, part: str) -> int:
    """Copy all tables of a file."""
    if not path.is_file():
        return 0
    count = 0
    with closing(open_database(path, PARTS[part])) as file:
        for table, columns in tables_of(file):
            database.execute(f"TRUNCATE {table}".encode())
            count += _copy_in(database, table, [column.name for column in columns], plain_rows(file, table, columns))
            _go_on_counting(database, table, columns)
    return count


def _go_on_counting(database: psycopg.Connection[tuple[Any, ...]], table: str, columns: list[Column]) -> None:
    for column in columns:
        if column.is_counted:
            last = f"(SELECT coalesce(max({column.name}), 0) + 1 FROM {table})"
            query = f"SELECT setval(pg_get_serial_sequence('{table}', '{column.name}'), {last})"
            database.execute(query.encode())


def _frontier_into(database: psycopg.Connection[tuple[Any, ...]], path: Path) -> int:
    if not path.is_file():
        return 0
    with closing(open_database(path, frontier_schema.MIGRATIONS)) as file:
        count = 0
        for table, columns, rows in frontier_to_fleet(file):
            count += _copy_in(database, table, columns, rows)
        ((latest,),) = file.execute("SELECT latest FROM clock").fetchall()
    database.execute("UPDATE frontier_clock SET latest = %s", (latest,))
    return count


def _copy_in(database: psycopg.Connection[tuple[Any, ...]], table: str, columns: Any, rows: Iterator[tuple[Any, ...]]) -> int:
    count = 0
    with database.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _out_of(database: psycopg.Connection[tuple[Any, ...]], path: Path, part: str) -> int:
    count = 0
    with closing(open_database(path, PARTS[part])) as file:
        for table, columns in tables_of(file):
            names = [column.name for column in columns]
            file.execute("BEGIN IMMEDIATE")
            file.execute(f"DELETE FROM {table}")
            count += _write(file, table, names, _read(database, f"SELECT {', '.join(names)} FROM {table}"))
            file.execute("COMMIT")
    return count


def _frontier_out_of(database: psycopg.Connection[tuple[Any, ...]], path: Path) -> int:
    count = 0
    with closing(open_database(path, frontier_schema.MIGRATIONS)) as file:
        file.execute("BEGIN IMMEDIATE")
        for table, columns, query, told in frontier_from_fleet():
            file.execute(f"DELETE FROM {table}")
            rows = map(told, _read(database, query))
            written = _write(file, table, columns, rows)
            count += written if table != "clock" else 0
        file.execute("COMMIT")
    return count


def _read(database: psycopg.Connection[tuple[Any, ...]], query: str) -> Iterator[tuple[Any, ...]]:
    with database.cursor(name="rows") as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(query.encode())
        yield from cursor


def _write(file: sqlite3.Connection, table: str, columns: Any, rows: Iterator[tuple[Any, ...]]) -> int:
    places = ", ".join("?" * len(columns))
    cursor = file.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)
    return cursor.rowcount if cursor.rowcount > 0 else 0


def _copy_files(out: Path, paths: list[str], storage: Storage) -> None:
    """Have the feed's files in *storage*, too."""
    if storage.name() == FolderStorage(out).name():
        return
    for path in dict.fromkeys(paths):
        if (out / path).is_file():
            storage.put(path, (out / path).read_bytes())


def _fetch_files(feed: FleetFeed, entries: Any, out: Path) -> None:
    """Have the feed's files below *out*, each proved to be what the manifest says."""
    if feed.storage.name() == FolderStorage(out).name():
        return
    folder = FolderStorage(out)
    for entry in entries:
        with opened(feed, entry) as stream:
            folder.put(entry.path, stream.read())


def told_counts(counts: Mapping[str, int]) -> str:
    """*counts* in one line, for people."""
    return json.dumps({part: count for part, count in sorted(counts.items()) if count})
