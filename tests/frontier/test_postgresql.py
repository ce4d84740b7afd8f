import psycopg
import pytest

from newsbot.errors import StateError, StateLost
from newsbot.frontier import Visit
from newsbot.frontier.postgresql import PostgresqlFrontier
from newsbot.frontier.store import LEASE_S
from tests.fleet import Plan, cut, run
from tests.frontier.stores import NOW, SOURCES, entry, everything, take

SMALL = Plan(1, workers=4, hosts=12, addresses=360, kills=4, cuts=3, restarts=1)


@pytest.fixture
def address(postgresql):
    return postgresql.empty()


@pytest.fixture
def connect(address):
    opened = []

    def one(worker):
        opened.append(PostgresqlFrontier(address, worker, SOURCES))
        return opened[-1]

    yield one
    for frontier in opened:
        frontier.close()


def test_killed_workers_cut_connections_and_a_restart_lose_nothing_and_no_host_is_asked_too_soon(postgresql, tmp_path):
    outcome = run(postgresql, tmp_path, SMALL)
    assert outcome.faults == ()
    assert outcome.closest >= 1


def test_a_lease_brings_the_turn_of_its_host_and_the_last_one_that_ends_gives_it_away(connect):
    one, other = connect("one"), connect("other")
    one.add([entry("a"), entry("b"), entry("c"), entry("d", host="x.example")], NOW)
    assert take(one, limit=2) == ["a", "b"]
    assert one.is_mine("town.example", NOW)
    assert take(other) == ["d"]
    one.finish("a", Visit(NOW), NOW)
    assert take(other) == []
    one.finish("b", Visit(NOW), NOW)
    assert take(other) == ["c"]


def test_a_claimed_host_stays_until_it_is_let_go_and_is_free_a_delay_after_the_last_request(connect):
    one, other = connect("one"), connect("other")
    assert one.claim("town.example", 60.0, NOW)
    one.add([entry("a"), entry("b")], NOW)
    assert take(one, limit=1) == ["a"]
    assert not other.claim("town.example", 60.0, NOW)
    one.finish("a", Visit(NOW), NOW)
    assert take(other) == []
    one.let_go("town.example", ago_s=20.0)
    assert not other.claim("town.example", 60.0, NOW)
    assert 39 < other.next_due(NOW) - NOW < 40
    assert one.claim("x.example", 60.0, NOW)
    one.let_go("x.example", ago_s=61.0)
    assert other.claim("x.example", 60.0, NOW)


def test_a_host_that_another_worker_waits_for_is_leased_to_nobody_else_until_that_one_had_it(connect):
    one, other, third = connect("one"), connect("other"), connect("third")
    one.add([entry("a"), entry("b")], NOW)
    assert one.claim("town.example", 0.0, NOW)
    assert not other.claim("town.example", 0.0, NOW)
    assert take(one) == []
    assert 0 < one.next_due(NOW) - NOW <= 2
    one.let_go("town.example", ago_s=0.0)
    assert take(third) == []
    assert other.claim("town.example", 0.0, NOW)
    other.let_go("town.example", ago_s=0.0)
    assert take(third) == ["a", "b"]


def test_a_host_that_is_held_is_nobodys_to_claim(connect):
    one, other = connect("one"), connect("other")
    one.hold_host("town.example", NOW + 60, "http_429", NOW)
    assert not other.claim("town.example", 0.0, NOW)
    assert other.claim("town.example", 0.0, NOW + 61)


def test_the_turn_of_a_dead_worker_is_over_and_a_delay_later_another_ones(connect):
    one, other = connect("one"), connect("other")
    one.claim("quick.example", 0.0, NOW)
    one.claim("slow.example", 60.0, NOW)
    assert one.is_mine("slow.example", NOW + LEASE_S / 2)
    assert not one.is_mine("slow.example", NOW + 0.7 * LEASE_S)
    later = NOW + LEASE_S + 1
    assert other.claim("quick.example", 0.0, later)
    assert not other.claim("slow.example", 60.0, later)
    one.extend(later)
    assert not one.is_mine("quick.example", later)
    assert not one.is_mine("slow.example", later)


def test_a_lost_connection_is_one_line_nothing_happened_and_the_next_call_goes_on(connect, postgresql):
    frontier = connect("one")
    frontier.add([entry("a")], NOW)
    says = r"postgresql://127\.0\.0\.1:\d+/postgres: .*check that the server runs"
    with pytest.raises(StateLost, match=says) as raised, frontier.transaction():
        take(frontier)
        cut(postgresql)
        frontier.counts()
    assert "\n" not in str(raised.value)
    assert not frontier.is_mine("town.example", NOW)
    assert take(frontier) == ["a"]


def test_what_cannot_be_opened_is_refused_in_one_line_without_the_password(address, postgresql):
    cases = {
        address.replace("@127.0.0.1", ":secret@127.0.0.1").replace("/postgres?", "/nowhere?"): "does not exist",
        "postgresql://me:secret@127.0.0.1:1/crawl": "refused",
        "postgresql://me:secret@[/crawl": "the form is postgresql://",
        f"{postgresql.address}?options=-csearch_path%3Dmissing": "no schema has been selected",
    }
    for wrong, says in cases.items():
        with pytest.raises(StateError, match=says) as raised:
            PostgresqlFrontier(wrong, "one", SOURCES)
        assert "\n" not in str(raised.value)
        assert "secret" not in str(raised.value)


def test_a_role_without_rights_is_refused_in_one_line(address, postgresql, connect):
    connect("one").add([entry("a")], NOW)
    with psycopg.connect(postgresql.address, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS stranger")
        connection.execute("CREATE ROLE stranger LOGIN")
    with pytest.raises(StateError, match="check the role's rights"):
        PostgresqlFrontier(address.replace("newsbot@", "stranger@"), "two", SOURCES)


def test_a_database_of_a_newer_newsbot_is_refused(address, connect):
    connect("one").close()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("UPDATE newsbot_form SET version = 99")
    with pytest.raises(StateError, match="was written by a newer newsbot"):
        PostgresqlFrontier(address, "two", SOURCES)


def test_workers_of_one_round_visit_once_and_the_next_round_again(address):
    def worker(name, round_name):
        return PostgresqlFrontier(address, name, SOURCES, round_name=round_name)

    one, other, later = worker("one", "monday"), worker("other", "monday"), worker("later", "tuesday")
    assert one.add([entry("list", kind="list")], NOW) == ["new"]
    assert other.add([entry("list", kind="list")], NOW) == ["again"]
    assert [lease.key for lease in other.lease(9, everything, NOW)] == ["list"]
    other.finish("list", Visit(NOW), NOW)
    assert one.add([entry("list", kind="list")], NOW) == ["again"]
    assert later.add([entry("list", kind="list")], NOW) == ["due"]
    for frontier in (one, other, later):
        frontier.close()
