"""Workers of a fleet are killed, cut off, their database restarts: nothing is lost or twice, no host asked too soon."""

import secrets

import pytest

from tests.crawling_fleet import Plan, run


@pytest.mark.parametrize("time", [1, 2, 3])
def test_a_fleet_whose_workers_and_connections_die_writes_every_article_once(postgresql, tmp_path, time):
    seed = secrets.randbelow(10**6)
    plan = Plan(seed, workers=2, hosts=6, articles=12, kills=1, cuts=1, lease_s=9.0, patience_s=200.0)
    outcome = run(postgresql, tmp_path, plan)
    assert outcome.faults == (), f"seed {seed}: {(tmp_path / 'crawls.log').read_text()[-3000:]}"
    assert outcome.closest >= 1
