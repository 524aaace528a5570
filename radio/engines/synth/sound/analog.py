"""Oscillators, filter, envelopes: leads, plucks and synthesiser basses. Pure, any thread.

The filter is not run: its gain at every harmonic and moment is known, so the filtered wave is summed from its harmonics
(`additive.swelling`) and nothing can alias, however fast the envelope moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from radio.engines.synth.sound.additive import frame_times, frames_of, swelling
from radio.engines.synth.sound.shaping import finish, generator, loudness_gain, lowpass
from radio.engines.synth.sound.tone import F32, F64, Key, Tone, Voice, samples


@dataclass(frozen=True, slots=True)
class Patch:
    """`pulse`: None a saw, else the width of a pulse (0.5 a square). `detune`: (cents, pan) of each oscillator.

    The filter opens from `cutoff_hz` by `sweep` octaves at the blow and falls back in `fall_s`; it follows the key by
    `track`. The level falls to `sustain` in `decay_s`. `sub` is a sine an octave below, `sine` one at pitch; `drive`
    bends the sum.
    """

    pulse: float | None = None
    detune: tuple[tuple[float, float], ...] = ((0.0, 0.0),)
    cutoff_hz: float = 1500.0
    sweep: float = 2.0
    fall_s: float = 0.3
    poles: float = 2.0
    peak: float = 0.0
    track: float = 0.5
    attack_s: float = 0.004
    decay_s: float = 0.4
    sustain: float = 0.7
    sub: float = 0.0
    sine: float = 0.0
    drive: float = 0.0
    top_hz: float = 14_000.0
    most: int = 48
    stereo: bool = True


def wave(patch: Patch, k: F64) -> F64:
    """Fourier amplitudes of the oscillator."""
    if patch.pulse is None:
        return np.asarray(1.0 / k)
    return np.asarray(np.sin(np.pi * k * patch.pulse) / k)


def filtered(patch: Patch, key: Key, hz: F64, length: int) -> F64:
    """Gain of the filter, `[frames, harmonics]`."""
    time = frame_times(length)[:, None]
    octaves = patch.sweep * (0.35 + 0.9 * key.force) * np.exp(-time / patch.fall_s) + key.timbre.octaves
    cutoff = patch.cutoff_hz * (key.hz / 261.6) ** patch.track * 2.0**octaves
    return lowpass(hz, np.minimum(cutoff, 16_000.0), patch.poles, patch.peak)


def level_curve(patch: Patch, length: int) -> F64:
    time = frame_times(length)
    return np.asarray(patch.sustain + (1 - patch.sustain) * np.exp(-time / patch.decay_s))


def oscillators(patch: Patch, key: Key, length: int) -> F32:
    """All oscillators through the filter, `[1 or 2, length]`."""
    k = np.arange(1, int(np.clip(patch.top_hz / key.hz, 1, patch.most)) + 1, dtype=np.float64)
    levels = wave(patch, k) * filtered(patch, key, key.hz * k, length) * level_curve(patch, length)[:, None]
    channels = 2 if patch.stereo else 1
    parts, hz = [], []
    for cents, pan in patch.detune:
        sides = np.array([np.cos((pan + 1) * np.pi / 4), np.sin((pan + 1) * np.pi / 4)]) * np.sqrt(2)
        hz.append(key.hz * k * 2.0 ** (cents / 1200))
        parts.append(levels[None] * sides[:channels, None, None] if patch.stereo else levels[None])
    phases = np.concatenate([wave_phases(patch, k, key, number) for number in range(len(patch.detune))])
    return swelling(np.concatenate(hz), np.concatenate(parts, axis=2)[:, : frames_of(length)], phases, length)


def wave_phases(patch: Patch, k: F64, key: Key, number: int) -> F64:
    """Each oscillator runs freely: it begins somewhere in its turn, a lone one at its zero."""
    start = 0.0 if len(patch.detune) == 1 else generator(key.pitch, number).uniform(0, 2 * np.pi)
    return np.asarray(k * start - np.pi / 2)


def sines(patch: Patch, key: Key, length: int) -> F32:
    """The pure low end, `[length]`."""
    hz = key.hz * np.array([0.5, 1.0])
    levels = np.repeat(level_curve(patch, length)[:, None], 2, axis=1) * np.array([patch.sub, patch.sine])
    low: F32 = swelling(hz, levels[None], np.full(2, -np.pi / 2), length)[0]
    return low


def settled_gain(patch: Patch, key: Key) -> float:
    """Brings the tone as it is 60 ms after the blow to the target loudness, whatever its length."""
    k = np.arange(1, int(np.clip(patch.top_hz / key.hz, 1, patch.most)) + 1, dtype=np.float64)
    frame = 24
    level = wave(patch, k) * filtered(patch, key, key.hz * k, 8192)[frame] * level_curve(patch, 8192)[frame]
    hz = np.concatenate([key.hz * k, key.hz * np.array([0.5, 1.0])])
    crowd = np.sqrt(len(patch.detune))
    return loudness_gain(np.maximum(hz, 20.0), np.concatenate([level * crowd, [patch.sub, patch.sine]]))


def play(patch: Patch, key: Key) -> Tone:
    length = key.samples
    out = oscillators(patch, key, length)
    if patch.sub or patch.sine:
        out = out + sines(patch, key, length)
    out = out * np.float32(settled_gain(patch, key))
    if patch.drive:
        out = np.tanh(out * np.float32(10 * patch.drive)) / np.float32(10 * patch.drive)
    return Tone(finish(out, samples(patch.attack_s), min(length // 4, 480)))


def voice(patch: Patch, release_s: float, life_s: float | None = None) -> Voice:
    """`life_s` for a patch that dies away by itself."""
    return Voice(lambda key: play(patch, key), release_s, life_s=None if life_s is None else lambda _: life_s)


SYNTH_LEAD = Patch(
    None, ((-5, -0.35), (5, 0.35)), 1300, 1.6, 0.35, track=0.5, attack_s=0.012, sustain=0.75, sine=0.5, most=32
)
SAW_LEAD = Patch(
    None, ((-11, -0.7), (0, 0.0), (11, 0.7)), 2600, 1.3, 0.5, poles=1.6, attack_s=0.008, sustain=0.85, most=36
)
SQUARE_LEAD = Patch(0.5, ((0, 0.0),), 5200, 0.6, 0.4, poles=1.5, attack_s=0.002, decay_s=0.25, sustain=0.6, most=40)
PLUCK = Patch(
    None,
    ((-6, -0.45), (6, 0.45)),
    480,
    3.0,
    0.10,
    poles=2.2,
    track=0.6,
    attack_s=0.002,
    decay_s=0.28,
    sustain=0.0,
    sine=0.25,
    most=32,
)
SINE_BASS = Patch(
    0.5, ((0, 0.0),), 150, 0.8, 0.12, poles=2.0, track=0.8, attack_s=0.008, decay_s=0.8, sustain=0.75, sine=1.3,
    drive=0.25,
    top_hz=1500, most=16, stereo=False,
)  # fmt: skip
SYNTH_BASS = Patch(
    None, ((-4, 0.0), (4, 0.0)), 260, 2.4, 0.16, poles=2.2, peak=0.25, track=0.5, attack_s=0.004, decay_s=0.5,
    sustain=0.7, sine=0.9,
    drive=0.35, top_hz=5000, most=48, stereo=False,
)  # fmt: skip
ACID_BASS = Patch(
    None, ((0, 0.0),), 210, 3.2, 0.13, poles=2.6, peak=1.9, track=0.35, attack_s=0.003, decay_s=0.45, sustain=0.55,
    sine=0.35,
    drive=0.6, top_hz=7000, most=64, stereo=False,
)  # fmt: skip
