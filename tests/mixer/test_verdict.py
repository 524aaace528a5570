"""Verdicts: bad segments are told from good ones, and told why."""

from __future__ import annotations

import numpy as np
import pytest

from radio.contracts import Audio, Samples
from radio.mixer.verdict import judge
from tests.fakes.signals import noise, tone
from tests.mixer.rig import SECOND, segment

LENGTH = 40 * SECOND
OVERLAP = 10 * SECOND


def reasons(samples: Samples, duration: int = LENGTH) -> str:
    return "; ".join(judge(segment(0, samples, duration=duration), OVERLAP).reasons)


def test_good_segments_are_good() -> None:
    for sound in (noise(0, LENGTH, 1), tone(0, LENGTH), noise(0, LENGTH, 1, 0.003)):
        verdict = judge(segment(0, sound), OVERLAP)
        assert verdict.good
        assert verdict.playable
        assert verdict.usable_samples == LENGTH


def test_samples_that_are_no_numbers_are_refused() -> None:
    for bad in (np.nan, np.inf):
        x = noise(0, LENGTH, 1).copy()
        x[LENGTH // 2, 0] = bad
        assert "not numbers" in reasons(x)
        assert not judge(segment(0, x), OVERLAP).playable


def test_a_wrong_length_is_bad_and_still_playable_if_long_enough() -> None:
    assert "instead of" in reasons(noise(0, LENGTH - 1920, 1))
    assert judge(segment(0, noise(0, LENGTH - 1920, 1), duration=LENGTH), OVERLAP).playable
    assert not judge(segment(0, noise(0, 1000, 1), duration=LENGTH), OVERLAP).playable
    assert not judge(segment(0, np.zeros((0, 2), np.float32), duration=LENGTH), OVERLAP).playable


def test_an_early_end_is_bad() -> None:
    x = noise(0, LENGTH, 1).copy()
    x[15 * SECOND :] = 0
    assert "music ends after" in reasons(x)


def test_silence_is_bad() -> None:
    assert "silent" in reasons(np.zeros((LENGTH, 2), np.float32))
    x = noise(0, LENGTH, 1).copy()
    x[10 * SECOND : 15 * SECOND] = 0
    assert "silent for 5" in reasons(x)


def test_clipping_and_dc_are_bad() -> None:
    assert "clipped" in reasons(np.clip(tone(0, LENGTH, 200, 1.8), -1, 1))
    assert "mean" in reasons(noise(0, LENGTH, 1) + np.float32(0.1))


@pytest.mark.parametrize("rate", [44_100, 24_000])
def test_another_rate_is_refused(rate: int) -> None:
    one = segment(0, noise(0, LENGTH, 1))
    object.__setattr__(one.rendered, "audio", Audio(one.audio.samples, rate))
    assert not judge(one, OVERLAP).playable


def test_mono_is_refused() -> None:
    assert not judge(segment(0, np.ascontiguousarray(noise(0, LENGTH, 1)[:, :1])), OVERLAP).playable
