"""A worn chain is noticed, and music that merely changes is left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy import signal

from radio.audio.analysis import survey
from radio.contracts import SAMPLE_RATE, Quality, Samples
from radio.station.generation.anchor import MOST_HOPS, ChainWatch, drifted
from tests.audio.band import piece

LENGTH = 20 * SAMPLE_RATE
MUSIC = piece(20)
Wear = Callable[[Samples, int], Samples]
DULL = signal.butter(1, 10_000, fs=SAMPLE_RATE, output="sos")


def measured(samples: Samples) -> Quality:
    return survey(samples).quality(len(samples))


FIRST = measured(MUSIC)


def duller(samples: Samples, hop: int) -> Samples:
    return np.asarray(signal.sosfilt(DULL, samples, axis=0), np.float32)


def noisier(samples: Samples, hop: int) -> Samples:
    noise = np.random.default_rng(hop).standard_normal(samples.shape)
    return np.asarray(samples + noise * float(samples.std()) * 10 ** (-18 / 20), np.float32)


def flatter(samples: Samples, hop: int) -> Samples:
    level = float(samples.std())
    return np.asarray(np.tanh(samples / level * 0.2) * level / 0.2, np.float32)


@pytest.mark.parametrize(
    ("wear", "word"), [(duller, "highs|duller"), (noisier, "noise|louder|brighter"), (flatter, "flat")]
)
def test_wear_that_adds_up_hop_by_hop_is_noticed(wear: Wear, word: str) -> None:
    watch, sound = ChainWatch.begin(FIRST, most_hops=99), MUSIC
    while not watch.reason:
        assert watch.hops < 16
        sound = wear(sound, watch.hops)
        watch = watch.hear(measured(sound))
    assert any(part in watch.reason for part in word.split("|")), watch.reason
    assert watch.hops >= 3, "one hop's wear is not yet drift"


def test_a_sound_chain_goes_on_until_it_is_old() -> None:
    watch = ChainWatch.begin(FIRST)
    for seed in range(MOST_HOPS - 1):
        watch = watch.hear(measured(piece(20, 1)) if seed == 0 else FIRST)
        assert watch.reason == ""
    assert watch.hear(FIRST).reason == f"The chain is {MOST_HOPS} segments old."


def test_other_parts_of_the_same_piece_are_not_drift() -> None:
    long = piece(80, seed=5)
    watch = ChainWatch.begin(measured(long[:LENGTH]))
    for first in range(LENGTH, 4 * LENGTH, LENGTH):
        watch = watch.hear(measured(long[first : first + LENGTH]))
        assert watch.drift == ""


def test_one_strange_segment_is_forgiven_and_two_in_a_row_are_not() -> None:
    strange = replace(FIRST, tilt_db_per_octave=FIRST.tilt_db_per_octave + 4)
    watch = ChainWatch.begin(FIRST).hear(strange)
    assert watch.drift
    assert watch.reason == ""
    assert watch.hear(FIRST).hear(strange).reason == ""
    assert watch.hear(strange).reason == "The sound has become brighter by 4.0 dB per octave."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tilt_db_per_octave": -3.0}, "duller by 3.0 dB per octave"),
        ({"highs_db": -15.0}, "highs have become weaker by 15 dB"),
        ({"highs_db": 25.0}, "highs have become louder by 25 dB"),
        ({"punch_db": -3.0}, "pressed flat by 3.0 dB"),
        ({"chroma_entropy_bits": 0.5}, "lost its key"),
    ],
)
def test_each_kind_of_drift_is_a_sentence_of_its_own(change: dict[str, float], words: str) -> None:
    now = replace(FIRST, **{name: getattr(FIRST, name) + by for name, by in change.items()})
    assert words in drifted(FIRST, now)
    half = replace(FIRST, **{name: getattr(FIRST, name) + by / 2 for name, by in change.items()})
    assert drifted(FIRST, half) == ""


def test_tones_that_sink_into_noise_are_noticed() -> None:
    assert "sink into noise" in drifted(FIRST, replace(FIRST, tonality_db=FIRST.tonality_db / 3))
    assert drifted(FIRST, replace(FIRST, tonality_db=FIRST.tonality_db * 3)) == ""


def test_a_watch_is_a_value() -> None:
    watch = ChainWatch.begin(FIRST)
    watch.hear(FIRST)
    assert watch == ChainWatch.begin(FIRST)
