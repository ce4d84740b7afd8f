"""One writer among many: what it is about to write nobody else writes, and what it has decided is stored as a whole or not at all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from functools import partial
from typing import Final, TypeVar

from newsbot.errors import NewsbotError, StateError
from newsbot.fleet_database import PATIENCE_S, FleetDatabase
from newsbot.tables import Row

PART: Final = "writers"
FORMS: Final = (
    """
    CREATE TABLE writer (name TEXT PRIMARY KEY, until REAL NOT NULL, batch INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE claim (key BLOB PRIMARY KEY, writer TEXT NOT NULL, article TEXT NOT NULL);
    CREATE INDEX claim_writer ON claim (writer, article);
    CREATE TABLE pending_line (number INTEGER PRIMARY KEY, writer TEXT NOT NULL, folder TEXT NOT NULL, article TEXT NOT NULL,
        line BLOB NOT NULL);
    CREATE INDEX pending_line_writer ON pending_line (writer, folder, number);
    CREATE TABLE unfinished_file (path TEXT PRIMARY KEY, writer TEXT NOT NULL);
    CREATE TABLE manifest (sequence INTEGER PRIMARY KEY, entry TEXT NOT NULL);
    CREATE TABLE pruned (sequence INTEGER PRIMARY KEY);
    CREATE TABLE draft (article TEXT NOT NULL, writer TEXT NOT NULL, cluster TEXT, published TEXT NOT NULL, host TEXT NOT NULL,
        stretches INTEGER NOT NULL, minima BLOB NOT NULL, PRIMARY KEY (article, writer));
    CREATE INDEX draft_writer ON draft (writer);
    CREATE TABLE draft_minimum (value INTEGER NOT NULL, article TEXT NOT NULL, writer TEXT NOT NULL, PRIMARY KEY (value, article, writer));
    CREATE INDEX draft_minimum_writer ON draft_minimum (writer, article)
    """,
)
"""Writers and how long each is taken to live; the keys that each is about to define, by the article that they are for; lines that are
decided and stand in no finished file yet; files that are being put together; the manifest, and up to where its files were pruned; stories
that :mod:`pipelines.neighbours` has judged and nobody has stored. In PostgreSQL only: one machine keeps all this in memory and in files."""
LIFE_S: Final = 60.0
"""A writer that was not heard of for so long is dead: others take over what it left. Three times what it may wait for the database."""
_BUSY_S: Final = 20.0
"""Several checkpoints of the other writer."""
_BUSY_PAUSE_S: Final = 0.25
Result = TypeVar("Result")
_NOW: Final = "extract(epoch FROM clock_timestamp())"
"""The database's clock, the only one that all share."""
_JOIN: Final = f"INSERT INTO writer (name, until) VALUES (?, {_NOW} + ?) ON CONFLICT (name) DO NOTHING"
_LIVE: Final = f"UPDATE writer SET until = {_NOW} + ?, batch = ? WHERE name = ?"
_GAIN: Final = """
INSERT INTO claim (key, writer, article) SELECT key, ?, ? FROM unnest(?::bytea[]) AS wanted (key) ORDER BY key
ON CONFLICT (key) DO UPDATE SET article = claim.article WHERE claim.writer = excluded.writer RETURNING key
"""
_RELEASE: Final = "DELETE FROM claim WHERE writer = ? AND article = ?"
_LEAVE: Final = tuple(f"DELETE FROM {table} WHERE writer = ?" for table in ("claim", "draft_minimum", "draft"))


class BusyError(NewsbotError):
    """Another writer is about to write the same article; its record is stored within seconds, and the same call knows it then."""


class FleetWriter:
    """One process as a writer of the fleet whose memory is *database*."""

    def __init__(self, database: FleetDatabase, name: str, life_s: float = LIFE_S) -> None:
        self.database, self.name = database, name
        self.life_s = life_s
        """As :data:`LIFE_S`."""
        self._batch = 0
        self._held: dict[bytes, str] = {}
        database.change(_JOIN, (name, life_s))

    def gain(self, keys: Collection[bytes], article: str) -> None:
        """Claim *keys* for *article*, all of them, until the article is released; what is claimed already stays so.

        Raises:
            BusyError: another writer has one of them; nothing was claimed.
        """
        wanted = set(keys) - self._held.keys()
        if not wanted:
            return

        def work() -> None:
            gained = self.database.rows(_GAIN, (self.name, article, sorted(wanted)))
            if len(gained) < len(wanted):
                raise BusyError(article)

        self.database.run(work)
        self._held |= dict.fromkeys(wanted, article)

    def holds(self, key: bytes) -> bool:
        """Whether *key* is claimed."""
        return key in self._held

    def release(self, articles: Iterable[str]) -> None:
        """Give up what is claimed for *articles*: their records are stored in the same transaction, or there will be none."""
        gone = set(articles) & set(self._held.values())
        if gone:
            self.database.change(_RELEASE, *((self.name, article) for article in sorted(gone)))
            self.database.afterwards(lambda: self._drop(gone))

    def store(self, work: Callable[[], object]) -> None:
        """Do *work* in one transaction, once, whatever becomes of the connection; the writer lives on.

        Raises:
            StateError: this writer was not heard of for so long that others have taken over; nothing is stored.
        """
        batch = self._batch + 1

        def once() -> None:
            if self.require_alive() == batch:
                self.database.was_stored()
                return
            work()
            self.database.change(_LIVE, (self.life_s, batch, self.name))

        self.database.run(once)
        self._batch = batch

    def live_on(self) -> None:
        """Be taken to live from now on; part of a transaction.

        Raises:
            StateError: others have taken over.
        """
        batch = self.require_alive()
        self.database.change(_LIVE, (self.life_s, batch, self.name))

    def require_alive(self) -> int:
        """The number of the last batch that was stored; until the transaction is over nobody else takes this writer for dead.

        Raises:
            StateError: others have taken over.
        """
        for (batch,) in self.database.rows("SELECT batch FROM writer WHERE name = ? FOR UPDATE", (self.name,)):
            return int(batch)
        raise StateError(f"this worker ({self.name}) was not heard of for {self.life_s:.0f} s and is taken for dead; start it again")

    def take_over(self, adopt: Callable[[str], object]) -> list[str]:
        """Undo what dead writers were about to do, and *adopt* by its name what each has left decided, in one transaction each; names."""
        return [name for (name,) in self._dead() if self.database.run(partial(self._bury, name, adopt))]

    def leave(self) -> None:
        """Be no writer any more; what was claimed is free."""

        def work() -> None:
            for statement in _LEAVE:
                self.database.change(statement, (self.name,))
            self.database.change("DELETE FROM writer WHERE name = ?", (self.name,))

        self.database.run(work)

    def _dead(self) -> list[Row]:
        return self.database.rows(f"SELECT name FROM writer WHERE until < {_NOW} AND name <> ? ORDER BY name", (self.name,))

    def _bury(self, name: str, adopt: Callable[[str], object]) -> bool:
        """Whether *name* was still there to be buried, and dead."""
        statement = f"SELECT name FROM writer WHERE name = ? AND until < {_NOW} FOR UPDATE SKIP LOCKED"
        if not self.database.rows(statement, (name,)):
            return False
        adopt(name)
        for one in _LEAVE:
            self.database.change(one, (name,))
        self.database.change("DELETE FROM writer WHERE name = ?", (name,))
        return True

    def _drop(self, articles: Collection[str]) -> None:
        self._held = {key: article for key, article in self._held.items() if article not in articles}


async def when_free(call: Callable[[], Awaitable[Result]]) -> Result:
    """What *call* gives as soon as no other writer is at its article.

    Raises:
        BusyError: another one is for too long; the page is to be fetched later.
    """
    deadline = time.monotonic() + _BUSY_S
    while True:
        try:
            return await call()
        except BusyError:
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(_BUSY_PAUSE_S)


def living(database: FleetDatabase) -> Iterator[tuple[str, float]]:
    """Every writer, and for how many seconds more it is taken to live."""
    yield from database.rows(f"SELECT name, until - {_NOW} FROM writer ORDER BY name")


assert LIFE_S >= 3 * PATIENCE_S
