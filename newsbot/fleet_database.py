"""One connection to a fleet's database for all memories of a worker: what they change within a transaction happens together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any, Final, TypeVar

from newsbot.errors import RunLocked, StateLost
from newsbot.tables import LOCK, PostgresqlTables, Row, Tables, connect

PATIENCE_S: Final = 20.0
"""How long a lost database is tried again before the worker gives up."""
_PAUSE_S: Final = 0.25
Result = TypeVar("Result")


def patiently(call: Callable[[], Result], patience_s: float = PATIENCE_S) -> Result:
    """What *call* gives, tried again while the database is lost, so twice must be once.

    Raises:
        StateLost: for too long.
    """
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return call()
        except StateLost:
            if time.monotonic() > deadline:
                raise
        time.sleep(_PAUSE_S)  # the whole worker waits: without its memory it could do nothing


class FleetDatabase:
    """A database that is tried again when the connection breaks, for one thread. :data:`newsbot.tables.Place` of several memories."""

    def __init__(self, address: str, part: str = "shared", forms: Sequence[str] = (), patience_s: float = PATIENCE_S) -> None:
        """The database at *address*, and the tables of *part* in it, as :func:`newsbot.tables.open_tables` has them.

        Raises:
            StateError: it cannot be used.
        """
        self.address = address
        self._database = connect(address, part, forms)
        self._patience_s = patience_s
        self._within = False
        self._ready: set[str] = set()
        self._after: list[Callable[[], object]] = []
        self._doubted: list[Callable[[], object]] = []

    def tables(self, part: str, forms: Sequence[str]) -> Tables:
        """The tables of *part*, made where there are none."""
        if part not in self._ready:
            patiently(lambda: PostgresqlTables(self.address, part, forms).close(), self._patience_s)
            self._ready.add(part)
        return SharedTables(self)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All calls within happen together or not at all; within another one they are part of it.

        Raises:
            StateLost: it was undone, or nobody knows; see :meth:`run`.
        """
        if self._within:
            yield
            return
        self._within, self._after = True, []
        try:
            with self._database.transaction():
                yield
        except StateLost:
            self._doubted = self._after
            raise
        finally:
            self._within = False
        self._call(self._after)

    def run(self, work: Callable[[], Result]) -> Result:
        """What *work* gives, done in one transaction: again and again while the connection is lost, so twice must be once.

        Raises:
            StateLost: the database cannot be had for too long.
        """
        if self._within:
            return work()

        def once() -> Result:
            with self.transaction():
                return work()

        return patiently(once, self._patience_s)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """What a statement finds or returns."""
        return self.run(lambda: self._database.rows(statement.replace("?", "%s"), values))

    def change(self, statement: str, *values: Sequence[Any]) -> None:
        """Run *statement* once for each of *values*."""

        def work() -> None:
            for one in values:
                self._database.execute(statement.replace("?", "%s"), one)

        if values:
            self.run(work)

    def lock(self, name: str) -> None:
        """Let nobody else pass here under the same *name* before the transaction is over."""
        self._database.execute(LOCK, (name,))

    def afterwards(self, call: Callable[[], object]) -> None:
        """*call* when what was changed so far is stored: at once outside of a transaction, never after one that failed."""
        if self._within:
            self._after.append(call)
        else:
            call()

    def was_stored(self) -> None:
        """Say that the transaction before, of which nobody knew what became of it, had happened."""
        self._after += self._doubted
        self._doubted = []

    def close(self) -> None:
        """End the connection."""
        self._database.close()

    def _call(self, calls: list[Callable[[], object]]) -> None:
        self._after = []
        for call in calls:
            call()


@contextmanager
def fleet_lock(address: str) -> Iterator[None]:
    """Be the only one who re-extracts, prunes or forgets in the fleet at *address*; workers go on. The database lets go however this ends.

    Raises:
        RunLocked: somebody else does.
        StateError: the database cannot be used.
    """
    with closing(connect(address, "shared", ())) as database:
        with database.transaction():
            gained = database.execute("SELECT pg_try_advisory_lock(hashtextextended('newsbot ' || current_schema(), 1997))").fetchall()
        if gained != [(True,)]:
            raise RunLocked(f"{database.name}: somebody else re-extracts, prunes or forgets in this fleet; wait for the end of that")
        yield


class SharedTables:
    """:class:`newsbot.tables.Tables` by a connection that others use, too; closing them leaves it open."""

    def __init__(self, database: FleetDatabase) -> None:
        self._database = database

    def transaction(self) -> AbstractContextManager[None]:
        """All calls within happen together or not at all."""
        return self._database.transaction()

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """What a query finds."""
        return self._database.rows(statement, values)

    def change(self, statement: str, *values: Sequence[Any]) -> None:
        """Run *statement* once for each of *values*."""
        self._database.change(statement, *values)

    def lock(self, name: str) -> None:
        """Let nobody else pass here under the same *name* before the transaction is over."""
        self._database.lock(name)

    def afterwards(self, call: Callable[[], object]) -> None:
        """*call* when what was changed so far is stored."""
        self._database.afterwards(call)

    def close(self) -> None:
        """Nothing: the connection is not theirs."""
