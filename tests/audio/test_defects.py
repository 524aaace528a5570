"""Each fault of a model shows in its own number, and made-up music shows none of them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from radio.audio.analysis import survey
from radio.audio.spectrum import spectra
from radio.contracts import SAMPLE_RATE, Quality, Samples
from tests.audio.band import comb, looped, piece, voice, whistling
from tests.fakes.signals import noise, tone

LENGTH = 40 * SAMPLE_RATE
MUSIC = piece(40)


def measured(samples: Samples) -> Quality:
    return survey(samples).quality(len(samples))


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_music_shows_no_fault(seed: int) -> None:
    found = measured(piece(30, seed))
    assert found.noise_s == 0
    assert found.unchanged_s <= 2
    assert found.repeated_s <= 2
    assert found.lines == 0
    assert found.comb_db < 2
    assert found.crest_db > 10


def test_noise_is_heard_from_where_it_begins() -> None:
    broken = MUSIC.copy()
    broken[22 * SAMPLE_RATE :] = noise(0, LENGTH - 22 * SAMPLE_RATE, 1)
    assert measured(broken).noise_s == pytest.approx(18, abs=1)
    assert measured(noise(0, LENGTH, 1)).noise_s >= 39


def test_coloured_noise_is_noise_too() -> None:
    brown = signal.lfilter([0.1], [1, -0.95], noise(0, LENGTH, 3, 0.3), axis=0).astype(np.float32)
    assert measured(brown).noise_s >= 39


def test_music_under_hiss_is_still_music() -> None:
    assert measured(MUSIC + noise(0, LENGTH, 1, 0.01)).noise_s < 4


def test_a_held_tone_does_not_change_and_is_not_a_stuck_loop() -> None:
    found = measured(tone(0, LENGTH))
    assert found.unchanged_s >= 39
    assert found.repeated_s <= 1


def test_a_drone_that_swells_changes() -> None:
    chord = tone(0, LENGTH, 110) + tone(0, LENGTH, 165) + tone(0, LENGTH, 277)
    swell = 1 + 0.5 * np.sin(2 * np.pi * 0.1 * np.arange(LENGTH) / SAMPLE_RATE)
    found = measured((chord * swell[:, None]).astype(np.float32))
    assert found.unchanged_s < 10
    assert found.repeated_s == 0


@pytest.mark.parametrize("frames", [7_000, 17_003, 43_200])
def test_a_stuck_loop_is_timed(frames: int) -> None:
    broken = looped(MUSIC, 20 * SAMPLE_RATE, frames)
    assert measured(broken).repeated_s == pytest.approx(19, abs=1)
    assert measured(broken + noise(0, LENGTH, 1, 0.002)).repeated_s >= 17


def test_a_loop_of_bars_is_music() -> None:
    assert measured(looped(MUSIC, 10 * SAMPLE_RATE, 2 * SAMPLE_RATE + 50)).repeated_s <= 2


def test_a_copy_a_few_milliseconds_late_makes_a_ripple() -> None:
    for gain, delay_s in ((0.9, 0.0015), (0.9, 0.004)):
        assert measured(comb(MUSIC, gain, delay_s)).comb_db > 6.5
    assert measured(comb(MUSIC, 0.3, 0.004)).comb_db < 5


def test_whistles_are_counted() -> None:
    assert measured(whistling(MUSIC, 14, 0.004)).lines == 14


def test_tonality_falls_as_noise_rises() -> None:
    levels = [measured(MUSIC + noise(0, LENGTH, 1, level)).tonality_db for level in (0.0001, 0.01, 0.1)]
    assert levels[0] > levels[1] > levels[2]
    assert measured(noise(0, LENGTH, 1)).tonality_db < 0.15


def test_chroma_tells_one_note_from_twelve() -> None:
    assert measured(tone(0, LENGTH, 440)).chroma_entropy_bits < 1.2
    assert 2 < measured(MUSIC).chroma_entropy_bits < 3.58


def test_highs_and_punch_follow_the_sound() -> None:
    dull = signal.sosfilt(signal.butter(2, 3000, fs=SAMPLE_RATE, output="sos"), MUSIC, axis=0).astype(np.float32)
    assert measured(dull).highs_db < measured(MUSIC).highs_db - 10
    assert measured(np.tanh(MUSIC * 30) * np.float32(0.5)).punch_db < measured(MUSIC).punch_db - 4


def test_a_voice_glides_and_a_band_does_not() -> None:
    assert measured(voice(20)).voice_share > 0.8
    assert measured(voice(20, 2) + MUSIC[: 20 * SAMPLE_RATE] * np.float32(0.2)).voice_share > 0.5
    for seed in (1, 2, 3):
        assert measured(piece(20, seed)).voice_share < 0.1
    assert measured(noise(0, LENGTH, 1)).voice_share == 0
    assert measured(tone(0, LENGTH)).voice_share == 0


def test_spectra_are_those_of_whole_seconds_and_do_not_depend_on_where_they_are_cut() -> None:
    found = spectra(MUSIC[: 3 * SAMPLE_RATE + 999])
    assert found.fine.shape == (3, 2049)
    assert found.bands.shape[:2] == (3, 25)
    np.testing.assert_array_equal(found.first(2).fine, spectra(MUSIC[: 2 * SAMPLE_RATE]).fine)
    assert len(spectra(MUSIC[:1000])) == 0


def test_numbers_do_not_depend_on_the_level() -> None:
    loud, quiet = measured(MUSIC), measured(MUSIC * np.float32(0.05))
    for name in ("noise_s", "unchanged_s", "repeated_s", "lines"):
        assert getattr(loud, name) == getattr(quiet, name)
    for name in ("comb_db", "tonality_db", "chroma_entropy_bits", "highs_db", "punch_db", "tilt_db_per_octave"):
        assert getattr(loud, name) == pytest.approx(getattr(quiet, name), abs=0.05)
