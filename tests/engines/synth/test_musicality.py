"""Measured on the finished sound: it has the tempo that was asked for, and the numbers of real music."""

from __future__ import annotations

import warnings
from functools import lru_cache

import librosa
import numpy as np
import pytest

from bench.features import REAL, Wave, features
from radio.contracts import SAMPLE_RATE, Chain, PromptChange, SegmentPlan
from radio.engines.synth.engine import SynthEngine
from radio.engines.synth.understanding import understand

RHYTHMIC = (
    "lofi hip hop", "jazz swing trio", "deep house 122 bpm", "techno 132 bpm", "synthwave night drive",
    "drum and bass 174 bpm",
    "chiptune 140 bpm",
)  # fmt: skip
CALM = (
    "instrumental ambient focus music, smooth continuous texture, no vocals, stable rhythm", "solo piano",
    "classical strings",
    "folk guitar",
)  # fmt: skip
START_S, LENGTH_S = 30, 60


@lru_cache(maxsize=1)
def engine() -> SynthEngine:
    synth = SynthEngine()
    synth.warm_up()
    return synth


@lru_cache(maxsize=16)
def heard(prompt: str) -> Wave:
    """A minute of a prompt, from its thirtieth second on."""
    chain = Chain(0, 5, (PromptChange(0, prompt),))
    plan = SegmentPlan(
        0, "text2music", prompt, 1, LENGTH_S * SAMPLE_RATE, 0, START_S * SAMPLE_RATE, chain,
    )  # fmt: skip
    return engine().generate(plan, None, lambda _: None).audio.samples


def tempo(sound: Wave) -> float:
    """Beats per minute that a beat tracker finds, refined over the beats it placed."""
    mono = librosa.resample(sound.mean(1), orig_sr=SAMPLE_RATE, target_sr=22_050, res_type="polyphase")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, beats = librosa.beat.beat_track(y=mono, sr=22_050, units="time", tightness=100)
    return float(60 / np.polyfit(np.arange(len(beats)), beats, 1)[0])


@pytest.mark.parametrize("prompt", RHYTHMIC)
def test_a_beat_tracker_finds_the_tempo(prompt: str) -> None:
    found, asked = tempo(heard(prompt)), understand(prompt).bpm
    assert any(abs(found / (asked * factor) - 1) < 0.03 for factor in (0.5, 1.0, 2.0)), (found, asked)


BEYOND: dict[str, tuple[float, float]] = {
    "chroma_entropy_bits": (0.1, 0.0),
    "top_seven_share": (0.0, 0.065),
    "chroma_change_per_s": (0.3, 1.2),
}
"""How far outside the real range is still allowed, below and above. A calm five-note mode has no more pitch
classes to give; a kick on every beat, and what ducks under it, changes the chromagram more than these recordings do."""


@pytest.mark.parametrize("prompt", [*RHYTHMIC, *CALM])
def test_harmony_measures_like_real_music(prompt: str) -> None:
    measured = features(heard(prompt), SAMPLE_RATE)
    for name, (below, above) in BEYOND.items():
        low, high = REAL[name]
        assert low - below <= measured[name] <= high + above, (name, measured[name])


def test_most_prompts_lie_inside_the_real_range() -> None:
    inside = total = 0
    for prompt in (*RHYTHMIC, *CALM):
        measured = features(heard(prompt), SAMPLE_RATE)
        inside += sum(low <= measured[name] <= high for name, (low, high) in REAL.items())
        total += len(REAL)
    assert inside / total > 0.8


@pytest.mark.parametrize("prompt", RHYTHMIC)
def test_rhythmic_music_has_as_many_onsets_as_real_music(prompt: str) -> None:
    low, high = REAL["onsets_per_s"]
    assert low <= features(heard(prompt), SAMPLE_RATE)["onsets_per_s"] <= high + 1.0


@pytest.mark.parametrize("prompt", [*RHYTHMIC, *CALM, "dark drone", "gentle rain only"])
def test_it_is_never_silent_for_a_second(prompt: str) -> None:
    sound = heard(prompt)
    seconds = sound[: len(sound) // 24_000 * 24_000].reshape(-1, 24_000 * 2)
    level = np.sqrt((seconds**2).mean(1))
    quiet = level < 1e-3
    assert not np.any(quiet[1:] & quiet[:-1])
