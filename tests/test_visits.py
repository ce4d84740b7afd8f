import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.visits import LONGEST_PAUSE_S, RECHECK_HOURS, list_pause_s, recheck_s

HOUR = 3600


def test_an_article_is_looked_at_again_when_it_reaches_the_next_age():
    assert [recheck_s((1, 4, 16), age * HOUR) for age in (0, 0.5, 1, 3, 15)] == [1 * HOUR, 0.5 * HOUR, 3 * HOUR, 1 * HOUR, 1 * HOUR]


def test_an_old_article_is_left_alone():
    assert recheck_s(RECHECK_HOURS, 112 * HOUR) is None
    assert recheck_s((), 0) is None


@pytest.mark.parametrize(
    ("declared_s", "silence_s", "pause_s"),
    [
        (None, 0, 0),
        (None, 300, 0),
        (None, 2 * HOUR, 720),
        (None, 30 * 24 * HOUR, LONGEST_PAUSE_S),
        (900, 0, 0),
        (900, 600, 600),
        (900, 5 * HOUR, 900),
        (1, 5 * HOUR, 0),
        (30 * 24 * HOUR, 90 * 24 * HOUR, 24 * HOUR),
    ],
)
def test_a_list_is_left_alone_as_it_says_or_a_tenth_of_its_silence(declared_s, silence_s, pause_s):
    assert list_pause_s(declared_s, silence_s) == pause_s


@given(st.none() | st.floats(0, 1e9), st.floats(0, 1e9))
def test_no_list_is_left_alone_for_more_than_a_day(declared_s, silence_s):
    assert 0 <= list_pause_s(declared_s, silence_s) <= 24 * HOUR
