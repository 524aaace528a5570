"""One player and a held tone: violin, cello, winds, trumpet. Pure, any thread.

Harmonics swell one after the other as the tone is blown or bowed, waver a little each by itself, and the pitch settles,
then sings: a delayed vibrato. A bright tone is a strong tone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from radio.contracts import SAMPLE_RATE
from radio.engines.synth.sound.additive import frame_times, frames_of, swelling
from radio.engines.synth.sound.shaping import (
    Formant,
    band,
    finish,
    formants,
    generator,
    loudness_gain,
    lowpass,
    noise,
    warp,
)
from radio.engines.synth.sound.tone import F32, F64, Key, Tone, Voice, mono, samples

MARGIN = 512
"""Samples kept in front and behind for the vibrato to read."""
AIR = 1 << 16
STEP = 32
"""Samples between points of the pitch's path."""


@dataclass(frozen=True, slots=True)
class Player:
    """`slope`, `even`, `body`, `open_hz`: the spectrum at medium force; `reach` octaves it opens from soft to hard.

    `attack_s` of the fundamental, `late` times more per octave above it. Vibrato after `vibrato_wait_s`. `scoop_cents`:
    from how far below (or above) the tone begins. `air`: breath or bow noise in `air_hz`, `chiff` more of it at the
    start.
    """

    slope: float
    even: float
    body: tuple[Formant, ...]
    open_hz: float
    reach: float
    attack_s: float
    late: float
    vibrato_hz: float
    vibrato_cents: float
    vibrato_wait_s: float
    scoop_cents: float
    air: float
    air_hz: tuple[float, float]
    chiff: float
    waver_db: float = 1.2
    swell: float = 0.15


def spectrum(player: Player, key: Key) -> tuple[F64, F64]:
    k = np.arange(1, int(np.clip(11_000 / key.hz, 1, 40)) + 1, dtype=np.float64)
    hz = key.hz * k
    cutoff = (
        player.open_hz * 2.0 ** (player.reach * (key.force - 0.5) + 0.6 * key.timbre.octaves) * (key.hz / 330.0) ** 0.35
    )
    level = (
        k**-player.slope * np.where(k % 2 == 0, player.even, 1.0) * lowpass(hz, cutoff, 1.8) * formants(hz, player.body)
    )
    return hz, level * loudness_gain(hz, level)


def envelopes(player: Player, key: Key, hz: F64, length: int) -> F64:
    """`[frames, harmonics]`: attack, slow swell, and each harmonic's own wavering."""
    time = frame_times(length)[:, None]
    rise_s = player.attack_s * (1.3 - 0.6 * key.force) * (1 + player.late * np.log2(np.arange(1, len(hz) + 1)))
    attack = 1 - np.exp(-((time / rise_s) ** 1.5) * 2.3)
    random = generator(key.seed, 21)
    rate, start = random.uniform(2.0, 6.5, len(hz)), random.uniform(0, 2 * np.pi, len(hz))
    waver = 1 + (10 ** (player.waver_db / 20) - 1) * np.sin(2 * np.pi * rate * time + start)
    swell = 1 + player.swell * (1 - np.exp(-time / 0.5)) * np.linspace(0.2, 1.0, len(hz))
    return np.asarray(attack * waver * swell)


