"""Gain laws: level stays flat whatever the two sides have in common."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radio.audio.crossfade import FRAME, GainLaw, fade_gains, frame_products, frames_to_samples, likeness
from radio.contracts import SAMPLE_RATE
from tests.fakes.signals import noise

POSITION = np.linspace(0, 1, 1001, dtype=np.float32)


@given(st.floats(0, 1))
def test_two_sides_of_equal_power_keep_it_at_every_point_of_the_fade(correlation: float) -> None:
    out_gain, in_gain = fade_gains("matched", POSITION, correlation)
    power = out_gain**2 + in_gain**2 + 2 * correlation * out_gain * in_gain
    np.testing.assert_allclose(power, 1, atol=1e-5)


def test_like_sides_fade_on_a_straight_line_and_strangers_with_equal_power() -> None:
    np.testing.assert_allclose(fade_gains("matched", POSITION, 1.0)[1], POSITION, atol=1e-6)
    out_gain, in_gain = fade_gains("matched", POSITION, 0.0)
    np.testing.assert_allclose(out_gain**2 + in_gain**2, 1, atol=1e-5)


@pytest.mark.parametrize("law", ["matched", "linear", "equal-power"])
def test_every_law_begins_with_one_side_alone_and_ends_with_the_other(law: GainLaw) -> None:
    out_gain, in_gain = fade_gains(law, POSITION, 0.5)
    np.testing.assert_allclose([out_gain[0], in_gain[0], out_gain[-1], in_gain[-1]], [1, 0, 0, 1], atol=1e-6)
    assert (np.diff(out_gain) <= 1e-6).all()
    assert (np.diff(in_gain) >= -1e-6).all()


def test_a_fixed_law_does_not_care_for_the_correlation() -> None:
    np.testing.assert_array_equal(fade_gains("linear", POSITION, 0.0)[0], fade_gains("linear", POSITION, 1.0)[0])
    np.testing.assert_array_equal(
        fade_gains("equal-power", POSITION, 0.0)[0], fade_gains("equal-power", POSITION, 1.0)[0]
    )


def test_likeness_tells_the_same_from_strangers_and_from_the_opposite() -> None:
    a, b = noise(0, SAMPLE_RATE, 1), noise(0, SAMPLE_RATE, 2)
    assert likeness(a, a * np.float32(0.3)).correlation == pytest.approx(1)
    assert likeness(a, -a).correlation == pytest.approx(-1)
    assert abs(likeness(a, b).correlation) < 0.02
    assert likeness(a, np.zeros_like(a)).correlation == 0


def test_the_followed_correlation_is_smooth_and_never_negative() -> None:
    like, strange, opposite = noise(0, 2 * SAMPLE_RATE, 1), noise(0, 2 * SAMPLE_RATE, 2), -noise(0, 2 * SAMPLE_RATE, 1)
    found = likeness(np.concatenate((like, like, like)), np.concatenate((like, strange, opposite)))
    followed = found.followed(found.correlation)
    assert followed[:30].min() > 0.45
    assert followed[-30:].max() == 0
    assert np.abs(np.diff(followed)).max() < 0.12  # half of it over at least 0.25 s


def test_frames_of_any_length_hold_all_the_energy() -> None:
    for length in (0, 1, FRAME - 1, FRAME, FRAME + 1, 5 * FRAME):
        x = noise(0, length, 3) if length else np.zeros((0, 2), np.float32)
        assert frame_products(x, x).sum() == pytest.approx(float((x.astype(np.float64) ** 2).sum()), rel=1e-5)


def test_frames_turn_into_a_line_that_any_blocks_cut_alike() -> None:
    frames = np.array([0, 1, 0.5, 0.25], np.float32)
    whole = frames_to_samples(frames, 0, 4 * FRAME)
    assert whole[FRAME // 2] == 0
    assert whole[FRAME * 3 // 2] == 1
    parts = [frames_to_samples(frames, first, 777) for first in range(0, 4 * FRAME, 777)]
    np.testing.assert_allclose(np.concatenate(parts)[: len(whole)], whole, atol=1e-6)
