import sqlite3

import pytest

from newsbot.errors import StateError
from newsbot.frontier import SqliteFrontier
from tests.frontier.stores import NOW, SOURCES, entry, take, visit


@pytest.fixture
def frontier(tmp_path):
    frontier = SqliteFrontier(tmp_path / "frontier.sqlite", "run", SOURCES)
    yield frontier
    frontier.close()


def test_a_file_that_another_program_holds_is_named_in_one_line_and_nothing_is_lost(frontier, tmp_path):
    frontier.add([entry("a")], NOW)
    take(frontier)
    frontier._database.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(tmp_path / "frontier.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StateError, match=r"frontier\.sqlite: database is locked; check") as raised:
        frontier.finish("a", visit(), NOW)
    assert "\n" not in str(raised.value)
    other.execute("ROLLBACK")
    other.close()
    frontier.finish("a", visit(), NOW)
    assert frontier.counts()["town"].done == 1


def test_a_full_disk_is_named_in_one_line_and_nothing_is_half_stored(frontier):
    frontier._database.execute("PRAGMA max_page_count = 30")
    with pytest.raises(StateError, match="database or disk is full"):
        frontier.add([entry(f"{number}" * 100) for number in range(3000)], NOW)
    assert frontier.counts() == {}
    frontier.add([entry("a")], NOW)
    assert take(frontier) == ["a"]


@pytest.mark.parametrize("hosts", [20, 400])
def test_choosing_does_not_look_at_all_that_waits(frontier, hosts):
    def steps() -> int:
        counted = [0]
        frontier._database.set_progress_handler(lambda: counted.append(1), 100)
        assert len(frontier.lease(20, lambda host: 4, NOW)) == 20
        frontier._database.set_progress_handler(None, 0)
        return len(counted)

    def add(start: int, number: int) -> None:
        frontier.add([entry(f"{n}", host=f"h{n % hosts}", priority=n % 2) for n in range(start, start + number)], NOW)

    add(0, 2000)
    few = steps()
    add(2000, 8000)
    assert steps() < 1.2 * few
