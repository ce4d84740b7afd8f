"""Workers of a fleet are killed, cut off, their database restarts: nothing is lost or twice, no host asked too soon."""

import os
import secrets
import signal
import subprocess
import sys
import time

import pytest

from newsbot.config import load_config
from newsbot.fleet.seeding import seed
from tests.crawling_fleet import PROJECT, Plan, run
from tests.many_hosts import path_of, serve_hosts
from tests.newsroom import records, source_file


@pytest.mark.parametrize("time", [1, 2, 3])
def test_a_fleet_whose_workers_and_connections_die_writes_every_article_once(postgresql, tmp_path, time):
    seed = secrets.randbelow(10**6)
    plan = Plan(seed, workers=2, hosts=6, articles=12, kills=1, cuts=1, lease_s=9.0, patience_s=200.0)
    outcome = run(postgresql, tmp_path, plan)
    assert outcome.faults == (), f"seed {seed}: {(tmp_path / 'crawls.log').read_text()[-3000:]}"
    assert outcome.closest >= 1


def test_a_worker_that_stays_asks_the_lists_once_a_round_until_it_is_told_to_end(postgresql, tmp_path, monkeypatch):
    address, out = postgresql.empty(), tmp_path / "out"
    with serve_hosts(tmp_path, 1, 3) as site:
        more = f'discovery.feeds = ["{site.url(site.hosts[0], "/feed")}"]'
        source_file(tmp_path, "town", site.url(site.hosts[0], "/"), more)
        monkeypatch.setenv("NEWSBOT_DATA", str(tmp_path))
        config = load_config()
        own = {
            "NEWSBOT_DATA": str(tmp_path),
            "NEWSBOT_OUT": str(out),
            "NEWSBOT_STATE": address,
            "NEWSBOT_STAY": "1",
            "NEWSBOT_ROUND_S": "0",
        }
        command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", "source=town", "--jobs", "1"]
        with subprocess.Popen(command, env={**os.environ, **own}, stderr=subprocess.PIPE, text=True, cwd=PROJECT) as worker:
            for number in (1, 2):
                assert seed(address, config, "town", 0.0) == (number, 1, 1)
                await_lists(site, number)
            worker.send_signal(signal.SIGTERM)
            _, log = worker.communicate(timeout=60)
        assert worker.returncode == 0, log
        asked = [line.split()[1] for line in site.requests()]
    assert sorted(asked) == ["/feed", "/feed", "/robots.txt", *map(path_of, range(3))]
    assert len(list(records(out))) == 3


def await_lists(site, number):
    deadline = time.monotonic() + 90
    while sum("/feed" in line for line in site.requests()) < number or sum("story" in line for line in site.requests()) < 3:
        assert time.monotonic() < deadline, site.requests()
        time.sleep(0.1)
    time.sleep(1.5)  # what came of the list is stored
