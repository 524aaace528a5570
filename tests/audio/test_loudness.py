"""Loudness: the standard's own test signals, another program's opinion, and any split into blocks."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radio.audio.loudness import (
    HOP,
    SILENCE_LUFS,
    Hops,
    MeterState,
    hops_of,
    integrated_lufs,
    loudness_lufs,
    lufs,
    measure,
    momentary,
    short_term_lufs,
)
from radio.contracts import SAMPLE_RATE, Samples
from tests.fakes.signals import noise, tone


def _sine(dbfs: float, seconds: float, hertz: float = 1000.0) -> Samples:
    return tone(0, int(seconds * SAMPLE_RATE), hertz, level=10 ** (dbfs / 20))


@pytest.mark.parametrize("dbfs", [-23.0, -33.0])
def test_a_stereo_sine_reads_its_level(dbfs: float) -> None:
    """EBU Tech 3341 cases 1 and 2: 1000 Hz at −23 dBFS is −23.0 ± 0.1 LUFS."""
    assert loudness_lufs(_sine(dbfs, 20)) == pytest.approx(dbfs, abs=0.1)


def test_quiet_parts_are_gated_out() -> None:
    """EBU Tech 3341 case 3: −36, −23, −36 dBFS for 10, 60, 10 s is −23.0 ± 0.1 LUFS."""
    parts = np.concatenate((_sine(-36, 10), _sine(-23, 60), _sine(-36, 10)))
    assert loudness_lufs(parts) == pytest.approx(-23, abs=0.1)


def test_another_program_agrees() -> None:
    x = np.concatenate((noise(0, 8 * SAMPLE_RATE, 1), tone(0, 4 * SAMPLE_RATE, 90.0), noise(0, SAMPLE_RATE, 2, 0.003)))
    assert loudness_lufs(x) == pytest.approx(
        pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(x.astype(float)), abs=0.1
    )


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(100, 9000), min_size=1, max_size=5))
def test_any_blocks_give_the_same_hops(sizes: list[int]) -> None:
    x = noise(0, 40_000, 1)
    state, first = MeterState.fresh(), 0
    parts: list[Hops] = []
    while first < len(x):
        size = sizes[len(parts) % len(sizes)]
        state, hops = measure(state, x[first : first + size])
        parts.append(hops)
        first += size
    np.testing.assert_allclose(np.concatenate(parts), hops_of(x), rtol=1e-6)


def test_one_sample_blocks_give_the_same_hops() -> None:
    x, state, parts = noise(0, HOP + 100, 1), MeterState.fresh(), []
    for first in range(len(x)):
        state, hops = measure(state, x[first : first + 1])
        parts.append(hops)
    np.testing.assert_allclose(np.concatenate(parts), hops_of(x), rtol=1e-6)


def test_momentary_and_short_term_follow_the_last_moments() -> None:
    hops = hops_of(np.concatenate((_sine(-20, 5), _sine(-30, 5))))
    assert lufs(momentary(hops)[10]) == pytest.approx(-20, abs=0.1)
    assert lufs(momentary(hops)[-1]) == pytest.approx(-30, abs=0.1)
    assert short_term_lufs(hops) == pytest.approx(-30, abs=0.1)


def test_silence_and_nothing_have_no_loudness() -> None:
    assert loudness_lufs(np.zeros((SAMPLE_RATE, 2), np.float32)) == SILENCE_LUFS
    assert loudness_lufs(np.zeros((0, 2), np.float32)) == SILENCE_LUFS
    assert short_term_lufs(np.zeros(0)) == SILENCE_LUFS
    assert integrated_lufs(np.full(2, 0.01)) == pytest.approx(lufs(0.01))
