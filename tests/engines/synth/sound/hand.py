"""Hand-made scores and measurements for tests of the synthesiser's sound."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radio.engines.synth.renderer import Renderer
from radio.engines.synth.score import Hit, Note, Part, Passage, Score, Wash
from radio.engines.synth.sound.bank import Bank
from radio.engines.synth.sound.playing import Players, event_of
from radio.engines.synth.sound.tone import Timbre
from radio.engines.synth.style import Instrument, Style, Texture

SECOND = 48_000
BLOCK = 65_536


def style(**changes: Any) -> Style:
    plain: dict[str, Any] = {
        "prompt": "", "seed": 1, "genre": "jazz", "bpm": 100.0, "beats_per_bar": 4, "tonic": 0, "mode": "major",
        "energy": 0.5,
        "brightness": 0.5, "density": 0.5, "space": 0.5, "warmth": 0.5, "swing": 0.0, "lead": None, "chords": None,
        "pad": None,
        "bass": None, "kit": None,
    }  # fmt: skip
    return Style(**(plain | changes))


def score(
    notes: tuple[Note, ...] = (), hits: tuple[Hit, ...] = (), washes: tuple[Wash, ...] = (), *, end: int, **changes: Any
) -> Score:
    passage = Passage(0, None, style(**changes), 1)
    return Score(0, end, (passage,), (), notes, hits, washes, "")


def note(instrument: Instrument, pitch: int, start_s: float = 0, length_s: float = 1, velocity: float = 0.6) -> Note:
    part: Part = "bass" if instrument.endswith("bass") else "lead"
    return Note(round(start_s * SECOND), max(1, round(length_s * SECOND)), pitch, velocity, part, instrument)


def wash(texture: Texture, end_s: float, level: float = 1.0, fade_s: float = 0.5) -> Wash:
    return Wash(0, round(end_s * SECOND), texture, level, round(fade_s * SECOND))


def rendered(what: Score) -> NDArray[np.float32]:
    return Renderer().render(what, 0, what.end, lambda _: None)


BANK = Bank()


def alone(one: Note, seconds: float = 2.0, brightness: int = 2) -> NDArray[np.float32]:
    """`[2, n]`: the note as its instrument plays it, with no room and no mix."""
    event, players = event_of(one, Timbre(brightness)), Players(BANK)
    blocks = [np.zeros((2, BLOCK), np.float32) for _ in range(-(-round(seconds * SECOND) // BLOCK))]
    for number, bus in enumerate(blocks):
        players.play(event, bus, number * BLOCK)
    return np.concatenate(blocks, axis=1)[:, : round(seconds * SECOND)]


def cents_off(sound: NDArray[np.float32], hz: float) -> float:
    """How far the tone lies from `hz`: the shift for which its first five harmonics are strongest."""
    middle = sound.mean(0)
    size = 1 << 19
    power = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), size)) ** 2
    shifts = np.arange(-60.0, 60.5, 1.0)
    strength = []
    for shift in shifts:
        harmonics = hz * 2 ** (shift / 1200) * np.arange(1, 6)
        strength.append(power[np.round(harmonics[harmonics < 20_000] * size / SECOND).astype(int)].sum())
    return float(np.average(shifts, weights=np.array(strength) ** 2))


def third_octaves(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """Level in dB of bands of a third of an octave from 31 Hz up, against the whole; at least −60."""
    power = (np.abs(np.fft.rfft(sound, axis=1)) ** 2).sum(0)
    hz = np.fft.rfftfreq(sound.shape[1], 1 / SECOND)
    edges = 31.0 * 2 ** (np.arange(28) / 3)
    bands = np.array([power[(hz >= a) & (hz < b)].sum() for a, b in pairwise(edges)])
    return np.asarray(np.maximum(-60.0, 10 * np.log10(bands / bands.sum() + 1e-9)))
