"""The grand piano: stiff strings in pairs, a felt hammer, a soundboard. Pure, any thread.

Inharmonicity after Rauhala and Välimäki (IEEE SPL 13:5, 2006); two-stage decay after Weinreich (JASA 62:6, 1977).
"""

from __future__ import annotations

import numpy as np

from radio.engines.synth.sound.modal import Blow, Modes, placed, struck
from radio.engines.synth.sound.shaping import band, generator, lowpass
from radio.engines.synth.sound.tone import Key, Tone, Voice

MOST_PARTIALS = 44


def stiffness(pitch: int) -> float:
    """B of `k·f0·√(1 + B·k²)`: bass strings by their winding, treble strings by their thickness."""
    return float(np.exp(0.0926 * pitch - 13.64) + np.exp(-0.0847 * pitch - 5.82))


def first_life_s(pitch: int) -> float:
    """Time in which the fundamental falls 60 dB after its first, fast stage."""
    return float(np.clip(15.0 * 2.0 ** (-(pitch - 33) / 17), 0.5, 16.0))


def modes_of(key: Key) -> Modes:
    count = int(np.clip(11_000 / key.hz, 3, MOST_PARTIALS))
    k = np.arange(1, count + 1)
    stretch = np.sqrt(1 + stiffness(key.pitch) * k**2) / np.sqrt(1 + stiffness(key.pitch))
    hz = key.hz * k * stretch
    cutoff = 900.0 * (key.hz / 261.6) ** 0.45 * 2.0 ** (2.6 * key.force + 0.7 * key.timbre.octaves - 0.9)
    strike = np.abs(np.sin(np.pi * k * 0.121)) + 0.06
    level = k**-0.55 * strike * lowpass(hz, cutoff, 1.6) * 10 ** (generator(key.pitch).uniform(-2.5, 2.5, count) / 20)
    board = 1 / np.sqrt(1 + (70.0 / hz) ** 4)
    life = first_life_s(key.pitch) / (1 + 0.09 * (k - 1) + (hz / 4200.0) ** 2 * 0.6)
    cents = generator(key.pitch, 7).uniform(0.25, 0.8, count)
    fast = Modes(hz * 2.0 ** (-0.3 * cents / 1200), life * 0.45, level * board * 0.72)
    return fast.plus(Modes(hz * 2.0 ** (0.7 * cents / 1200), life * 1.25, level * board * 0.28))


def play(key: Key) -> Tone:
    modes = modes_of(key)
    knock = Blow(0.35 * key.force**1.2 * 2.0 ** ((key.pitch - 60) / 36), 0.05, band(110, 700 + 1800 * key.force))
    weights = placed(modes, key.pitch, 3, pan=(key.pitch - 64) / 90, width=0.4)
    attack = 0.0035 - 0.002 * key.force
    return Tone(struck(modes, weights, key.samples, key.seed, 1, blow=knock, attack_s=attack))


PIANO = Voice(play, release_s=0.28, life_s=lambda pitch: min(10.0, 1.4 * first_life_s(pitch)))
