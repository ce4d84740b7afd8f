"""What workers of a fleet share beside addresses: rounds, the end of handing out, leases of others."""

import pytest

from newsbot.fleet.operating import drain, open_fleet
from newsbot.frontier import Visit
from newsbot.frontier.fleet import FleetFrontier
from tests.frontier.stores import NOW, entry, take

LEASE_S = 60.0


@pytest.fixture
def address(postgresql):
    return postgresql.empty()


@pytest.fixture
def connect(address):
    opened = []

    def one(worker, sources=("town",)):
        opened.append(FleetFrontier(address, worker, sources, LEASE_S))
        return opened[-1]

    yield one
    for frontier in opened:
        frontier.close()


def test_a_round_is_begun_by_one_worker_and_joined_by_the_others(connect):
    one, other = connect("one"), connect("other", ["town", "village"])
    assert one.join_round(NOW, 900) == ["town"]
    assert one.join_round(NOW + 1, 900) == []
    assert other.join_round(NOW + 2, 900) == ["village"]
    assert one.round == other.round
    assert other.join_round(NOW + 900, 900) == ["town", "village"]
    assert other.round.number > one.round.number
    assert take(one) == []
    assert one.round == other.round


def test_a_list_is_visited_once_a_round_by_whoever_is_first(connect):
    one, other = connect("one"), connect("other")
    one.join_round(NOW, 900)
    assert one.add([entry("list", kind="list")], NOW) == ["new"]
    take(other)  # which also tells it of the round
    other.finish("list", Visit(NOW), NOW)
    assert other.add([entry("list", kind="list")], NOW) == ["again"]
    other.join_round(NOW + 900, 900)
    assert one.add([entry("list", kind="list")], NOW + 900) == ["again"]  # it has not heard of the new round
    take(one, NOW + 900)
    assert one.add([entry("list", kind="list")], NOW + 900) == ["due"]


def test_what_is_due_wakes_up_with_the_round(connect):
    one = connect("one")
    one.join_round(NOW, 900)
    one.add([entry("a")], NOW)
    take(one)
    one.finish("a", Visit(NOW, due_at=NOW + 600), NOW)
    assert take(one, NOW + 700) == []
    one.join_round(NOW + 900, 900)
    assert take(one, NOW + 900) == ["a"]


def test_only_one_worker_names_lists_while_the_others_go_on(connect):
    one, other = connect("one"), connect("other")
    with one.transaction():
        assert one.join_round(NOW, 900) == ["town"]
        assert other.join_round(NOW, 900) == []
    assert other.join_round(NOW, 900) == []


def test_a_round_whose_beginner_failed_has_not_begun(connect):
    one, other = connect("one"), connect("other")
    with pytest.raises(ZeroDivisionError), one.transaction():
        one.join_round(NOW, 900)
        raise ZeroDivisionError
    assert other.join_round(NOW, 900) == ["town"]


def test_a_drained_fleet_hands_out_nothing_and_begins_no_round(connect, address):
    one = connect("one")
    one.join_round(NOW, 900)
    one.add([entry("a")], NOW)
    database = open_fleet(address)
    drain(database, on=True)
    assert take(one) == [] and one.is_draining
    assert one.join_round(NOW + 9000, 900) == []
    drain(database, on=False)
    assert take(one) == ["a"] and not one.is_draining
    database.close()


def test_leases_of_others_are_known_to_come_back(connect):
    one, other = connect("one"), connect("other")
    one.add([entry("a")], NOW)
    take(one)
    assert one.next_return() is None
    assert other.next_return() == NOW + LEASE_S
    one.finish("a", Visit(NOW), NOW)
    assert other.next_return() is None
