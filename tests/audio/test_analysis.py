"""Defects are found in sounds made to have them, and not in sounds that have not."""

from __future__ import annotations

import numpy as np
import pytest

from radio.audio.analysis import click, step_maxima, survey, usable_end
from radio.audio.loudness import hops_of
from radio.contracts import FRAME_SAMPLES, SAMPLE_RATE, Samples
from tests.fakes.signals import noise, tone

MINUTE = 60 * SAMPLE_RATE


def music(seconds: float, level: float = 0.1) -> Samples:
    """Noise that pulses like a beat: 10 dB up and down twice a second."""
    x = noise(0, int(seconds * SAMPLE_RATE), 1, level)
    beat = 0.3 + 0.7 * np.abs(np.sin(2 * np.pi * np.arange(len(x)) / SAMPLE_RATE))
    return x * beat.astype(np.float32)[:, None]


def end_s(samples: Samples) -> float:
    end = usable_end(hops_of(samples), len(samples))
    assert end % FRAME_SAMPLES == 0
    assert end <= len(samples)
    return end / SAMPLE_RATE


def test_music_that_goes_on_is_usable_to_its_end() -> None:
    assert end_s(music(60)) == 60
    assert end_s(tone(0, MINUTE)) == 60
    assert end_s(music(60)[: MINUTE - 1000]) == pytest.approx(60, abs=0.07)


@pytest.mark.parametrize("fade_s", [4, 8, 16])
def test_a_fade_out_is_cut_while_it_is_still_music(fade_s: int) -> None:
    x = music(60)
    x[-fade_s * SAMPLE_RATE :] *= np.linspace(1, 0, fade_s * SAMPLE_RATE, dtype=np.float32)[:, None]
    assert 60 - fade_s - 1 <= end_s(x) <= 60 - 0.4 * fade_s


def test_an_ending_followed_by_silence_is_cut_before_the_silence() -> None:
    x = music(60)
    x[45 * SAMPLE_RATE :] = 0
    assert 43.5 <= end_s(x) <= 45.2


def test_a_quiet_passage_in_the_middle_and_a_calmer_end_stay() -> None:
    x = music(60)
    x[20 * SAMPLE_RATE : 30 * SAMPLE_RATE] *= 0.05
    x[50 * SAMPLE_RATE :] *= 0.4
    assert end_s(x) == 60


def test_a_song_that_ends_early_and_starts_again_quietly_is_cut_where_it_was_music() -> None:
    x = music(60)
    x[35 * SAMPLE_RATE :] *= 0.02
    assert 33 <= end_s(x) <= 36


def test_silence_has_an_end_too() -> None:
    assert 0 <= end_s(np.zeros((MINUTE, 2), np.float32)) <= 60
    assert end_s(np.zeros((1000, 2), np.float32)) == 0


def test_a_clean_sound_has_no_defect() -> None:
    quality = survey(music(20)).quality(20 * SAMPLE_RATE)
    assert quality.clipped_share == 0
    assert quality.longest_silence_s == 0
    assert quality.dc < 0.001
    assert quality.tilt_db_per_octave == pytest.approx(0, abs=0.5)


def test_flat_tops_are_counted_and_round_ones_are_not() -> None:
    clipped = np.clip(tone(0, 5 * SAMPLE_RATE, 300, 0.8) + tone(0, 5 * SAMPLE_RATE, 1130, 0.8), -1, 1)
    assert survey(clipped).quality(len(clipped)).clipped_share > 0.03
    for hertz in (40.0, 100.0, 1000.0):
        sine = tone(0, 5 * SAMPLE_RATE, hertz, level=0.9)
        assert survey(sine).quality(len(sine)).clipped_share < 0.01


def test_silence_dc_and_tilt_are_measured() -> None:
    x = music(20)
    x[5 * SAMPLE_RATE : 8 * SAMPLE_RATE] = 0
    assert survey(x).quality(len(x)).longest_silence_s == pytest.approx(3, abs=0.2)
    assert survey(x + np.float32(0.1)).quality(len(x)).dc == pytest.approx(0.1, abs=0.01)
    brown = np.cumsum(noise(0, 10 * SAMPLE_RATE, 2, 0.01), axis=0, dtype=np.float32)
    assert survey(brown - brown.mean(axis=0)).quality(len(brown)).tilt_db_per_octave == pytest.approx(-6, abs=1)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 3e38])
def test_one_sample_that_is_no_number_is_noticed(bad: float) -> None:
    for place in (0, 70_001, -1):
        x = music(2.01)
        x[place, 1] = bad
        assert not survey(x).finite
    assert survey(music(2)).finite


def test_sounds_too_short_to_measure_do_no_harm() -> None:
    for length in (0, 1, 100, 4799, 4800, 48_001):
        quality = survey(np.zeros((length, 2), np.float32)).quality(length)
        assert quality.loudness_lufs == -120


def test_a_jump_stands_out_and_music_does_not() -> None:
    x = tone(0, SAMPLE_RATE, 200)
    assert click(step_maxima(x)) < 2
    assert click(step_maxima(music(2))) < 3
    hole = np.concatenate((x[:20_000], x[20_100:]))
    assert click(step_maxima(hole)) > 5
    step = x.copy()
    step[20_010:] += 0.3
    assert click(step_maxima(step)) > 5
