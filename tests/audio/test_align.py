"""Alignment: the true lag is found to the sample, and none is invented."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radio.audio.align import MAX_LAG, align, correlation, lag_correlations
from radio.contracts import SAMPLE_RATE
from tests.fakes.signals import noise, tone

LENGTH = 3 * SAMPLE_RATE
START = 100_000


@settings(max_examples=15, deadline=None)
@given(st.integers(-MAX_LAG, MAX_LAG))
def test_a_late_or_early_copy_is_moved_back_by_exactly_as_much(late: int) -> None:
    found = align(noise(START, LENGTH, 1), noise(START - late, LENGTH, 1, level=0.02))
    assert found.moved_samples == -late
    assert found.correlation == pytest.approx(1, abs=1e-4)


def test_a_copy_in_place_stays_there() -> None:
    x = noise(START, LENGTH, 1)
    assert align(x, x * np.float32(2)).moved_samples == 0


def test_strangers_are_not_moved() -> None:
    found = align(noise(0, LENGTH, 1), noise(0, LENGTH, 2))
    assert found.moved_samples == 0
    assert abs(found.correlation) < 0.02


def test_a_tone_in_phase_is_not_moved_to_another_of_its_periods() -> None:
    assert align(tone(0, LENGTH, 1000), tone(0, LENGTH, 1000)).moved_samples == 0


def test_a_tone_out_of_phase_is_moved_by_less_than_a_period() -> None:
    found = align(tone(0, LENGTH, 440), -tone(0, LENGTH, 440))
    assert abs(found.moved_samples) in (54, 55)
    assert found.correlation > 0.99


def test_a_lag_that_is_hardly_better_loses_to_none() -> None:
    here, there, rest = noise(START, LENGTH, 1), noise(START - 200, LENGTH, 1), noise(START, LENGTH, 9)
    slightly = (here + np.float32(1.01) * there + rest).astype(np.float32)
    assert align(here, slightly).moved_samples == 0
    clearly = (here + np.float32(1.3) * there + rest).astype(np.float32)
    assert align(here, clearly).moved_samples == -200


def test_sides_in_opposite_channels_are_strangers() -> None:
    x = noise(0, LENGTH, 1)
    left, right = x * np.array([1, 0], np.float32), x * np.array([0, 1], np.float32)
    assert abs(align(left, right).correlation) < 0.02


def test_the_fast_correlation_equals_the_plain_one() -> None:
    playing, incoming = noise(0, 70_000, 1), noise(-0 + 37, 70_000, 1) + noise(0, 70_000, 5)
    fast = lag_correlations(playing, incoming, 50)
    inside = slice(50, len(playing) - 50)
    plain = [
        correlation(playing[inside], np.ascontiguousarray(incoming[50 - lag : len(incoming) - 50 - lag]))
        for lag in range(-50, 51)
    ]
    np.testing.assert_allclose(fast, plain, atol=1e-5)


def test_silence_and_very_short_sounds_are_left_alone() -> None:
    silent = np.zeros((LENGTH, 2), np.float32)
    assert align(silent, noise(0, LENGTH, 1)).moved_samples == 0
    assert align(noise(0, 100, 1), noise(7, 100, 1)).moved_samples == 0
    assert align(silent[:0], silent[:0]).correlation == 0