def pitch_path(player: Player, key: Key, length: int) -> F64:
    """Where to read at every sample, as an offset in samples: the scoop, then the vibrato; drawn at every `STEP`."""
    time = np.arange(-(-length // STEP) + 1) * (STEP / SAMPLE_RATE)
    per_cent = np.log(2.0) / 1200
    scoop = -player.scoop_cents * per_cent * 0.055 * (1 - np.exp(-time / 0.055))
    grown = np.clip((time - player.vibrato_wait_s) / 0.5, 0, 1) ** 2
    rate = player.vibrato_hz * (1 + 0.05 * np.sin(key.seed))
    depth = player.vibrato_cents * per_cent / (2 * np.pi * rate)
    drift = 0.6 * per_cent * np.sin(2 * np.pi * 0.7 * time + key.seed)
    points = (scoop - depth * grown * np.cos(2 * np.pi * rate * time) + drift * 0.2) * SAMPLE_RATE
    return np.asarray((points[:-1, None] + np.diff(points)[:, None] * (np.arange(STEP) / STEP)).ravel()[:length])


@lru_cache(maxsize=8)
def air(low_hz: float, high_hz: float) -> F32:
    """`[AIR]` of seamless noise, RMS 1."""
    hiss: F32 = noise(AIR, band(low_hz, high_hz, 1.2), 22)[0]
    return hiss


def breath(player: Player, key: Key, length: int) -> F32:
    """Noise of air or bow: every key reads the same noise from another place."""
    time = np.arange(length, dtype=np.float32) / np.float32(SAMPLE_RATE)
    hiss = np.resize(np.roll(air(*player.air_hz), key.seed * 7919), length)
    level = player.air * (1 - np.exp(-time / 0.03)) + player.chiff * np.exp(-time / 0.035) * (0.4 + key.force)
    return np.asarray(hiss * level * 0.1, dtype=np.float32)


def play(player: Player, key: Key) -> Tone:
    length = key.samples
    hz, level = spectrum(player, key)
    full = length + 2 * MARGIN
    shape = envelopes(player, key, hz, full)
    phases = generator(key.pitch, 23).uniform(0, 2 * np.pi, len(hz))
    steady = swelling(hz, (shape * level)[None, : frames_of(full)], phases, full)[0]
    sung = warp(steady, np.arange(length) + MARGIN + pitch_path(player, key, length))
    return Tone(finish(mono(sung + breath(player, key, length)), samples(0.006), min(length // 4, 480)))


def voice(player: Player, release_s: float) -> Voice:
    return Voice(lambda key: play(player, key), release_s)


FLUTE = Player(
    1.5, 0.8, ((800, 3, 0.8),), 2200, 1.2, 0.05, 0.35, 5.1, 12, 0.35, 12, 0.045, (900, 5200), 0.16, swell=0.2,
)  # fmt: skip
CLARINET = Player(
    0.85, 0.16, ((1500, 3, 0.5), (3400, 2, 0.5)), 1700, 1.4, 0.045, 0.25, 4.6, 5, 0.6, 8, 0.02, (1200, 5000), 0.05,
)  # fmt: skip
SAXOPHONE = Player(
    0.75, 0.95, ((480, 4, 0.4), (950, 4, 0.4), (1800, 4, 0.4), (3200, 2, 0.5)), 1900, 1.7, 0.04, 0.4, 4.9, 20, 0.3, 55,
    0.028, (700, 4800), 0.1, waver_db=2.0,
)  # fmt: skip
TRUMPET = Player(
    0.45, 1.0, ((1200, 6, 0.5), (2400, 4, 0.4)), 2000, 2.0, 0.03, 0.75, 5.2, 13, 0.45, 22, 0.012, (1500, 6000), 0.06,
)  # fmt: skip
VIOLIN = Player(
    0.85, 0.9, ((290, 3, 0.3), (480, 3, 0.3), (1000, -3, 0.4), (2600, 6, 0.5), (4200, 2, 0.4)), 3800, 1.2, 0.07, 0.25,
    5.7, 17,
    0.2, 18, 0.02, (1800, 7000), 0.08, waver_db=2.4,
)  # fmt: skip
CELLO = Player(
    0.85, 0.95, ((120, 2, 0.4), (240, 3, 0.4), (600, 3, 0.4), (1500, 2, 0.5), (2400, 2, 0.4)), 1900, 1.2, 0.09, 0.25,
    5.0, 14,
    0.25, 12, 0.018, (700, 4000), 0.07, waver_db=2.2,
)  # fmt: skip
