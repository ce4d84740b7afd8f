from newsbot.discovery.readings import Entry, Reading
from newsbot.list_memory import ListMemory


def test_the_last_reading_is_remembered_across_runs(place):
    first, second = Reading((Entry("https://a.example/خبر", "m"),), 5.0, 900.0, ("https://hub.example/",), "terms"), Reading((), 6.0)
    with ListMemory(place) as memory:
        assert memory.last("list:1") is None
        memory.store("list:1", first)
    with ListMemory(place) as memory:
        assert memory.last("list:1") == first
        memory.store("list:1", second)
        assert memory.last("list:1") == second
        assert memory.last("list:2") is None


def test_a_killed_run_forgets_what_the_frontier_may_not_have_stored(place):
    reading = Reading((), 5.0)
    killed = ListMemory(place)
    killed.store("list:1", reading)
    killed.settle()
    killed.store("list:2", reading)
    killed.settle()
    assert killed.last("list:1") == killed.last("list:2") == reading
    killed._tables.close()
    with ListMemory(place) as memory:
        assert memory.last("list:1") == reading
        assert memory.last("list:2") is None
