"""What every frontier store holds, whatever it is made of."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbot.frontier import NEVER, Counts
from newsbot.frontier.store import LEASE_S, MAX_DEATHS, MAX_TRIES, RETRY_S
from tests.frontier.stores import NOW, SQLITE, entry, postgresql_store, take, visit

HOUR = 3600.0


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request):
    return SQLITE if request.param == "sqlite" else postgresql_store(request.getfixturevalue("postgresql"))


@pytest.fixture
def connect(store, tmp_path):
    opened, connected = [], store.empty(tmp_path)

    def one(worker="first"):
        opened.append(connected(worker))
        return opened[-1]

    yield one
    for frontier in opened:
        frontier.close()


def test_what_is_added_is_leased_once(connect):
    frontier = connect()
    assert frontier.add([entry("a"), entry("b"), entry("a")], NOW) == ["new", "new", "again"]
    assert take(frontier) == ["a", "b"]
    assert take(frontier) == []
    assert frontier.counts() == {"town": Counts(leased=2)}


def test_a_request_comes_back_as_it_was_given(connect):
    frontier = connect()
    frontier.add([entry("a", priority=3)], NOW)
    (lease,) = frontier.lease(1, lambda host: 1, NOW)
    assert (lease.request, lease.source, lease.host, lease.kind) == ('{"url": "https://town.example/a"}', "town", "town.example", "article")
    assert (lease.tries, lease.visit, lease.first_named) == (0, None, False)


def test_what_was_in_hand_when_a_worker_died_waits_again_behind_the_others(connect, store):
    connect("killed").add([entry("a"), entry("b"), entry("c")], NOW)
    killed = connect("killed")
    assert take(killed, limit=2) == ["a", "b"]
    killed.finish("b", visit(), NOW)
    frontier, later = connect("next"), NOW + 1 + store.dead_s
    assert frontier.begin(later) == 1
    assert take(frontier, later) == ["c", "a"]


def test_what_keeps_dying_is_quarantined(connect, store):
    connect().add([entry("a")], NOW)
    for number in range(MAX_DEATHS):
        frontier, now = connect(str(number)), NOW + number * store.dead_s
        frontier.begin(now)
        assert take(frontier, now) == ["a"]
    last, now = connect("last"), NOW + MAX_DEATHS * store.dead_s
    last.begin(now)
    assert take(last, now) == []
    assert [(one.url, one.reason) for one in last.quarantined()] == [("https://town.example/a", "worker_died")]


def test_a_late_lease_comes_back_unless_it_is_extended(connect):
    frontier = connect()
    frontier.add([entry("a"), entry("b")], NOW)
    take(frontier)
    frontier.extend(NOW + LEASE_S / 2)
    assert take(frontier, NOW + LEASE_S + 1) == []
    assert sorted(take(frontier, NOW + 2 * LEASE_S)) == ["a", "b"]


def test_hosts_take_turns_and_none_gives_more_than_there_is_room_for(connect):
    frontier = connect()
    frontier.add([entry(f"{host}{number}", host=host) for host in ("x", "y", "z") for number in range(9)], NOW)
    assert take(frontier, limit=4, room=lambda host: 2) == ["x0", "x1", "y0", "y1"]
    assert take(frontier, limit=4, room=lambda host: 2) == ["z0", "z1", "x2", "x3"]
    assert take(frontier, room=lambda host: {"y": 1}.get(host, 0)) == ["y2"]


def test_two_sources_on_one_host_share_its_room(connect):
    frontier = connect()
    frontier.add([entry(f"{source}{number}", source) for source in ("town", "village") for number in range(3)], NOW)
    assert len(take(frontier, room=lambda host: 4)) == 4


def test_sources_of_others_are_left_alone(connect):
    frontier = connect()
    frontier.add([entry("a", "elsewhere"), entry("b", "village"), entry("c", "zoo")], NOW)
    assert take(frontier) == ["b"]
    assert set(frontier.counts()) == {"village"}


def test_higher_priority_goes_first(connect):
    frontier = connect()
    frontier.add([entry("a"), entry("b", priority=-1), entry("list", kind="list", priority=10), entry("c")], NOW)
    assert take(frontier) == ["list", "a", "c", "b"]


def test_a_done_address_is_named_again_by_the_next_run_only(connect):
    first = connect()
    first.add([entry("a")], NOW)
    take(first)
    first.finish("a", visit(etag='"1"'), NOW)
    assert first.add([entry("a")], NOW + 1) == ["again"]
    second = connect("second")
    assert second.add([entry("a"), entry("a")], NOW + 2) == ["due", "again"]
    (lease,) = second.lease(1, lambda host: 1, NOW + 2)
    assert lease.visit == visit(etag='"1"')


def test_a_done_address_waits_for_its_time_or_for_ever(connect):
    first = connect()
    first.add([entry("a"), entry("b")], NOW)
    take(first)
    first.finish("a", visit(due_at=NOW + HOUR), NOW)
    first.finish("b", visit(due_at=NEVER), NOW)
    second = connect("second")
    assert second.add([entry("a"), entry("b"), entry("b")], NOW + 60) == ["not_due", "not_due", "again"]
    assert second.add([entry("a"), entry("b")], NOW + HOUR) == ["due", "again"]


def test_what_is_due_wakes_up_by_itself_and_what_is_only_due_when_named_does_not(connect):
    frontier = connect()
    frontier.add([entry("a"), entry("b"), entry("c")], NOW)
    take(frontier)
    frontier.finish("a", visit(due_at=NOW + HOUR), NOW)
    frontier.finish("b", visit(), NOW)
    frontier.finish("c", visit(due_at=NEVER), NOW)
    second = connect("second")
    assert second.revive_due(NOW + 60) == 0
    assert second.revive_due(NOW + HOUR) == 1
    (lease,) = second.lease(9, lambda host: 9, NOW + HOUR)
    assert (lease.key, lease.first_named) == ("a", True)


def test_a_later_date_in_the_list_revives_once(connect):
    first = connect()
    first.add([entry("a", changed_at=NOW - HOUR)], NOW)
    take(first)
    first.finish("a", visit(due_at=NEVER), NOW)
    assert connect("second").add([entry("a", changed_at=NOW - 1)], NOW) == ["not_due"]
    third, future = connect("third"), NOW + 99 * HOUR
    assert third.add([entry("a", changed_at=future)], NOW) == ["due"]
    assert take(third) == ["a"]
    third.finish("a", visit(NOW + 2, due_at=NEVER), NOW)
    assert connect("fourth").add([entry("a", changed_at=future)], NOW) == ["not_due"]


def test_a_failure_waits_then_is_quarantined_with_its_reason(connect):
    frontier, now = connect(), NOW
    frontier.add([entry("a")], NOW)
    for number in range(MAX_TRIES):
        assert take(frontier, now) == ["a"]
        assert frontier.fail("a", "http_500", now) is (number == MAX_TRIES - 1)
        assert take(frontier, now + 1) == []
        now += RETRY_S * 4**MAX_TRIES
    assert [(one.url, one.reason, one.tries) for one in frontier.quarantined()] == [("https://town.example/a", "http_500", MAX_TRIES)]
    assert frontier.counts() == {"town": Counts(quarantined=1)}
    assert connect("next").add([entry("a")], now) == ["quarantined"]
    assert frontier.release("a", now)
    assert take(frontier, now) == ["a"]


def test_a_list_that_failed_is_tried_again_by_the_next_run_at_once(connect):
    frontier = connect()
    feed = entry("feed", kind="list")
    for number in range(MAX_TRIES + 2):
        frontier = connect(str(number))
        frontier.add([feed], NOW)
        assert take(frontier) == ["feed"]
        frontier.fail("feed", "dns", NOW)
        assert frontier.add([feed], NOW) == ["again"]
        assert take(frontier) == []


def test_what_is_postponed_waits_without_a_failure(connect):
    frontier = connect()
    frontier.add([entry("a"), entry("feed", kind="list")], NOW)
    take(frontier)
    frontier.postpone("a", NOW + 30, "http_429", NOW)
    frontier.postpone("feed", NOW + 40, "http_429", NOW)
    assert connect("next").add([entry("feed", kind="list")], NOW) == ["waiting"]
    assert frontier.next_due(NOW) == NOW + 30
    assert take(frontier, NOW + 29) == []
    (lease,) = frontier.lease(9, lambda host: 9, NOW + 30)
    assert lease.tries == 0
    (wait,) = frontier.waits(NOW + 30)
    assert (wait.host, wait.until, wait.addresses, wait.reason) == ("town.example", NOW + 40, 1, "http_429")


def test_a_held_host_gives_nothing_and_others_do(connect):
    frontier = connect()
    frontier.add([entry("a"), entry("b", host="other.example")], NOW)
    frontier.hold_host("town.example", NOW + 60, "retry_after", NOW)
    frontier.hold_host("town.example", NOW + 30, "shorter", NOW)
    assert take(frontier) == ["b"]
    assert frontier.next_due(NOW) == NOW + 60
    assert [(wait.until, wait.reason) for wait in frontier.waits(NOW)] == [(NOW + 60, "retry_after")]
    assert take(frontier, NOW + 60) == ["a"]


def test_nothing_waits_nothing_is_due(connect):
    frontier = connect()
    assert frontier.next_due(NOW) is None
    frontier.add([entry("a")], NOW)
    assert frontier.next_due(NOW) <= NOW


def test_calls_within_a_transaction_happen_together_or_not_at_all(connect):
    frontier = connect()
    frontier.add([entry("list", kind="list")], NOW)
    take(frontier)
    with pytest.raises(KeyboardInterrupt), frontier.transaction():
        frontier.add([entry("a")], NOW)
        frontier.finish("list", visit(), NOW)
        raise KeyboardInterrupt
    assert frontier.counts() == {"town": Counts(leased=1)}


def test_a_clock_that_was_set_back_leaves_nothing_waiting_for_the_old_time(connect, store):
    ahead, year = connect("ahead"), 365 * 24 * HOUR
    ahead.begin(NOW + year)
    ahead.add([entry(name, host=name) for name in "abc"], NOW + year)
    take(ahead, NOW + year)
    ahead.finish("a", visit(NOW + year, due_at=NOW + year + HOUR), NOW + year)
    ahead.postpone("b", NOW + year + HOUR, "http_429", NOW + year)
    ahead.hold_host("c", NOW + year + HOUR, "http_429", NOW + year)
    frontier = connect("next")
    frontier.begin(NOW)
    frontier.revive_due(NOW)
    back, later = take(frontier), NOW + store.dead_s
    frontier.extend(later)
    assert sorted(back + take(frontier, later)) == ["a", "b", "c"]


def test_whatever_happens_no_address_is_lost_or_handed_out_twice(store, tmp_path_factory):
    @settings(max_examples=store.examples, deadline=None)
    @given(seed=st.integers(0, 10**9))
    def whatever_happens(seed):
        happen(random.Random(seed), store.empty(tmp_path_factory.mktemp("frontier")), store.dead_s)

    whatever_happens()


def happen(chance, connected, dead_s):
    frontier = connected("0")
    names, now, held = {f"{n}" for n in range(12)}, NOW, set()
    frontier.add([entry(name, host=f"h{int(name) % 3}") for name in sorted(names)], now)
    for step in range(40):
        now += chance.choice([0, 1, 400])
        for lease in frontier.lease(chance.randint(1, 5), lambda host: 3, now):
            assert lease.key not in held
            held.add(lease.key)
        match chance.randrange(6), sorted(held):
            case 0, [key, *_]:
                frontier.finish(key, visit(now, due_at=chance.choice([0.0, None, now + 9])), now)
                held.discard(key)
            case 1, [key, *_]:
                frontier.fail(key, "why", now)
                held.discard(key)
            case 2, [key, *_]:
                frontier.postpone(key, now + 5, "why", now)
                held.discard(key)
            case 3, _:
                frontier.add([entry(name) for name in chance.sample(sorted(names), 3)], now)
            case 4, _:
                frontier.close()
                frontier, now = connected(str(step)), now + dead_s
                frontier.begin(now)
                held.clear()
            case _:
                frontier.extend(now)
        frontier.extend(now)
        (counts,) = frontier.counts().values()
        assert counts.waiting + counts.leased + counts.done + counts.quarantined == len(names)
        assert counts.leased == len(held)
    frontier.close()
