"""The memory of every earlier version is taken over: the first version's own file, and each earlier form of each file."""

from __future__ import annotations

import importlib
import importlib.util
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from newsbot.database import open_database
from newsbot.errors import StateError
from pipelines.state import State, history_path

PROJECT = Path(__file__).parent.parent
FIRST = PROJECT / "tests" / "state_0_1" / "state.sqlite"
_SPEC = importlib.util.spec_from_file_location("make_state_0_1", PROJECT / "scripts" / "make_state_0_1.py")
SCRIPT = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(SCRIPT)


def all_migrations():
    """Name and scripts of every file of the memory: each module that opens one keeps them in one tuple."""
    for room in ("newsbot", "pipelines"):
        for path in sorted((PROJECT / room).rglob("*.py")):
            if found := re.search(r"^(_?(?:MIGRATIONS|FORMS)): Final\b.*= \(", path.read_text(encoding="utf-8"), re.MULTILINE):
                name = ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")
                yield name, getattr(importlib.import_module(name), found[1])


MIGRATIONS = [(name, scripts) for name, scripts in all_migrations() if "postgres" not in name and "CREATE" in scripts[0]]


@pytest.fixture
def out(tmp_path):
    shutil.copy(FIRST, tmp_path / "state.sqlite")
    return tmp_path


def remembered(state):
    return [
        (state.last(f"{number:032x}"), (revision, processing, title, text)) for number, revision, processing, title, text in SCRIPT.ARTICLES
    ]


def test_the_first_version_s_memory_is_moved_and_says_what_it_said(out):
    path = history_path(out, "state")
    with closing(State(path)) as state:
        for memory, expected in remembered(state):
            assert (memory.revision, memory.processing, memory.title, memory.text) == expected
            assert (memory.source, memory.fetched_at, memory.archive, memory.deleted) == (None, None, None, False)
    assert path == out / "state" / "history.sqlite" and not (out / "state.sqlite").exists()


def test_a_memory_whose_last_run_was_killed_loses_nothing(out):
    """Its newest rows lie in the write-ahead log beside it."""
    with closing(sqlite3.connect(out / "state.sqlite")) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("UPDATE article SET revision = 9 WHERE title IS NOT NULL")
        database.commit()
        (out / "killed").mkdir()
        for path in out.glob("state.sqlite*"):
            shutil.copy(path, out / "killed")
    assert (out / "killed" / "state.sqlite-wal").stat().st_size
    with closing(State(history_path(out / "killed", "state"))) as state:
        assert [memory.revision for memory, _ in remembered(state)] == [9, 9, 1, 9]


def test_the_file_is_the_one_that_the_script_makes(tmp_path):
    SCRIPT.main(tmp_path)
    with (
        closing(sqlite3.connect(tmp_path / "state.sqlite")) as made,
        closing(sqlite3.connect(f"{FIRST.as_uri()}?immutable=1", uri=True)) as kept,
    ):
        assert list(made.iterdump()) == list(kept.iterdump())
        assert "UPDATE" not in "".join(kept.iterdump()) and kept.execute("PRAGMA user_version").fetchone() == (0,)


def test_the_search_finds_the_files_of_the_memory():
    assert {"pipelines.state", "pipelines.templates", "newsbot.frontier.schema", "newsbot.health.store"} <= {name for name, _ in MIGRATIONS}


@pytest.mark.parametrize(("name", "scripts"), MIGRATIONS, ids=[name for name, _ in MIGRATIONS])
def test_every_earlier_form_becomes_the_newest_and_a_newer_one_is_refused(tmp_path, name, scripts):
    forms = []
    for form in range(len(scripts) + 1):
        path = tmp_path / f"{form}.sqlite"
        open_database(path, scripts[:form]).close()
        with closing(open_database(path, scripts)) as database:
            forms.append(sorted(database.execute("SELECT name, sql FROM sqlite_master").fetchall()))
    assert all(form == forms[0] for form in forms)
    with pytest.raises(StateError, match="newer newsbot"):
        open_database(tmp_path / "0.sqlite", scripts[:-1])
