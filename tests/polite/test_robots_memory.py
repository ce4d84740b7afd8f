import pytest

from newsbot.errors import StateError
from newsbot.polite.robots import Verdict
from newsbot.polite.robots_memory import RobotsMemory

ORIGIN = "https://a.example"


def test_a_verdict_outlives_the_run(place):
    memory = RobotsMemory(place)
    assert memory.get(ORIGIN) is None
    known = Verdict("rules", 12.5, b"User-agent: *\nDisallow: /x", 7.0)
    memory.put(ORIGIN, Verdict("unavailable", 1.0))
    memory.put(ORIGIN, known)
    memory.close()
    again = RobotsMemory(place)
    assert again.get(ORIGIN) == known
    again.close()


def test_a_later_run_asks_again_for_what_could_not_be_had():
    assert not Verdict("unreachable", 1000.0, unreachable_since=900.0).to_be_asked_again().is_fresh(1001.0)
    assert Verdict("rules", 1000.0).to_be_asked_again().is_fresh(1001.0)


def test_a_file_that_is_no_database_is_refused_in_one_line(tmp_path):
    path = tmp_path / "robots.sqlite"
    path.write_bytes(b"not a database, and long enough to be seen as none" * 100)
    with pytest.raises(StateError, match=r"robots\.sqlite") as raised:
        RobotsMemory(path)
    assert "\n" not in str(raised.value)
