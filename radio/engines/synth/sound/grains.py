"""The small sounds that weather is made of: drops, crackles, chirps, cups. Pure, any thread.

Each maker gives one mono grain `[n]` with a peak of 1 for a random generator: every variant is another one.
"""

from __future__ import annotations

import numpy as np

from radio.contracts import SAMPLE_RATE
from radio.engines.synth.sound.shaping import band, finish, noise
from radio.engines.synth.sound.tone import F32, F64

TURN = 2 * np.pi


def clock(seconds: float) -> F64:
    return np.arange(max(64, round(seconds * SAMPLE_RATE))) / SAMPLE_RATE


def done(sound: F64, attack: int = 16) -> F32:
    out = finish(np.asarray(sound, np.float32)[None], attack, min(len(sound) // 3, 960))[0]
    return np.asarray(out / (np.abs(out).max() + 1e-9), dtype=np.float32)


def bubble(random: np.random.Generator, low: float, high: float, life_s: float) -> F32:
    """A drop in water: a sine that rises as its bubble shrinks (Minnaert)."""
    hz = low * (high / low) ** random.random()
    time = clock(life_s * (0.5 + random.random()) * 5)
    life = time[-1] / 5
    return done(np.sin(TURN * hz * (time + 0.12 * time**2 / life)) * np.exp(-time / life), 24)


def drop(random: np.random.Generator) -> F32:
    return bubble(random, 1600, 5200, 0.004)


def fat_drop(random: np.random.Generator) -> F32:
    return bubble(random, 480, 1500, 0.012)


def brook(random: np.random.Generator) -> F32:
    return bubble(random, 380, 1900, 0.02)


def patter(random: np.random.Generator) -> F32:
    """A drop on something hard."""
    time = clock(0.012)
    return done(noise(len(time), band(2500, 9000), int(random.integers(1 << 30)))[0] * np.exp(-time / 0.0018), 4)


def tick(random: np.random.Generator) -> F32:
    """Dust in a groove."""
    time = clock(0.004 + 0.003 * random.random())
    hz = 1500 * 4 ** random.random()
    return done(np.sin(TURN * hz * time) * np.exp(-time / 0.0006) * np.sign(random.random() - 0.5), 3)


def pop(random: np.random.Generator) -> F32:
    """A scratch across it."""
    time = clock(0.02)
    hz = 350 * 3 ** random.random()
    body = np.sin(TURN * hz * time) * np.exp(-time / 0.003)
    return done(
        body + 0.5 * noise(len(time), band(800, 6000), int(random.integers(1 << 30)))[0] * np.exp(-time / 0.001), 4
    )


def snap(random: np.random.Generator) -> F32:
    """Wood in a fire."""
    time = clock(0.03)
    hz = 900 * 5 ** random.random()
    burst = noise(len(time), band(hz, hz * 4, 1.5), int(random.integers(1 << 30)))[0]
    return done(burst * np.exp(-time / (0.001 + 0.005 * random.random() ** 2)), 3)


def song(random: np.random.Generator) -> F32:
    """A bird's phrase: a few whistled syllables."""
    home = 2600 * 2.1 ** random.random()
    parts = []
    kind = random.integers(3)
    for _ in range(int(random.integers(2, 7))):
        time = clock(0.05 + 0.09 * random.random())
        span = time / time[-1]
        bend = {0: 0.25 * np.sin(np.pi * span), 1: 0.3 * (span - 0.5), 2: 0.07 * np.sin(TURN * 28 * time)}[int(kind)]
        hz = home * (0.85 + 0.35 * random.random()) * (1 + bend * random.choice(np.array([-1.0, 1.0])))
        turns = np.cumsum(hz) / SAMPLE_RATE
        parts += [
            np.sin(TURN * turns) * np.sin(np.pi * span) ** 1.2,
            np.zeros(round(SAMPLE_RATE * (0.02 + 0.07 * random.random()))),
        ]
    return done(np.concatenate(parts))


def cricket(random: np.random.Generator) -> F32:
    """One chirp: three or four pulses of a file on a wing."""
    hz = 4100 * (1 + 0.12 * random.random())
    pulse = clock(0.014)
    one = np.sin(TURN * hz * pulse) * np.sin(np.pi * pulse / pulse[-1]) ** 0.7
    gap = np.zeros(round(0.013 * SAMPLE_RATE))
    return done(np.concatenate([np.concatenate([one, gap]) for _ in range(int(random.integers(3, 5)))]))


def far_owl(random: np.random.Generator) -> F32:
    hz = 330 * (1 + 0.15 * random.random())
    parts = []
    for length in (0.22, 0.14, 0.5):
        time = clock(length)
        span = time / time[-1]
        parts += [np.sin(TURN * hz * (time - 0.02 * span**2 * time)) * np.sin(np.pi * span), np.zeros(SAMPLE_RATE // 7)]
    return done(np.concatenate(parts))


def roll(random: np.random.Generator) -> F32:
    """Distant thunder: a crack worn down by the way, then rumbling that comes and goes."""
    time = clock(5.5 + 1.2 * random.random())
    deep = noise(len(time), band(28, 130, 1.5), int(random.integers(1 << 30)))[0]
    mid = noise(len(time), band(90, 420, 1.2), int(random.integers(1 << 30)))[0]
    waves = sum(np.exp(-(((time - at) / (0.25 + 0.5 * random.random())) ** 2)) for at in random.uniform(0.4, 3.6, 5))
    body = (0.25 + waves) * np.exp(-time / 2.0) * np.minimum(1, time / 0.25)
    return done(deep * body + 0.45 * mid * body * np.exp(-time / 0.9), 480)


def cup(random: np.random.Generator) -> F32:
    """Porcelain or a spoon."""
    time = clock(0.22)
    hz = 2300 * 1.9 ** random.random()
    modes = np.array([1, 1.83, 2.71, 3.9])
    rings = np.sin(TURN * np.outer(hz * modes, time)) * np.exp(-np.outer([1, 1.4, 2, 3], time) / 0.045)
    return done((rings * np.array([1, 0.6, 0.5, 0.3])[:, None]).sum(0), 8)


def overtones(levels: F64, turns: F64) -> F64:
    """The sum of `levels[k − 1] · sin(2π·k·turns)`, as a polynomial of the first partial (Horner's scheme)."""
    first = np.exp(1j * TURN * turns)
    total = np.zeros_like(first)
    for level in levels[::-1]:
        total = (total + level) * first
    return np.asarray(total.imag)


def voice(random: np.random.Generator) -> F32:
    """A few syllables from another table: no words, only the melody and the vowels of speech."""
    syllables = int(random.integers(3, 8))
    pitch = float(random.choice(np.array([105.0, 120.0, 190.0, 215.0])) * (0.9 + 0.2 * random.random()))
    parts = []
    for _ in range(syllables):
        time = clock(0.11 + 0.12 * random.random())
        span = time / time[-1]
        first, second = random.uniform(330, 700), random.uniform(850, 1900)
        k = np.arange(1, int(2600 / pitch))
        hz = pitch * k
        level = np.exp(-(((hz - first) / 130) ** 2)) + 0.45 * np.exp(-(((hz - second) / 200) ** 2)) + 0.04
        glide = time * (1 + 0.08 * (random.random() - 0.6) * span)
        parts += [overtones(level / k**0.4, pitch * glide) * np.sin(np.pi * span) ** 0.7]
        parts += [np.zeros(round(SAMPLE_RATE * 0.05 * random.random()))]
    return done(np.concatenate(parts), 64)
