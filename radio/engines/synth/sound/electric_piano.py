"""The electric piano: a tine before a pickup. Pure, any thread.

The tine swings nearly as a sine; the pickup bends it, more when struck harder (the 'bark'). Written as phase modulation
of low index, whose sidebands fall off so fast that nothing folds back.
"""

from __future__ import annotations

import numpy as np

from radio.contracts import SAMPLE_RATE
from radio.engines.synth.sound.modal import Modes, centred, struck
from radio.engines.synth.sound.shaping import finish
from radio.engines.synth.sound.tone import F32, F64, Key, Tone, Tremolo, Voice, samples

TURN = 2 * np.pi


def reed(key: Key, time: F64 | F32) -> F32:
    """The bent sine, falling in two stages; harder blows bend it longer."""
    octave = (key.pitch - 60) / 12
    life = 4.2 * 2.0 ** (-0.45 * octave)
    phase = (TURN * ((key.hz * time) % 1.0)).astype(np.float32)
    time = time.astype(np.float32)
    reach = float(np.clip(5500 / key.hz / 6, 0.0, 1.0))
    index = (
        reach * (0.45 + 2.0 * key.force**1.5 * 2.0 ** (0.4 * key.timbre.octaves)) * np.exp(-time / (0.22 * life + 0.05))
    )
    level = 0.6 * np.exp(-time * 6.9 / life) + 0.4 * np.exp(-time * 6.9 / (0.35 * life))
    bent = np.sin(phase + (index + 0.12 * reach) * np.sin(phase)) + 0.12 * np.sin(2 * phase)
    return np.asarray(bent * level, dtype=np.float32)


def tine(key: Key) -> Modes:
    """The bell of the attack: the tine's own upper modes."""
    hz = key.hz * np.array([6.93, 13.9, 17.4])
    level = np.array([0.20, 0.07, 0.03]) * (0.25 + 1.1 * key.force) * 2.0 ** (0.8 * key.timbre.octaves)
    return Modes(hz, np.array([0.55, 0.25, 0.12]) * 2.0 ** (-0.3 * (key.pitch - 60) / 12), level)


def play(key: Key) -> Tone:
    time = np.arange(key.samples) / SAMPLE_RATE
    body = reed(key, time)
    bell = tine(key)
    ring = struck(bell, centred(bell), key.samples)[0] * np.float32(0.22 * np.sqrt(np.sum(bell.amplitude**2)) / 0.1)
    return Tone(finish(((body + ring) * np.float32(0.34))[None], samples(0.002), min(key.samples // 2, 1200)))


ELECTRIC_PIANO = Voice(
    play,
    release_s=0.16,
    tremolo=Tremolo(4.6, 0.28, 0.5),
    life_s=lambda pitch: float(np.clip(6 - (pitch - 48) / 12, 1.5, 8)),
)
