"""What a fleet's memory holds of an article, and what it can do without: the same as in the files of one machine."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from newsbot.fleet_database import FleetDatabase
from newsbot.frontier.schema import DONE
from newsbot.retention.memory import Places
from newsbot.retention.trimming import Trimmed
from newsbot.urls import article_id

_OF_ARTICLE: Final = (
    "DELETE FROM article WHERE id = ?",
    "DELETE FROM minimum WHERE story IN (SELECT number FROM story WHERE article = ?)",
    "DELETE FROM story WHERE article = ?",
)
_NAMED: Final = "CREATE TEMPORARY TABLE named (key text PRIMARY KEY) ON COMMIT DROP"
_OLD: Final[Mapping[str, str]] = {
    "frontier": f"FROM frontier_entry WHERE state = {DONE} AND due_at IS NULL AND kind = 'article' AND fetched_at < ? "
    "AND NOT EXISTS (SELECT FROM named WHERE named.key = frontier_entry.key)",
    "robots": "FROM robots WHERE read_at < ? AND unreachable_since IS NULL",
}
_OF_FILE: Final[Mapping[str, str]] = {"archive": "FROM capture WHERE file = ?", "reextraction": "FROM progress WHERE file = ?"}
_TABLE_OF: Final[Mapping[str, str]] = {
    "frontier": "frontier_entry", "robots": "robots", "archive": "capture", "reextraction": "progress", "lists": "reading",
    "history": "article", "neighbours": "story",
}  # fmt: skip


def forget_article(database: FleetDatabase, known: str, keys: Collection[str], places: Places) -> None:
    """Take the article with id *known* out of the memory; *keys* are the digests of its addresses. Twice is once.

    Raises:
        StateError: one line; the database cannot be used, and all is as it was.
    """
    there = _parts(database)

    def work() -> None:
        if {"history", "neighbours"} <= there:
            for statement in _OF_ARTICLE:
                database.change(statement, (known,))
        if "frontier" in there:
            database.change("DELETE FROM frontier_entry WHERE key = ?", *((key,) for key in sorted({known, *keys})))
        if "archive" in there:
            database.change("DELETE FROM capture WHERE file = ? AND place = ?", *sorted(places))
        if "lists" in there:
            _forget_listed(database, frozenset((known, *keys)))

    database.run(work)


def count_old(database: FleetDatabase, before: float, files: Collection[str]) -> list[Trimmed]:
    """The rows that :func:`trim` would delete."""
    return database.run(lambda: [Trimmed(part, _count(database, rows, values)) for part, rows, values in _work(database, before, files)])


def trim(database: FleetDatabase, before: float, files: Collection[str]) -> list[Trimmed]:
    """Delete what was last seen before *before* (seconds since 1970), and what is known of the archive *files*."""
    return database.run(lambda: [Trimmed(part, _delete(database, rows, values)) for part, rows, values in _work(database, before, files)])


def _work(database: FleetDatabase, before: float, files: Collection[str]) -> list[tuple[str, str, list[tuple[Any, ...]]]]:
    """Part, rows and values of every deletion; within a transaction."""
    there = _parts(database)
    if before > 0 and "frontier" in there:
        _name(database, there)
    old = [(part, rows, [(before,)]) for part, rows in _OLD.items() if before > 0 and part in there]
    return old + [(part, rows, [(file,) for file in sorted(files)]) for part, rows in _OF_FILE.items() if files and part in there]


def _parts(database: FleetDatabase) -> set[str]:
    """The parts of the memory whose tables there are."""
    found = database.rows("SELECT part, to_regclass(name) IS NOT NULL FROM unnest(?::text[], ?::text[]) AS wanted (part, name)",
        (list(_TABLE_OF), list(_TABLE_OF.values())))  # fmt: skip
    return {part for part, is_there in found if is_there}


def _count(database: FleetDatabase, rows: str, values: Iterable[tuple[Any, ...]]) -> int:
    return sum(count for one in values for (count,) in database.rows(f"SELECT count(*) {rows}", one))


def _delete(database: FleetDatabase, rows: str, values: Iterable[tuple[Any, ...]]) -> int:
    return sum(len(database.rows(f"DELETE {rows} RETURNING 1", one)) for one in values)


def _name(database: FleetDatabase, there: Collection[str]) -> None:
    """The temporary table ``named``: the keys of all addresses that the lists named when they were read last."""
    database.change(_NAMED, ())
    for (packed,) in database.rows("SELECT entries FROM reading") if "lists" in there else ():
        keys = sorted({article_id(entry[0]) for entry in json.loads(zlib.decompress(packed))})
        database.change("INSERT INTO named SELECT unnest(?::text[]) ON CONFLICT (key) DO NOTHING", (keys,))


def _forget_listed(database: FleetDatabase, keys: frozenset[str]) -> None:
    """Take addresses out of the last reading of each list."""
    for key, packed in database.rows("SELECT key, entries FROM reading ORDER BY key"):
        named = json.loads(zlib.decompress(packed))
        kept = [entry for entry in named if article_id(entry[0]) not in keys]
        if len(kept) < len(named):
            database.change("UPDATE reading SET entries = ? WHERE key = ?", (zlib.compress(json.dumps(kept).encode(), 1), key))
