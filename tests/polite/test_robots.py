"""What an answer to /robots.txt means, and how long."""

import pytest

from newsbot.polite.robots import FRESH_S, UNREACHABLE_S, Verdict, after_failure, meaning_of

DAY_S = 86400.0


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (200, "rules"),
        (204, "rules"),
        (301, "unavailable"),
        (401, "unavailable"),
        (403, "unavailable"),
        (404, "unavailable"),
        (500, "unreachable"),
        (503, "unreachable"),
    ],
)
def test_what_is_not_there_allows_and_what_fails_forbids(status, meaning):
    assert meaning_of(status) == meaning


def test_a_file_is_fresh_for_a_day_and_a_failure_for_minutes():
    read = Verdict("rules", 1000.0)
    assert read.is_fresh(1000.0 + FRESH_S - 1) and not read.is_fresh(1000.0 + FRESH_S)
    failed = after_failure(None, 1000.0, 30 * DAY_S)
    assert failed.meaning == "unreachable"
    assert failed.is_fresh(1000.0 + UNREACHABLE_S - 1) and not failed.is_fresh(1000.0 + UNREACHABLE_S)


def test_a_clock_set_back_makes_nothing_fresh():
    assert not Verdict("rules", 1000.0).is_fresh(999.0)


def test_known_rules_stay_in_force_while_the_file_is_out_of_reach():
    verdict = after_failure(Verdict("rules", 0.0, b"x"), 2 * DAY_S, 30 * DAY_S)
    assert (verdict.meaning, verdict.body) == ("rules", b"x")
    assert not verdict.is_fresh(2 * DAY_S + UNREACHABLE_S)


def test_after_long_failure_it_counts_as_absent():
    verdict = after_failure(None, 0.0, 30 * DAY_S)
    for day in range(1, 30):
        verdict = after_failure(verdict, day * DAY_S, 30 * DAY_S)
        assert verdict.meaning == "unreachable"
    assert after_failure(verdict, 30 * DAY_S, 30 * DAY_S).meaning == "unavailable"
