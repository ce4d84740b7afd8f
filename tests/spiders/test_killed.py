"""SIGKILL at random moments, again and again: nothing is lost, nothing comes twice, nothing is half. More of it: ``make kill-test``."""

import secrets

import pytest

from tests.killing import run


@pytest.mark.parametrize("time", [1, 2, 3])
def test_a_killed_crawl_is_completed_by_the_next_one_without_loss_or_repetition(tmp_path, time):
    seed = secrets.randbelow(10**6)
    outcome = run(tmp_path, seed, most_kills=2)
    assert outcome.faults == (), f"seed {seed}: {(tmp_path / 'crawls.log').read_text()[-3000:]}"
