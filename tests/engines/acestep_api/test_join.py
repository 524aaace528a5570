"""Filling a plan from pieces without anything to hear at the joins."""

from __future__ import annotations

import numpy as np
import pytest

from radio.contracts import SAMPLE_RATE, Samples
from radio.engines.acestep_api.join import FADE_SAMPLES, finished, joined
from tests.fakes.signals import noise, tone

KEEP = 10 * SAMPLE_RATE
LENGTH = 30 * SAMPLE_RATE


def onward(kind: str) -> tuple[Samples, Samples]:
    """A piece, and the next one, which begins with the end of it (exactly, or only in style)."""
    if kind == "tone":
        return tone(0, LENGTH), tone(LENGTH - KEEP, LENGTH)
    other = 1 if kind == "same noise" else 2
    return noise(0, LENGTH, 1), noise(LENGTH - KEEP, LENGTH, other)


@pytest.mark.parametrize("kind", ["tone", "same noise", "other noise"])
def test_two_pieces_are_as_long_as_what_they_add_and_keep_their_level(kind: str) -> None:
    one, two = onward(kind)
    whole = joined(one, two, KEEP)
    assert len(whole) == 2 * LENGTH - KEEP
    seconds = whole.reshape(-1, SAMPLE_RATE, 2)
    levels = 10 * np.log10(np.mean(seconds**2, axis=(1, 2)))
    assert np.ptp(levels) < 0.6


def test_a_piece_that_continues_exactly_joins_exactly() -> None:
    whole = joined(*onward("same noise"), KEEP)
    assert np.abs(whole - noise(0, len(whole), 1)).max() < 1e-6


def test_before_the_fade_nothing_is_touched() -> None:
    one, two = onward("other noise")
    whole = joined(one, two, KEEP)
    assert np.array_equal(whole[: LENGTH - FADE_SAMPLES], one[: LENGTH - FADE_SAMPLES])
    assert np.array_equal(whole[LENGTH:], two[KEEP:])


def test_a_finished_segment_has_its_length_and_stays_within_full_scale() -> None:
    loud = tone(0, 1000, level=1.4)
    for length in (900, 1000, 1100):
        whole = finished(loud, length)
        assert len(whole) == length
        assert np.abs(whole).max() <= 1
    assert not finished(loud, 1100)[1000:].any()
