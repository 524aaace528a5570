"""Small tools of sound design: noise, spectra, curves, warped time. Arrays in, arrays out; pure, any thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy import fft

from radio.contracts import SAMPLE_RATE
from radio.engines.synth.sound.tone import C128, F32, F64

Curve = Callable[[F64], F64]
"""Gain over frequency: Hz in, linear gain out."""


def generator(*seed: int) -> np.random.Generator:
    """Random numbers that depend on the seed alone."""
    return np.random.Generator(np.random.SFC64([abs(part) for part in seed]))


def db(level_db: float) -> float:
    """Decibels as a linear gain."""
    return float(10.0 ** (level_db / 20.0))


def noise(length: int, curve: Curve, *seed: int, channels: int = 1) -> F32:
    """`[channels, length]` noise with the spectrum of `curve`, scaled to an RMS of 1."""
    size = fft.next_fast_len(length, real=True)
    white = generator(*seed).standard_normal((channels, size), dtype=np.float32)
    gain = curve(np.maximum(fft.rfftfreq(size, 1 / SAMPLE_RATE), 1.0)).astype(np.float32)
    shaped = fft.irfft(fft.rfft(white) * gain, size)[:, :length]
    return np.asarray(shaped / (np.sqrt(np.mean(shaped**2)) + 1e-12), dtype=np.float32)


def band(low_hz: float, high_hz: float, slope: float = 2.0) -> Curve:
    """Flat between two corners, falling 6·slope dB per octave outside."""

    def curve(hz: F64) -> F64:
        return np.asarray(1.0 / np.sqrt((1 + (low_hz / hz) ** (2 * slope)) * (1 + (hz / high_hz) ** (2 * slope))))

    return curve


def lowpass(hz: F64, cutoff: F64 | float, poles: float = 2.0, peak: float = 0.0) -> F64:
    """Gain of a low-pass at `hz`: 6 dB per octave and pole; `peak` is the height of the resonance (linear, 0: none)."""
    ratio = hz / cutoff
    return np.asarray(1.0 / np.sqrt(1 + ratio ** (2 * poles)) + peak * np.exp(-((np.log2(ratio + 1e-9) * 4.0) ** 2)))


Formant = tuple[float, float, float]
"""Centre in Hz, gain in dB, width in octaves."""


def formants(hz: F64, peaks: tuple[Formant, ...]) -> F64:
    """Gain of resonances of a body, a vowel or a bore."""
    level = np.zeros_like(hz)
    for centre, gain_db, width in peaks:
        level += gain_db * np.exp(-0.5 * (np.log2(np.maximum(hz, 1.0) / centre) / width) ** 2)
    return np.asarray(10.0 ** (level / 20.0))


def weight(hz: F64) -> F64:
    """About how loud a frequency is heard (a smooth K-weighting, BS.1770 §2, kinder to bass), linear gain."""
    low = 1.0 / np.sqrt(1 + (70.0 / hz) ** 2)
    shelf = 10 ** (4.0 / 20 / (1 + (1500.0 / hz) ** 2))
    return np.asarray(np.maximum(0.2, low * shelf))


def loudness_gain(hz: F64, amplitudes: F64, target: float = 0.1) -> float:
    """The gain that brings the weighted RMS of partials to `target`."""
    power = float(np.sum((amplitudes * weight(np.maximum(hz, 1.0))) ** 2)) / 2
    return target / float(np.sqrt(power) + 1e-9)


@lru_cache(maxsize=64)
def rise(length: int) -> F32:
    """Half a cosine from 0 to 1."""
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / max(1, length)), dtype=np.float32)


@lru_cache(maxsize=64)
def fall(length: int) -> F32:
    """From 1 to exactly 0: a falling exponential bent to its end."""
    t = (np.arange(length) + 1) / max(1, length)
    return np.asarray((np.exp(-4.0 * t) - np.exp(-4.0)) / (1 - np.exp(-4.0)), dtype=np.float32)


def finish(sound: F32, attack: int, fade: int) -> F32:
    """A copy whose first and last samples grow from and shrink to nothing."""
    out = sound.copy()
    attack, fade = min(attack, out.shape[1]), min(fade, out.shape[1])
    if attack:
        out[:, :attack] *= rise(attack)
    if fade:
        out[:, -fade:] *= rise(fade)[::-1]
    return out


def warp(line: F32, positions: F64) -> F32:
    """Read `[n]` at fractional positions by Catmull-Rom interpolation; positions are clamped into the line."""
    positions = np.clip(positions, 1, len(line) - 3)
    index = positions.astype(np.intp)
    f = (positions - index).astype(np.float32)
    a, b, c, d = (line[k:].take(index - 1) for k in range(4))
    return np.asarray(b + 0.5 * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a))))


def unit_phases(count: int, *seed: int) -> C128:
    """Random phases on the unit circle."""
    return np.asarray(np.exp(2j * np.pi * generator(*seed).random(count)))
