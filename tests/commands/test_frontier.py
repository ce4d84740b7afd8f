import time
from argparse import Namespace

import pytest
from scrapy.settings import Settings

from newsbot.commands.frontier import Command
from newsbot.frontier import SqliteFrontier
from newsbot.frontier.store import MAX_TRIES
from tests.frontier.stores import entry
from tests.newsroom import source_file


@pytest.fixture
def show(tmp_path, capsys, monkeypatch):
    source_file(tmp_path, "town", "http://localhost/")
    monkeypatch.setenv("NEWSBOT_DATA", str(tmp_path))
    command = Command()
    command.settings = Settings({"NEWSBOT_OUT": str(tmp_path / "out"), "NEWSBOT_STATE": "state"})

    def run(release=False):
        command.run(["town"], Namespace(out=None, release=release))
        return capsys.readouterr().out

    return run


def test_what_waits_and_what_was_given_up_is_shown_and_released(tmp_path, show):
    with pytest.raises(SystemExit, match="2"):
        show()
    now = time.time()
    frontier = SqliteFrontier(tmp_path / "out" / "state" / "frontier.sqlite", "run", ["town"])
    frontier.add([entry("a"), entry("b", host="slow.example")], now)
    frontier.hold_host("slow.example", now + 600, "http_429", now)
    for _ in range(MAX_TRIES):
        now += 100_000
        frontier.lease(9, lambda host: 9, now)
        frontier.fail("a", "http_500", now)
    frontier.postpone("b", time.time() + 600, "http_429", now)
    frontier.close()
    said = show()
    assert said.splitlines()[1].split() == ["town", "1", "0", "0", "1"]
    assert "town: slow.example: 1 wait until" in said
    assert "quarantined after 3 failures: http_500: https://town.example/a" in said
    assert "1 addresses will be fetched" in show(release=True)
    assert show().splitlines()[1].split() == ["town", "2", "0", "0", "0"]
