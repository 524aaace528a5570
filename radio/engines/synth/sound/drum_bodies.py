"""How drums and cymbals sound: skins with a falling pitch, wires, plates, hands. Pure, any thread.

Every recipe has `play(force, variant)`, giving `[channels, n]` with a peak of 1; `force` 0…1, `variant` a small
number that changes the details as two strokes of one hand differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from radio.contracts import SAMPLE_RATE
from radio.engines.synth.sound.additive import LN_60_DB, decaying
from radio.engines.synth.sound.shaping import band, finish, generator, noise
from radio.engines.synth.sound.tone import F32, F64, samples

TURN = 2 * np.pi


class Recipe(Protocol):
    """One piece of a kit."""

    def play(self, force: float, variant: int) -> F32: ...


def clock(life_s: float) -> F64:
    """Seconds of a sound that lives that long (−60 dB), with a little room."""
    return np.arange(samples(life_s * 1.15)) / SAMPLE_RATE


def dying(time: F64, life_s: float) -> F64:
    return np.asarray(np.exp(-LN_60_DB * time / life_s))


def peaked(sound: F32 | F64, attack: int = 8) -> F32:
    """Float32 with a peak of 1, beginning and ending at nothing."""
    out = finish(np.atleast_2d(np.asarray(sound, dtype=np.float32)), attack, min(480, sound.shape[-1] // 3))
    return np.asarray(out / (np.abs(out).max() + 1e-9), dtype=np.float32)


def hiss(time: F64, low: float, high: float, life_s: float, *seed: int, channels: int = 1) -> F64:
    return noise(len(time), band(low, high, 2.5), *seed, channels=channels) * dying(time, life_s)


@dataclass(frozen=True, slots=True)
class Skin:
    """Kicks and toms: a sine falling from `top_hz` to `hz` in `fall_s`, a click, bent by `drive`."""

    hz: float
    top_hz: float
    fall_s: float
    life_s: float
    click: float = 0.3
    click_hz: tuple[float, float] = (800.0, 5000.0)
    drive: float = 1.0
    second: float = 0.0
    """Level of the skin's next mode (1.59 times), for real drums."""
    hiss: float = 0.0
    square: float = 0.0

    def play(self, force: float, variant: int) -> F32:
        time = clock(self.life_s)
        hz = self.hz * (1 + 0.006 * (variant - 1))
        turns = hz * time + (self.top_hz * (0.7 + 0.4 * force) - hz) * self.fall_s * (1 - np.exp(-time / self.fall_s))
        body = np.sin(TURN * turns) + self.square * (np.sin(3 * TURN * turns) / 3 + np.sin(5 * TURN * turns) / 5)
        body *= dying(time, self.life_s)
        if self.second:
            body += self.second * np.sin(TURN * 1.593 * turns) * dying(time, self.life_s * 0.4)
        body = np.tanh(body * self.drive) / np.tanh(self.drive)
        click = hiss(time, *self.click_hz, 0.018, 1, variant)[0] * self.click * (0.3 + force) * 0.3
        tail = hiss(time, 150, 2500, self.life_s * 0.5, 2, variant)[0] * self.hiss * 0.3
        return peaked(body + click + tail, 40)


@dataclass(frozen=True, slots=True)
class Snare:
    """Two skin modes, the rattle of wires, perhaps a gated room."""

    hz: float
    tone: float
    tone_life_s: float
    wires: float
    wires_hz: tuple[float, float]
    life_s: float
    snap: float = 0.4
    gate_s: float = 0.0
    attack: int = 10

    def play(self, force: float, variant: int) -> F32:
        time = clock(max(self.life_s, self.gate_s * 1.2))
        hz = self.hz * (1 + 0.012 * (variant - 1))
        bend = hz * time + 0.35 * hz * 0.012 * (1 - np.exp(-time / 0.012))
        skin = np.sin(TURN * bend) * dying(time, self.tone_life_s)
        skin += 0.55 * np.sin(TURN * 1.62 * bend) * dying(time, self.tone_life_s * 0.7)
        low, high = self.wires_hz
        rattle = hiss(time, low, high * (0.7 + 0.4 * force), self.life_s, 3, variant)[0]
        snap = hiss(time, 1500, 9000, 0.02, 4, variant)[0] * self.snap * (0.3 + force)
        sound = (self.tone * skin + self.wires * 0.35 * rattle + 0.35 * snap)[None]
        return peaked(sound if self.gate_s == 0 else sound + self.room(time, variant), self.attack)

    def room(self, time: F64, variant: int) -> F64:
        """A big room that a gate shuts."""
        shut = np.clip((self.gate_s - time) / 0.03, 0, 1) * np.minimum(1, time / 0.012)
        return (
            noise(len(time), band(250, 4500, 1.5), 5, variant, channels=2)
            * shut
            * (1 - 0.4 * time / self.gate_s)
            * 0.16
        )


