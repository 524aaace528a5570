"""Bars, tines and bells: vibraphone, marimba, kalimba, music box, bells. Pure, any thread.

Mode ratios of bars after Fletcher and Rossing, The Physics of Musical Instruments, ch. 19: tuned bars 1 : 4 : 10
(vibraphone), 1 : 4 : 9.2 (marimba), a clamped tine 1 : 6.27 : 17.5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from radio.engines.synth.sound.modal import Blow, Modes, placed, struck
from radio.engines.synth.sound.shaping import band
from radio.engines.synth.sound.tone import Key, Tone, Tremolo, Voice


@dataclass(frozen=True, slots=True)
class Bar:
    """Ratios, strengths at a hard blow, and lives in seconds at C5 of the modes; how lives shrink per octave upwards.

    `hardness` is how much of the upper modes a soft blow keeps (1: all); `beat_cents` splits every mode in two.
    """

    ratios: tuple[float, ...]
    levels: tuple[float, ...]
    lives_s: tuple[float, ...]
    shrink: float
    hardness: float
    beat_cents: float
    blow: Blow
    attack_s: float = 0.001
    width: float = 0.35


def modes_of(bar: Bar, key: Key) -> Modes:
    ratio, level, life = (np.array(row) for row in (bar.ratios, bar.levels, bar.lives_s))
    octave = (key.pitch - 72) / 12
    soft = np.exp(
        -(1 - bar.hardness) * (1.4 - key.force - 0.35 * key.timbre.octaves) * np.log2(ratio + 1e-9).clip(0) * 0.9
    )
    hz = key.hz * ratio
    lives = np.maximum(0.02, life * 2.0 ** (-bar.shrink * octave))
    one = Modes(hz, lives, level * soft)
    if bar.beat_cents == 0:
        return one
    split = 2.0 ** (bar.beat_cents / 1200)
    main = Modes(hz / split**0.3, lives, level * soft * 0.7)
    return main.plus(Modes(hz * split**0.7, lives * 0.8, level * soft * 0.3))


def play(bar: Bar, key: Key) -> Tone:
    modes = modes_of(bar, key)
    blow = Blow(bar.blow.level * (0.3 + key.force), bar.blow.decay_s, bar.blow.curve)
    weights = placed(modes, key.pitch, pan=(key.pitch - 72) / 60, width=bar.width)
    return Tone(struck(modes, weights, key.samples, key.seed, blow=blow, attack_s=bar.attack_s))


def life_of(bar: Bar, pitch: int) -> float:
    """Until the longest mode is 75 dB down."""
    return float(min(7.0, max(0.3, max(bar.lives_s) * 2.0 ** (-bar.shrink * (pitch - 72) / 12) * 1.25)))


def voice(bar: Bar, *, damped_s: float | None = None, tremolo: Tremolo | None = None) -> Voice:
    """A bar that rings by itself, or with `damped_s` stops at key-up."""
    return Voice(
        lambda key: play(bar, key),
        release_s=damped_s or 0.3,
        ring_s=None if damped_s else 7.0,
        life_s=lambda pitch: life_of(bar, pitch),
        tremolo=tremolo,
    )


VIBRAPHONE = Bar(
    (1, 4, 10.1), (1, 0.16, 0.05), (4.5, 1.6, 0.4), 0.5, 0.3, 0.0, Blow(0.12, 0.03, band(500, 3000)), 0.003
)
MARIMBA = Bar(
    (1, 3.93, 9.3, 16.2), (1, 0.4, 0.15, 0.05), (0.95, 0.28, 0.09, 0.05), 0.8, 0.2, 0.0,
    Blow(0.5, 0.035, band(150, 1200)), 0.0015,
)  # fmt: skip
KALIMBA = Bar(
    (1, 2.02, 5.9, 6.4, 14.5), (1, 0.07, 0.15, 0.07, 0.03), (1.5, 0.6, 0.16, 0.12, 0.05), 0.5, 0.4, 0.0,
    Blow(0.5, 0.03, band(250, 2500)), 0.002,
)  # fmt: skip
MUSIC_BOX = Bar(
    (1, 2.0, 3.01, 6.27, 17.5), (1, 0.42, 0.2, 0.16, 0.03), (2.0, 1.2, 0.8, 0.35, 0.08), 0.5, 0.75, 2.5,
    Blow(0.1, 0.008, band(4000, 11000)), 0.0006,
)  # fmt: skip
BELLS = Bar(
    (0.5, 1, 2.0, 2.997, 4.17, 5.43, 6.79, 8.21), (0.12, 1, 0.55, 0.3, 0.2, 0.13, 0.08, 0.05),
    (5.5, 4.8, 3.4, 2.4, 1.6, 1.1, 0.8, 0.5), 0.35, 0.35, 4.0, Blow(0.05, 0.02, band(1500, 7000)), 0.002, 0.6,
)  # fmt: skip
