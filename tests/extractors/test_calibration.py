"""Confidence: never lower for a higher expectation, and worth what it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.extractors.calibration import AS_SAID, calibrate, calibrated
from newsbot.extractors.model import shipped_model

SHARE = st.floats(0, 1)
PAIRS = st.lists(st.tuples(SHARE, SHARE), max_size=120)


@given(PAIRS, st.lists(SHARE, min_size=2, max_size=9))
def test_confidence_never_falls_as_the_expectation_rises(pairs, expected):
    points = calibrate([said for said, _ in pairs], [found for _, found in pairs])
    worth = [calibrated(one, points) for one in sorted(expected)]
    assert worth == sorted(worth)
    assert all(0 <= one <= 1 for one in worth)


def test_what_was_expected_too_high_is_worth_what_it_was():
    expected = np.linspace(0.5, 0.99, 200)
    points = calibrate(expected, expected**2)
    assert [calibrated(one, points) for one in (0.6, 0.8, 0.95)] == pytest.approx([0.36, 0.64, 0.9], abs=0.02)


def test_nothing_known_is_as_said():
    assert calibrated(0.3, AS_SAID) == calibrated(0.3, calibrate([], [])) == pytest.approx(0.3)


@pytest.mark.parametrize("speed", ["default", "fast"])
def test_shipped_models_are_calibrated(speed):
    points = shipped_model(speed).calibration
    assert points[0] == (0, 0) and list(points) == sorted(points)
    assert [found for _, found in points] == sorted(found for _, found in points)
