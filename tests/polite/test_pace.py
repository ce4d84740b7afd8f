"""The gap between two requests, by a clock of our own."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.polite.pace import Pace, Rate


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_the_first_request_need_not_wait(clock):
    assert Pace(clock, random.random).wait_s("a.example") == 0


def test_the_delay_counts_from_the_first_byte_of_the_answer(clock):
    pace = Pace(clock, lambda: 0.0)
    pace.set_rate("a.example", Rate(2.0))
    pace.start("a.example")
    clock.now += 1.5  # a slow way: the host may have seen the request only now
    pace.answered("a.example")
    pace.end("a.example")
    assert pace.wait_s("a.example") == 2.0


def test_jitter_only_adds(clock):
    pace = Pace(clock, lambda: 1.0)
    pace.set_rate("a.example", Rate(2.0, jitter=0.25))
    pace.start("a.example")
    pace.end("a.example")
    assert pace.wait_s("a.example") == 2.5


def test_the_next_one_waits_until_the_one_before_is_on_the_wire(clock):
    pace = Pace(clock, lambda: 0.0)
    pace.set_rate("a.example", Rate(1.0, concurrency=3))
    pace.start("a.example")
    clock.now += 5.0
    assert pace.wait_s("a.example") is None
    pace.sent("a.example")
    assert pace.wait_s("a.example") == 1.0


def test_a_request_that_failed_on_its_way_counts_from_its_end(clock):
    pace = Pace(clock, lambda: 0.0)
    pace.set_rate("a.example", Rate(1.0))
    pace.start("a.example")
    clock.now += 5.0
    pace.end("a.example")
    assert pace.wait_s("a.example") == 1.0


def test_no_more_at_once_than_agreed(clock):
    pace = Pace(clock, lambda: 0.0)
    pace.set_rate("a.example", Rate(0.0, concurrency=2))
    for _ in range(2):
        pace.start("a.example")
        pace.sent("a.example")
    assert pace.wait_s("a.example") is None
    pace.end("a.example")
    assert pace.wait_s("a.example") == 0
    assert pace.wait_s("a.example", alone=True) is None


@pytest.mark.parametrize("told", [None, 0, -3, float("nan"), float("inf"), 1.0])
def test_a_crawl_delay_that_is_shorter_or_no_number_changes_nothing(told):
    assert Rate(2.0, 4).gentler(told).delay_s == 2.0


def test_a_longer_crawl_delay_wins():
    assert Rate(2.0, 4, 0.25).gentler(10) == Rate(10, 1, 0.25)


Step = st.tuples(st.sampled_from(["start", "sent", "answered", "end", "pass"]), st.floats(0, 3))


@given(st.lists(Step, max_size=60), st.floats(0.01, 2), st.integers(1, 3))
def test_whatever_happens_starts_are_never_closer_than_the_delay(steps, delay_s, concurrency):
    clock = Clock()
    pace = Pace(clock, lambda: 0.5)
    pace.set_rate("a.example", Rate(delay_s, concurrency, 0.25))
    starts, under_way = [], 0
    for step, seconds in steps:
        clock.now += seconds
        if step == "start" and pace.wait_s("a.example") == 0:
            starts.append(pace.start("a.example"))
            under_way += 1
        elif step in ("sent", "answered") and under_way:
            getattr(pace, step)("a.example")
        elif step == "end" and under_way:
            pace.end("a.example")
            under_way -= 1
        assert under_way <= concurrency
    assert all(after - before >= delay_s - 1e-9 for before, after in pairwise(starts))
