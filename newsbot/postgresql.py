"""A PostgreSQL database that holds what a fleet remembers: opened alike, upgraded step by step, refused in one line (extra ``fleet``)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg
from psycopg import Connection, Cursor
from psycopg.conninfo import conninfo_to_dict

from newsbot.errors import StateError, StateLost

_CONNECTION: Final = {
    "application_name": "newsbot",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""What the address may say otherwise. A machine that vanished is noticed within a minute; seconds but for the last, milliseconds."""
_SESSION: Final = (
    "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'; "  # a worker that hangs must not hold up the others
    "SET jit = off; SET timezone = 'UTC'; SET client_min_messages = warning"
)
_VERSION_LOCK: Final = 0x6E657773
"""Any number: the advisory lock under which forms are changed."""
_PASSING: Final = (psycopg.OperationalError, psycopg.InterfaceError)
"""Broken connections, restarts of the server, deadlocks, time limits."""
logging.getLogger("psycopg").setLevel(logging.ERROR)  # of a broken connection we say ourselves, once


class Postgresql:
    """One connection, opened again when it broke. Tables are those of the address's first schema (``search_path``).

    Not for several threads. Within :meth:`transaction` statements are sent without waiting for the answers of those before.
    """

    def __init__(self, address: str, part: str, migrations: Sequence[str]) -> None:
        """The database at *address*; the tables of *part*, where there are none, made by *migrations*, run in order.

        Tables of an older form are left alone: other workers may be at work on them (:func:`upgrade`).

        Raises:
            StateError: one line, without the password.
        """
        self._part, self._migrations = part, migrations
        self._parameters = _parameters(address)
        self._connection: Connection[tuple[Any, ...]] | None = None
        self._within = False
        with self._refusals():
            self._connection = self._connect()

    @property
    def name(self) -> str:
        """Host, port and database, for people."""
        return _name(self._parameters)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements within happen together or not at all.

        Raises:
            StateLost: the connection broke, or the database undid the transaction; the next one connects again.
            StateError: the database refuses.
        """
        if self._within:
            yield
            return
        with self._refusals():
            connection = self._connected()
            self._within = True
            try:
                with connection.pipeline(), connection.transaction():
                    yield
            finally:
                self._within = False

    def execute(self, statement: str, values: Any = None) -> Cursor[tuple[Any, ...]]:
        """The cursor of one statement, within a transaction. Its answer is awaited when rows are asked of it."""
        assert self._within, "statements belong into a transaction"
        assert self._connection is not None
        with _in_one_line(self.name):
            return self._connection.execute(statement.encode(), values)

    def rows(self, statement: str, values: Any = None) -> list[tuple[Any, ...]]:
        """What one statement finds or returns, within a transaction.

        Raises:
            StateError, StateLost: at once, for those who stand between this and the end of the transaction.
        """
        with _in_one_line(self.name):
            return self.execute(statement, values).fetchall()

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()

    def _connected(self) -> Connection[tuple[Any, ...]]:
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> Connection[tuple[Any, ...]]:
        connection = _open(self._parameters)
        try:
            version = _version(connection, self._part)
            if version == 0:
                _bring_up(connection, self._part, self._migrations)
            elif version != len(self._migrations):
                raise StateError(f"{self.name}: {_unfit(self._part, version, len(self._migrations))}")
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        """What the database cannot do, in one line; a connection that broke is let go."""
        try:
            with _in_one_line(self.name):
                yield
        except StateLost:
            self._drop()
            raise

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()


def upgrade(address: str, part: str, migrations: Sequence[str]) -> tuple[int, int]:
    """Bring the tables of *part* to the newest form; the form before (0: there were none) and the one now.

    Raises:
        StateError: one line; they are of a newer newsbot, or the database refuses.
    """
    parameters = _parameters(address)
    with _in_one_line(_name(parameters)), _open(parameters) as connection:
        before = _version(connection, part)
        if before > len(migrations):
            raise StateError(f"{_name(parameters)}: {_unfit(part, before, len(migrations))}")
        _bring_up(connection, part, migrations)
    return before, len(migrations)


def _bring_up(connection: Connection[tuple[Any, ...]], part: str, migrations: Sequence[str]) -> None:
    """Run the scripts that the database has not seen; of workers that start at once, one does."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_VERSION_LOCK,))
        connection.execute("CREATE TABLE IF NOT EXISTS newsbot_form (part text PRIMARY KEY, version integer NOT NULL)")
        for script in migrations[_version(connection, part) :]:
            connection.execute(script.encode())
        connection.execute(
            "INSERT INTO newsbot_form VALUES (%s, %s) ON CONFLICT (part) DO UPDATE SET version = excluded.version "
            "WHERE newsbot_form.version < excluded.version",
            (part, len(migrations)),
        )


def _version(connection: Connection[tuple[Any, ...]], part: str) -> int:
    if connection.execute("SELECT to_regclass('newsbot_form')").fetchall() == [(None,)]:
        return 0
    row = connection.execute("SELECT version FROM newsbot_form WHERE part = %s", (part,)).fetchone()
    return row[0] if row else 0


def _unfit(part: str, found: int, known: int) -> str:
    told = f"{part}: form {found}, known {known}"
    if found > known:
        return f"was written by a newer newsbot ({told}); update newsbot"
    return f"is of an older newsbot ({told}); end the workers, then run: scrapy fleet init"


def _parameters(address: str) -> dict[str, Any]:
    try:
        return {**_CONNECTION, **conninfo_to_dict(address)}
    except psycopg.ProgrammingError:  # its words may hold the password
        raise StateError("NEWSBOT_STATE: cannot be read; the form is postgresql://user@host:port/database") from None


def _name(parameters: Mapping[str, Any]) -> str:
    return f"postgresql://{parameters.get('host', '')}:{parameters.get('port', 5432)}/{parameters.get('dbname', '')}"


def _open(parameters: dict[str, Any]) -> Connection[tuple[Any, ...]]:
    connection = psycopg.connect("", autocommit=True, **parameters)
    connection.execute(_SESSION.encode())
    return connection


@contextmanager
def _in_one_line(name: str) -> Iterator[None]:
    try:
        yield
    except _PASSING as error:
        raise StateLost(f"{name}: {_line(error)}; check that the server runs and that the address is right") from error
    except psycopg.Error as error:
        raise StateError(f"{name}: {_line(error)}; check the role's rights and the server's log") from error


def _line(error: psycopg.Error) -> str:
    return " ".join(str(error).split()) or type(error).__name__
