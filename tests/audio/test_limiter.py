"""The limiter: never over the ceiling, never audible where it has nothing to do, the same in any blocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radio.audio.limiter import DELAY_SAMPLES, HOP, LOOK_HOPS, LimiterState, flush, limit
from radio.audio.truepeak import true_peak_dbtp
from radio.contracts import SAMPLE_RATE, Samples
from tests.fakes.signals import noise, tone

CEILING = -1.0


def limited(samples: Samples, sizes: list[int]) -> Samples:
    state, first = LimiterState.fresh(CEILING), 0
    parts: list[Samples] = []
    while first < len(samples):
        size = sizes[len(parts) % len(sizes)]
        state, out = limit(state, samples[first : first + size])
        parts.append(out)
        first += size
    return np.concatenate([*parts, flush(state)])


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(50, 7001), min_size=1, max_size=5))
def test_any_blocks_give_the_same_sound(sizes: list[int]) -> None:
    x = noise(0, 30_000, 1, level=0.5)
    np.testing.assert_allclose(limited(x, sizes), limited(x, [len(x)]), atol=1e-6)


def test_one_sample_blocks_give_the_same_sound() -> None:
    x = noise(0, 3_000, 1, level=0.5)
    np.testing.assert_allclose(limited(x, [1]), limited(x, [len(x)]), atol=1e-6)


def test_what_stays_under_the_ceiling_passes_bit_for_bit() -> None:
    x = np.clip(noise(0, 20_000, 1, level=0.2), -0.5, 0.5)
    np.testing.assert_array_equal(limited(x, [997]), x)


def test_what_was_limited_once_passes_a_second_time_bit_for_bit() -> None:
    once = limited(noise(0, 96_000, 1, level=0.4), [48_000])
    np.testing.assert_array_equal(limited(once, [48_000]), once)


@pytest.mark.parametrize("hertz", [50.0, 997.0, 5000.0, 12_000.0, 15_000.0])
def test_tones_between_the_samples_stay_under_the_ceiling(hertz: float) -> None:
    x = tone(0, SAMPLE_RATE, hertz, level=1.6) * np.linspace(0, 1, SAMPLE_RATE, dtype=np.float32)[:, None]
    assert true_peak_dbtp(limited(x, [4800]), factor=8) <= CEILING


def test_loud_noise_and_a_loud_start_stay_under_the_ceiling() -> None:
    assert true_peak_dbtp(limited(noise(0, 96_000, 4, level=0.5), [48_000]), factor=8) <= CEILING
    assert true_peak_dbtp(limited(tone(1000, 9_600, 300, level=2.0), [480]), factor=4) <= CEILING + 0.1


def test_a_single_peak_is_met_by_a_smooth_dip_that_begins_before_it_and_recovers_slowly() -> None:
    x = np.full((SAMPLE_RATE, 2), 0.1, np.float32)
    x[20_000] = 1.5
    gain = limited(x, [4800])[:, 0] / x[:, 0]
    assert gain[20_000] * 1.5 <= 10 ** (CEILING / 20)
    early = 20_000 - (LOOK_HOPS + 2) * HOP
    np.testing.assert_array_equal(gain[:early], 1)
    decibels = 20 * np.log10(gain)
    assert np.abs(np.diff(decibels)).max() < 0.06  # 5 dB spread over 5 ms
    assert decibels[25_000] < decibels[30_000] <= 0
    assert decibels[45_000] == 0


def test_both_channels_get_the_same_gain() -> None:
    x = noise(0, 9_600, 1, level=0.1)
    x[:, 0] *= 20
    out = limited(x, [4800])
    np.testing.assert_allclose(out[:, 0] * x[:, 1], out[:, 1] * x[:, 0], atol=1e-5)


def test_it_holds_back_a_fixed_time_and_flush_gives_it() -> None:
    state, out = limit(LimiterState.fresh(CEILING), noise(0, 4_800, 1))
    assert DELAY_SAMPLES <= state.pending_samples < DELAY_SAMPLES + HOP
    assert len(out) + state.pending_samples == 4_800
    assert len(flush(state)) == state.pending_samples
    assert not len(limit(state, np.zeros((0, 2), np.float32))[1])
