"""All parts of a fleet's memory, and the forms of their tables: made and upgraded by an operator, checked before a worker begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Final

from newsbot import list_memory
from newsbot.archive import captures
from newsbot.errors import StateError
from newsbot.frontier import postgresql_schema
from newsbot.health import store as health
from newsbot.polite import robots_memory
from newsbot.reextraction import progress
from newsbot.tables import connect
from pipelines import fleet_writer, forgotten, identity, neighbours, state, templates

PARTS: Final[Mapping[str, Sequence[str]]] = {
    "frontier": postgresql_schema.MIGRATIONS,
    "archive": captures.FORMS,
    "forgotten": forgotten.FORMS,
    "health": health.FORMS,
    "history": state.MIGRATIONS,
    "identities": identity.FORMS,
    "lists": list_memory.FORMS,
    "neighbours": neighbours.FORMS,
    "reextraction": progress.FORMS,
    "robots": robots_memory.FORMS,
    "templates": templates.FORMS,
    "writers": fleet_writer.FORMS,
}
"""The scripts of each, in the words of SQLite where it has a file on one machine (:func:`newsbot.tables.in_postgresql`)."""


def require_parts(address: str) -> None:
    """See to it that the memory at *address* can be used; what is missing is made.

    Raises:
        StateError: one line; it cannot be reached or written, or is of another newsbot, older or newer.
    """
    with closing(connect(address, "frontier", postgresql_schema.MIGRATIONS)) as database, database.transaction():
        if database.execute("SELECT has_table_privilege('frontier_entry', 'INSERT, UPDATE, DELETE')").fetchall() != [(True,)]:
            raise StateError(f"{database.name}: the role may not write; grant it all rights on the tables of the schema")
        found = dict(database.execute("SELECT part, version FROM newsbot_form").fetchall())
    for part, scripts in PARTS.items():
        if found.get(part) != len(scripts):
            connect(address, part, scripts).close()
