"""``scrapy fleet``, and other commands on the address of a database."""

import argparse
import json

import psycopg
import pytest
from scrapy.utils.misc import load_object
from scrapy.utils.project import get_project_settings

from newsbot.frontier.fleet import FleetFrontier
from newsbot.frontier.store import LEASE_S
from tests.frontier.stores import entry, everything
from tests.newsroom import source_file


@pytest.fixture(scope="module")
def address(postgresql):
    return postgresql.empty()


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    source_file(folder, "town", "http://localhost:1/", 'discovery.feeds = ["http://localhost:1/feed"]')
    return folder


@pytest.fixture
def scrapy(address, data, monkeypatch, capsys):
    """What a command says and ends with, as in a process of its own: none of these gets as far as a crawl."""
    monkeypatch.setenv("NEWSBOT_DATA", str(data))

    def run(name, *arguments, state=address):
        command = load_object(f"newsbot.commands.{name}.Command")()
        command.settings = get_project_settings()
        for setting, value in (("NEWSBOT_STATE", state), ("NEWSBOT_OUT", str(data / "out"))):
            command.settings.set(setting, value, priority="cmdline")
        parser = argparse.ArgumentParser(conflict_handler="resolve")
        command.add_options(parser)
        options, rest = parser.parse_known_args(arguments)
        code = 0
        try:
            command.process_options(rest, options)
            command.run(rest, options)
            code = command.exitcode
        except SystemExit as end:
            code = end.code
        return (code, *capsys.readouterr())

    return run


def worker(address, name="dead one"):
    return FleetFrontier(address, name, ["town"], LEASE_S)


def test_a_fleet_is_made_seeded_shown_drained_and_reclaimed(scrapy, address):
    made = scrapy("fleet", "init")
    assert made[0] == 0 and made[2] == ""
    assert "frontier: made" in made[1] and "history: made" in made[1]
    seeded = scrapy("fleet", "seed", "--source", "town")
    assert seeded[1] == "round 1: 1 lists of 1 sources will be asked\n"

    dead = worker(address)
    now = dead.clock()
    dead.begin(now)
    dead.hold_host("slow.example", now + 60, "http_429", now)
    assert [lease.kind for lease in dead.lease(9, everything, now)] == ["list"]
    status = json.loads(scrapy("fleet", "status", "--json")[1])
    (only,) = [one for one in status["workers"] if one["leases"]]
    assert (only["name"], only["turns"], status["round"]["number"], status["draining"]) == ("dead one", 1, 1, False)
    assert status["held"][0]["host"] == "slow.example" and status["sources"]["town"]["leased"] == 1
    assert all(form["found"] == form["known"] for form in status["forms"].values())

    drained = scrapy("fleet", "drain", "--wait", "0")
    assert drained[:2] == (1, "nothing is handed out; 1 addresses are in hand: run it again, or reclaim\n")
    assert scrapy("fleet", "reclaim", "dead one")[1] == "1 addresses wait again, 1 hosts are free\n"
    dead.close()
    other = worker(address, "other")
    assert other.lease(9, everything, other.clock()) == []
    scrapy("fleet", "drain", "--off")
    assert [lease.kind for lease in other.lease(9, everything, other.clock())] == ["list"]
    assert "draining" not in scrapy("fleet", "status")[1]
    other.close()


def test_mistakes_are_one_line_and_exit_code_2(scrapy, address, postgresql):
    older, newer = postgresql.empty(), postgresql.empty()
    for place, form in ((older, 0), (newer, 99)):
        worker(place).close()
        with psycopg.connect(place, autocommit=True) as connection:
            connection.execute("UPDATE newsbot_form SET version = %s WHERE part = 'frontier'", (form or -1,))
    cases = [
        (("fleet", "status"), "state", "NEWSBOT_STATE is no database"),
        (("fleet", "statsu"), address, "did you mean status?"),
        (("crawl", "news", "-a", "source=town"), "postgresql://me:secret@127.0.0.1:1/crawl", "check that the server runs"),
        (("crawl", "news", "-a", "source=town"), newer, "was written by a newer newsbot"),
        (("crawl", "news", "-a", "source=town"), older, "run: scrapy fleet init"),
        (("health",), address, "not for a fleet's memory"),
    ]
    for arguments, state, says in cases:
        code, _, said = scrapy(*arguments, state=state)
        assert (code, said.count("\n")) == (2, 1), said
        assert says in said and "secret" not in said


def test_the_frontier_of_a_fleet_is_shown_and_no_round_begins_by_that(scrapy, address):
    seen = worker(address, "seen")
    before = seen.round
    seen.add([entry("a")], seen.clock())
    assert "town" in scrapy("frontier", "town")[1]
    seen.lease(0, everything, seen.clock())
    assert seen.round == before
    seen.close()
