import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.discovery.list_dates import instant_of

MAY_5 = 1714867200.0


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-05-05", MAY_5),
        ("2024-05", MAY_5 - 4 * 86_400),
        ("2024-05-05T03:00:00+03:00", MAY_5),
        ("2024-05-05T00:00:00Z", MAY_5),
        (" 2024-05-05T00:00:00.000Z ", MAY_5),
        ("Sun, 05 May 2024 00:00:00 GMT", MAY_5),
        ("Sun, 05 May 2024 03:00:00 +0300", MAY_5),
        ("yesterday", None),
        ("0000-00-00T00:00:00", None),
        ("Sun, 99 May 2024 00:00:00 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_of_lists_are_instants(text, instant):
    assert instant_of(text) == instant


@given(st.text())
def test_any_text_is_an_instant_or_none(text):
    assert instant_of(text) is None or isinstance(instant_of(text), float)
