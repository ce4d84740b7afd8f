"""How long a host is left alone, by a clock of our own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.polite.back_off import BackOff, Patience
from newsbot.polite.retry_after import read_retry_after

HOST = "a.example"


class Clock:
    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def back_off(clock):
    return BackOff(clock, lambda: 0.0, Patience(first_s=30, longest_s=3600, failures=3))


def test_a_host_is_left_alone_for_as_long_as_it_asks(back_off, clock):
    back_off.refused(HOST, clock.now, "http_429", 7)
    clock.now += 6.9
    assert back_off.hold(HOST).reason == "http_429"
    clock.now += 0.2
    assert back_off.hold(HOST) is None


def test_absurd_wishes_are_cut(back_off, clock):
    assert back_off.refused(HOST, clock.now, "http_503", 1e12).until == clock.now + 3600


def test_a_burst_is_one_mishap(back_off, clock):
    began = clock.now
    for _ in range(5):
        clock.now += 0.1
        hold = back_off.refused(HOST, began, "http_429", None)
    assert hold.until == began + 0.1 + 30


def test_the_wait_doubles_with_each_further_mishap_and_starts_anew_after_a_success(back_off, clock):
    waits = []
    for _ in range(4):
        hold = back_off.refused(HOST, clock.now, "http_429", None)
        waits.append(hold.until - clock.now)
        clock.now = hold.until + 1
    assert waits == [30, 60, 120, 240]
    back_off.succeeded(HOST, clock.now)
    assert back_off.refused(HOST, clock.now, "http_429", None).until == clock.now + 30


def test_failures_in_a_row_open_the_circuit_and_one_probe_follows(back_off, clock):
    assert [back_off.failed(HOST, clock.now) for _ in range(2)] == [None, None]
    hold = back_off.failed(HOST, clock.now)
    assert (hold.reason, hold.until) == ("circuit_open", clock.now + 30)
    clock.now = hold.until + 1
    assert back_off.hold(HOST) is None and back_off.is_probing(HOST)
    again = back_off.failed(HOST, clock.now)
    assert again.until == clock.now + 60
    clock.now = again.until + 1
    back_off.succeeded(HOST, clock.now)
    assert not back_off.is_probing(HOST)


def test_a_success_between_failures_keeps_the_circuit_closed(back_off, clock):
    for _ in range(10):
        assert back_off.failed(HOST, clock.now) is None
        back_off.succeeded(HOST, clock.now)


def test_hosts_do_not_answer_for_each_other(back_off, clock):
    back_off.refused(HOST, clock.now, "http_429", 100)
    assert back_off.hold("b.example") is None


@given(
    st.lists(st.tuples(st.sampled_from(["refused", "failed", "succeeded"]), st.floats(0, 100), st.one_of(st.none(), st.floats(0.1, 1e9))))
)
def test_no_hold_is_longer_than_the_longest(steps):
    clock = Clock()
    back_off = BackOff(clock, lambda: 1.0, Patience(30, 3600, 3, 0.25))
    for what, seconds, wait_s in steps:
        clock.now += seconds
        if what == "refused":
            back_off.refused(HOST, clock.now, "http_429", wait_s)
        else:
            getattr(back_off, what)(HOST, clock.now)
        hold = back_off.hold(HOST)
        assert hold is None or hold.until <= clock.now + 3600


NOW = 1_700_000_000.0  # 14 November 2023, 22:13:20 UTC


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("1.2", 2),
        ("Tue, 14 Nov 2023 22:14:20 GMT", 60),
        ("Tue, 14 Nov 2023 22:14:20 +0100", None),
        ("Tue, 14 Nov 2023 22:14:20", 60),
        ("999999999999", 999999999999),
        ("99999999999999999999", None),
        ("0", None),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("Mon, 99 Foo 2023", None),
        ("Mon, 01 Jan 99999 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_nothing_else(value, seconds):
    assert read_retry_after(value, NOW) == seconds


@given(st.text(max_size=200))
def test_any_header_can_be_read(value):
    wait_s = read_retry_after(value, NOW)
    assert wait_s is None or wait_s > 0
