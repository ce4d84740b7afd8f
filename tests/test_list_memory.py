from newsbot.discovery.readings import Entry, Reading
from newsbot.list_memory import ListMemory


def test_the_last_reading_is_remembered_across_runs(tmp_path):
    first, second = Reading((Entry("https://a.example/خبر", "m"),), 5.0, 900.0, ("https://hub.example/",), "terms"), Reading((), 6.0)
    with ListMemory(tmp_path / "state" / "lists.sqlite") as memory:
        assert memory.last("list:1") is None
        memory.store("list:1", first)
    with ListMemory(tmp_path / "state" / "lists.sqlite") as memory:
        assert memory.last("list:1") == first
        memory.store("list:1", second)
        assert memory.last("list:1") == second
        assert memory.last("list:2") is None


def test_a_killed_run_forgets_what_the_frontier_may_not_have_stored(tmp_path):
    path, reading = tmp_path / "lists.sqlite", Reading((), 5.0)
    killed = ListMemory(path)
    killed.store("list:1", reading)
    killed.settle()
    killed.store("list:2", reading)
    killed.settle()
    assert killed.last("list:1") == killed.last("list:2") == reading
    with ListMemory(path) as memory:
        assert memory.last("list:1") == reading
        assert memory.last("list:2") is None
