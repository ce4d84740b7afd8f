import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from newsbot.database import open_database, transaction
from newsbot.errors import StateError

FIRST = "CREATE TABLE word (text TEXT PRIMARY KEY)"
SECOND = "ALTER TABLE word ADD COLUMN seen INTEGER NOT NULL DEFAULT 1; CREATE INDEX word_seen ON word (seen)"


def test_an_older_file_is_brought_to_the_newest_form_with_its_rows(tmp_path):
    path = tmp_path / "new" / "words.sqlite"
    old = open_database(path, [FIRST])
    old.execute("INSERT INTO word VALUES ('بيروت')")
    old.close()
    assert open_database(path, [FIRST, SECOND]).execute("SELECT text, seen FROM word").fetchall() == [("بيروت", 1)]


def test_a_file_of_a_newer_program_is_refused(tmp_path):
    open_database(tmp_path / "words.sqlite", [FIRST, SECOND]).close()
    with pytest.raises(StateError, match=r"words\.sqlite: was written by a newer newsbot"):
        open_database(tmp_path / "words.sqlite", [FIRST])


def test_a_script_that_fails_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "words.sqlite"
    open_database(path, [FIRST]).close()
    with pytest.raises(StateError):
        open_database(path, [FIRST, "ALTER TABLE word ADD COLUMN seen INTEGER; broken"])
    assert [column[1] for column in sqlite3.connect(path).execute("PRAGMA table_info(word)")] == ["text"]


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "words.sqlite").write_bytes(b"<html>" * 1000)
    with pytest.raises(StateError, match=r"words\.sqlite: file is not a database"):
        open_database(tmp_path / "words.sqlite", [FIRST])


def _open(path: str) -> None:
    open_database(Path(path), [FIRST, SECOND]).close()


def test_two_processes_that_make_it_at_once_do_not_meet(tmp_path):
    path = tmp_path / "words.sqlite"
    processes = [multiprocessing.get_context("spawn").Process(target=_open, args=(str(path),)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]


def test_a_transaction_that_fails_leaves_nothing_and_the_next_one_works(tmp_path):
    database = open_database(tmp_path / "words.sqlite", [FIRST])
    with pytest.raises(sqlite3.IntegrityError), transaction(database):
        database.executemany("INSERT INTO word VALUES (?)", [("one",), ("one",)])
    with transaction(database), transaction(database):
        database.execute("INSERT INTO word VALUES ('two')")
    assert database.execute("SELECT text FROM word").fetchall() == [("two",)]
    database.close()
