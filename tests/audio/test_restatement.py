"""A continuation that re-states its context is told from one that does not, whatever the model's codec does to it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from radio.audio.restatement import Restatement, restates
from radio.contracts import SAMPLE_RATE, Samples
from tests.audio.band import piece, without_phase
from tests.fakes.signals import noise, tone

CONTEXT = piece(15, seed=3)


def compare(context: Samples, overlap: Samples) -> Restatement:
    found = restates(context, overlap)
    assert found is not None
    return found


def test_the_same_sound_is_related_at_any_level() -> None:
    for gain in (1, 0.05, 2):
        found = compare(CONTEXT, CONTEXT * np.float32(gain))
        assert found.related
        assert found.correlation == pytest.approx(1, abs=0.001)
        assert found.spectral_similarity == pytest.approx(1, abs=0.01)
        assert found.chroma_similarity == pytest.approx(1, abs=0.001)
        assert found.colour_distance_db == pytest.approx(0, abs=0.1)


def test_a_model_that_keeps_no_phase_still_re_states() -> None:
    found = compare(CONTEXT, without_phase(CONTEXT, 1))
    assert abs(found.correlation) < 0.25
    assert found.spectral_similarity > 0.5
    assert found.related


def test_noise_dullness_and_lateness_do_not_hide_a_re_statement() -> None:
    level = float(CONTEXT.std())
    dull = signal.sosfilt(signal.butter(4, 2000, fs=SAMPLE_RATE, output="sos"), CONTEXT, axis=0)
    assert compare(CONTEXT, CONTEXT + noise(0, len(CONTEXT), 2, level)).related
    assert compare(CONTEXT, np.ascontiguousarray(dull, np.float32)).related
    assert compare(CONTEXT[:-1920], np.ascontiguousarray(CONTEXT[1920:])).related


@pytest.mark.parametrize("seed", range(10, 15))
def test_another_piece_is_unrelated(seed: int) -> None:
    found = compare(CONTEXT, piece(15, seed))
    assert not found.related
    assert abs(found.correlation) < 0.2


def test_noise_instead_of_music_is_unrelated() -> None:
    assert not compare(CONTEXT, noise(0, len(CONTEXT), 5)).related


def test_rain_and_drones_that_go_on_are_related() -> None:
    assert compare(noise(0, 15 * SAMPLE_RATE, 1), noise(0, 15 * SAMPLE_RATE, 2)).related
    assert compare(tone(0, 15 * SAMPLE_RATE), tone(12_345, 15 * SAMPLE_RATE)).related


def test_the_ends_are_compared_where_one_is_longer() -> None:
    assert compare(CONTEXT, CONTEXT[5 * SAMPLE_RATE :]).correlation > 0.99


def test_nothing_is_said_where_there_is_nothing_to_compare() -> None:
    assert restates(CONTEXT[:SAMPLE_RATE], CONTEXT[:SAMPLE_RATE]) is None
    assert restates(CONTEXT, np.zeros_like(CONTEXT)) is None
    assert restates(CONTEXT[:0], CONTEXT) is None
