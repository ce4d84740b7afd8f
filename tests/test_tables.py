from pathlib import Path

import pytest

from newsbot.errors import StateError
from newsbot.postgresql import upgrade
from newsbot.tables import in_postgresql, is_database, memory_place, open_tables

FORM = "CREATE TABLE word (text TEXT PRIMARY KEY, weight REAL NOT NULL, seen INTEGER, packed BLOB) WITHOUT ROWID"
INSERT = "INSERT INTO word (text, weight, seen, packed) VALUES (?, ?, ?, ?)"
ROW = ("بيروت", 1_800_000_000.123456, 2**62, b"\x00\xff")


@pytest.fixture
def tables(place):
    tables = open_tables(place, "words", [FORM])
    yield tables
    tables.close()


def test_values_come_back_as_they_were_given(tables):
    tables.change(INSERT, ROW, ("Ω", 0.0, None, None))
    assert tables.rows("SELECT text, weight, seen, packed FROM word WHERE text = ?", (ROW[0],)) == [ROW]
    assert tables.rows("SELECT text FROM word ORDER BY text") == [("Ω",), ("بيروت",)]


def test_a_transaction_happens_as_a_whole_or_not_at_all(tables):
    with pytest.raises(KeyError), tables.transaction():
        tables.change(INSERT, ROW)
        raise KeyError
    assert tables.rows("SELECT text FROM word") == []


def test_what_the_store_refuses_is_one_line_and_the_next_call_goes_on(tables):
    tables.change(INSERT, ROW)
    with pytest.raises(StateError) as raised:
        tables.change(INSERT, ("x", 0.0, None, None), ROW)
    assert "\n" not in str(raised.value)
    assert tables.rows("SELECT text FROM word") == [(ROW[0],)]


def test_an_older_form_is_brought_to_the_newest_with_its_rows(place, tables):
    tables.change(INSERT, ROW)
    forms = [FORM, "ALTER TABLE word ADD COLUMN told TEXT"]
    if is_database(place):  # others may be at work there: an operator says when
        with pytest.raises(StateError, match=r"is of an older newsbot .*scrapy fleet init"):
            open_tables(place, "words", forms)
        assert upgrade(place, "words", [in_postgresql(form) for form in forms]) == (1, 2)
    newer = open_tables(place, "words", forms)
    assert newer.rows("SELECT text, told FROM word") == [(ROW[0], None)]
    newer.close()


def test_a_memory_is_kept_in_a_file_of_the_state_or_in_the_fleets_database():
    address = "postgresql://me@db.example/crawl"
    assert memory_place(Path("out"), "state", "history") == Path("out/state/history.sqlite")
    assert memory_place(Path("out"), address, "history") == address
