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
