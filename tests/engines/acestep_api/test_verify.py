"""Telling a continuation from music that only sounds alike, on the synthesiser's genres as stand-ins for recordings."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import signal

from radio.contracts import SAMPLE_RATE, Chain, PromptChange, Samples, SegmentPlan
from radio.engines.acestep_api.verify import MOST_GAIN, compare, levelled
from radio.engines.synth.engine import SynthEngine

SECONDS = 15
GENRES = ("ambient", "techno 128 bpm", "solo piano", "orchestral")


@cache
def music(prompt: str, seed: int) -> Samples:
    chain = Chain(1, seed, (PromptChange(0, prompt),))
    length = SECONDS * SAMPLE_RATE
    plan = SegmentPlan(1, "text2music", prompt, seed, length, 0, 20 * SAMPLE_RATE * seed, chain)
    return SynthEngine(prompt=prompt).generate(plan, None, lambda _: None).audio.samples


def reencoded(sound: Samples) -> Samples:
    """As a lossy codec gives it back: nothing above 9 kHz, a noise floor at −30 dB, another level, 15 ms late."""
    sections = signal.butter(4, 9000, fs=SAMPLE_RATE, output="sos")
    dull = signal.sosfilt(sections, sound, axis=0)
    floor = np.random.default_rng(1).standard_normal(sound.shape) * np.sqrt(np.mean(sound**2)) * 0.03
    return np.asarray(np.roll((dull + floor) * 0.2, 720, axis=0), np.float32)


def redrawn(sound: Samples) -> Samples:
    """As a model gives it back that draws every phase anew: nothing is left of the waveform."""
    dice = np.random.default_rng(2)
    sides = []
    for side in sound.T:
        _, _, spectrum = signal.stft(side, SAMPLE_RATE, nperseg=2048)
        _, turned = signal.istft(spectrum * np.exp(1j * dice.uniform(-np.pi, np.pi, spectrum.shape)), nperseg=2048)
        sides.append(turned[: len(side)])
    return np.stack(sides, axis=1).astype(np.float32)


@pytest.mark.parametrize("genre", GENRES)
def test_a_continuation_is_known_after_a_codec_at_another_level_and_late(genre: str) -> None:
    sound = music(genre, 1)
    overlap = compare(sound, reencoded(sound))
    assert overlap.trouble == ""
    assert overlap.correlation > 0.9
    assert abs(overlap.lag_samples) in range(700, 750)
    assert overlap.gain == pytest.approx(5.0, rel=0.1)


@pytest.mark.parametrize("genre", GENRES)
def test_a_continuation_is_known_though_every_phase_is_another(genre: str) -> None:
    overlap = compare(music(genre, 1), redrawn(music(genre, 1)))
    assert overlap.correlation < 0.2, "the waveform proves nothing here"
    assert overlap.likeness > 0.7
    assert overlap.trouble == ""


@pytest.mark.parametrize("genre", GENRES)
def test_other_music_of_the_same_genre_is_no_continuation(genre: str) -> None:
    overlap = compare(music(genre, 1), music(genre, 2))
    assert "does not continue the context" in overlap.trouble, overlap


def test_noise_and_silence_are_no_continuation_of_music() -> None:
    sound = music("ambient", 1)
    hiss = np.random.default_rng(0).standard_normal(sound.shape).astype(np.float32) * np.float32(0.1)
    assert compare(sound, hiss).trouble, "music is not steady"
    assert compare(sound, np.zeros_like(sound)).trouble


def pink(seed: int) -> Samples:
    """Noise in which nothing happens, darker than white."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal((SECONDS * SAMPLE_RATE, 2)), axis=0)
    return np.asarray(np.fft.irfft(spectrum / np.sqrt(np.arange(len(spectrum)) + 1)[:, None], axis=0) * 3, np.float32)


def test_a_steady_noise_may_be_drawn_anew_but_not_in_another_colour() -> None:
    """Of rain there is nothing to recognise but its sound."""
    again = compare(pink(1), pink(2))
    assert again.steady
    assert again.trouble == ""
    humming = np.sin(np.arange(SECONDS * SAMPLE_RATE) * 2 * np.pi * 150 / SAMPLE_RATE)[:, None] * [0.1, 0.1]
    assert compare(pink(1), humming.astype(np.float32)).trouble


def test_a_silent_context_proves_nothing_and_changes_no_level() -> None:
    sound = music("ambient", 1)
    overlap = compare(np.zeros_like(sound), sound)
    assert (overlap.trouble, overlap.gain, overlap.comparable) == ("", 1.0, False)


def test_a_level_is_matched_within_reason_and_never_over_full_scale() -> None:
    sound = music("ambient", 1)
    overlap = compare(sound, sound * np.float32(0.001))
    assert overlap.gain == pytest.approx(MOST_GAIN)
    quiet = compare(sound, sound * np.float32(0.5))
    loud_later = np.concatenate([sound * np.float32(0.5), np.full((100, 2), 0.9, np.float32)])
    assert np.abs(levelled(loud_later, quiet)).max() <= 1.0