@dataclass(frozen=True, slots=True)
class Metal:
    """Hats, rides, crashes, jingles: a cluster of close high modes in a cloud of noise. `ping` is a clear stroke."""

    low_hz: float
    high_hz: float
    life_s: float
    metal: float = 0.5
    ping: float = 0.0
    ping_hz: float = 3200.0
    strike: float = 0.5
    attack_s: float = 0.0004
    wide: bool = False

    def play(self, force: float, variant: int) -> F32:
        life = self.life_s * (0.75 + 0.4 * force)
        time = clock(life)
        channels = 2 if self.wide else 1
        middle = (self.low_hz * self.high_hz) ** 0.5
        cloud = hiss(time, self.low_hz, middle, life, 6, variant, channels=channels)
        cloud += hiss(time, middle, self.high_hz, life * 0.6, 14, variant, channels=channels)
        cloud += self.strike * hiss(time, self.low_hz, self.high_hz, life * 0.12, 7, variant, channels=channels)
        sound = cloud * (1 - self.metal) + self.metal * self.modes(time, life, channels, variant)
        if self.ping:
            ring = decaying(
                self.ping_hz * np.array([1, 1.51, 2.02]),
                life * np.array([0.7, 0.4, 0.3]),
                -1j * np.array([[1, 0.5, 0.4]]),
                len(time),
            )
            sound = sound + self.ping * ring
        return peaked(sound, samples(self.attack_s))

    def modes(self, time: F64, life_s: float, channels: int, variant: int) -> F32:
        """A plate's modes lie irregularly and close."""
        random = generator(8, int(self.low_hz))
        hz = np.exp(random.uniform(np.log(self.low_hz * 0.8), np.log(min(self.high_hz, 15_000)), 36)) * (
            1 + 0.003 * variant
        )
        lives = life_s * random.uniform(0.5, 1.0, 36)
        weights = random.uniform(0.2, 0.55, (channels, 36)) * np.exp(1j * random.uniform(0, TURN, (channels, 36)))
        return decaying(hz, lives, weights, len(time))


@dataclass(frozen=True, slots=True)
class Clap:
    """Several hands, not quite together, and the room after them."""

    hands: int
    spread_s: float
    low_hz: float
    high_hz: float
    life_s: float

    def play(self, force: float, variant: int) -> F32:
        time = clock(self.life_s + self.spread_s)
        sound = np.zeros((2, len(time)))
        for hand in range(self.hands):
            late = time - self.spread_s * hand / max(1, self.hands - 1) * (1 + 0.05 * variant)
            life = self.life_s if hand == self.hands - 1 else 0.03
            burst = noise(len(time), band(self.low_hz, self.high_hz, 2), 9, variant, hand, channels=2)
            sound += burst * np.where(late >= 0, np.exp(-LN_60_DB * np.maximum(late, 0) / life), 0)
        return peaked(sound * (0.5 + force), 16)


@dataclass(frozen=True, slots=True)
class Knock:
    """Rims, woods, hands on skin: a few modes and a touch of noise."""

    modes: tuple[tuple[float, float, float], ...]
    """(Hz, level, life in s)."""
    touch: float = 0.3
    touch_hz: tuple[float, float] = (1500.0, 7000.0)
    touch_s: float = 0.02

    def play(self, force: float, variant: int) -> F32:
        hz, level, life = (np.array(column) for column in zip(*self.modes, strict=True))
        time = clock(max(0.05, float(life.max())))
        tilt = (0.5 + 0.5 * force) ** np.arange(len(hz))
        body = decaying(hz * (1 + 0.008 * (variant - 1)), life, -1j * (level * tilt)[None], len(time))[0]
        return peaked(body + self.touch * hiss(time, *self.touch_hz, self.touch_s, 10, variant)[0] * 0.3, 8)


@dataclass(frozen=True, slots=True)
class Shaken:
    """Seeds or wires that swell and stop: shakers, brushes."""

    low_hz: float
    high_hz: float
    swell_s: float
    life_s: float
    grains: float = 0.0

    def play(self, force: float, variant: int) -> F32:
        time = clock(self.swell_s + self.life_s)
        swell = np.minimum(1, time / self.swell_s) ** 1.5
        fall = np.exp(-LN_60_DB * np.maximum(0, time - self.swell_s) / self.life_s)
        sound = noise(len(time), band(self.low_hz, self.high_hz, 2), 11, variant)[0] * swell * fall
        if self.grains:
            rough = np.abs(noise(len(time), band(20, 180, 2), 12, variant)[0])
            sound = sound * (1 - self.grains + self.grains * rough)
        return peaked(sound * (0.5 + force), 24)


@dataclass(frozen=True, slots=True)
class Chip:
    """Noise as game machines made it: a random level, held for a few samples."""

    hold: int
    life_s: float

    def play(self, force: float, variant: int) -> F32:
        time = clock(self.life_s)
        steps = generator(13, self.hold, variant).choice(np.array([-1.0, 1.0]), len(time) // self.hold + 1)
        sound = np.repeat(steps, self.hold)[: len(time)] * dying(time, self.life_s) * (0.5 + force)
        return peaked(np.diff(sound, prepend=0) * 0.4 + sound * 0.6, 8)
