"""The room and the tone of a passage, as filters of finite length: reverberation and master equaliser. Pure, any
thread.

Early reflections, then two unrelated tails of noise whose bands die at their own pace. Everything is an impulse
response,
so that what is heard at a sample depends on a known, finite past.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from scipy import fft

from radio.contracts import SAMPLE_RATE
from radio.engines.synth.sound.additive import LN_60_DB
from radio.engines.synth.sound.shaping import Curve, generator, rise
from radio.engines.synth.sound.tone import C64, F32, F64, samples

HOP = 1 << 15
"""Samples of one partition of a filter, and of one step of the convolution."""
PARTS = 6
"""Partitions of a reverberation: 4.1 s."""
LENGTH = HOP * PARTS
BANDS: tuple[tuple[float, float], ...] = (
    (200, 1.05),
    (600, 1.0),
    (2000, 0.85),
    (5000, 0.6),
    (9000, 0.38),
    (20_000, 0.25),
)
"""Upper corner in Hz, and share of the reverberation time."""


@dataclass(frozen=True, slots=True)
class Space:
    """`t60_s` of the middle, `predelay_s`, `size` (stretches the early reflections), `damping` 0…1 of the high
    bands.
    """

    t60_s: float
    predelay_s: float
    size: float
    damping: float


@dataclass(frozen=True, slots=True)
class Colour:
    """The master equaliser: `tilt_db` per octave about 700 Hz, `low_db` under 90 Hz, `air_db` over 7 kHz, `dull_hz`
    low-pass (0: none).
    """

    tilt_db: float = 0.0
    low_db: float = 0.0
    air_db: float = 0.0
    dull_hz: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Filters:
    """Spectra of size 2·HOP: `dry` `[HOP + 1]`; `wet` `[PARTS, 2, HOP + 1]`."""

    dry: C64
    wet: C64


def curve_of(colour: Colour) -> Curve:
    """Gain of the equaliser, with a high-pass at 25 Hz against DC and rumble."""

    def curve(hz: F64) -> F64:
        octaves = np.clip(np.log2(np.maximum(hz, 1.0) / 700.0), -4, 4.5)
        level = (
            colour.tilt_db * octaves
            + colour.low_db / (1 + (hz / 90.0) ** 2)
            + colour.air_db / (1 + (7000.0 / np.maximum(hz, 1)) ** 2)
        )
        high = (hz / 25.0) ** 4 / np.sqrt(1 + (hz / 25.0) ** 8)
        dull = 1.0 if colour.dull_hz == 0 else 1 / np.sqrt(1 + (hz / colour.dull_hz) ** 4)
        return np.asarray(10 ** (level / 20) * high * dull)

    return curve


def minimum_phase(curve: Curve, length: int) -> F64:
    """An impulse response `[length]` with that gain and the least delay (folded cepstrum)."""
    size = 1 << 17
    gain = np.maximum(curve(fft.rfftfreq(size, 1 / SAMPLE_RATE)), 1e-5)
    cepstrum = fft.irfft(np.log(gain), size)
    cepstrum[1 : size // 2] *= 2
    cepstrum[size // 2 + 1 :] = 0
    response = fft.irfft(np.exp(fft.rfft(cepstrum)), size)[:length]
    response[-length // 4 :] *= rise(length // 4)[::-1]
    return np.asarray(response)


def tail(space: Space) -> F64:
    """`[2, LENGTH]`: noise in bands, each dying by itself, growing dense within 30 ms."""
    time = (np.arange(LENGTH) / SAMPLE_RATE).astype(np.float32)
    out = np.zeros((2, LENGTH), np.float32)
    for part, (corner, share) in zip(noise_bands(), BANDS, strict=True):
        life = space.t60_s * share ** (0.5 + 1.2 * space.damping)
        out += (
            part
            * np.exp(-np.float32(LN_60_DB / life) * time)
            * np.float32(1.0 - 0.35 * space.damping * (corner > 5000))
        )
    return np.asarray(out * (1 - np.exp(-time / 0.03)), dtype=np.float64)


@lru_cache(maxsize=1)
def noise_bands() -> tuple[F32, ...]:
    """For each band `[2, LENGTH]` of noise, the same in every room (9 MB)."""
    noise = fft.rfft(generator(31).standard_normal((2, LENGTH), dtype=np.float32))
    hz = fft.rfftfreq(LENGTH, 1 / SAMPLE_RATE)
    edges = (90.0, *(corner for corner, _ in BANDS))
    return tuple(
        np.asarray(fft.irfft(noise * ((hz >= low) & (hz < high)), LENGTH), np.float32) for low, high in pairwise(edges)
    )


def early(space: Space) -> F64:
    """`[2, LENGTH]`: a dozen first reflections a side."""
    random = generator(32)
    out = np.zeros((2, LENGTH))
    for side in range(2):
        times = (0.007 + 0.075 * np.sort(random.random(12)) ** 1.3) * space.size
        gains = np.exp(-times / (0.05 * space.size)) * random.choice(np.array([-1.0, 1.0]), 12)
        for time, gain in zip(times, gains, strict=True):
            at = samples(time)
            out[side, at : at + 9] += gain * np.hanning(11)[1:-1] / 5
    return out


def reverberation(space: Space, colour: Colour) -> F64:
    """`[2, LENGTH]`, of unit energy before the equaliser, fading to nothing at its end."""
    late = tail(space)
    late /= np.sqrt((late**2).sum() / 2)
    first = early(space)
    first /= np.sqrt((first**2).sum() / 2)
    whole = np.roll(0.93 * late + 0.36 * first, samples(space.predelay_s), axis=1)
    whole[:, : samples(space.predelay_s)] = 0
    size = 2 * LENGTH
    shape = fft.rfft(response(colour), size) * low_cut(size)
    out = fft.irfft(fft.rfft(whole.astype(np.float32), size) * shape, size)[:, :LENGTH]
    fade = samples(0.6)
    out[:, -fade:] *= rise(fade)[::-1]
    return np.asarray(out)


@lru_cache(maxsize=1)
def low_cut(size: int) -> F32:
    """Gain of a high-pass at 170 Hz: rooms that ring in the bass only blur."""
    hz = np.maximum(fft.rfftfreq(size, 1 / SAMPLE_RATE), 1)
    return np.asarray(1 / np.sqrt(1 + (170.0 / hz) ** 4), np.float32)


@lru_cache(maxsize=3)
def response(colour: Colour) -> F32:
    """The equaliser as an impulse response `[HOP // 2]`."""
    return np.asarray(minimum_phase(curve_of(colour), HOP // 2), np.float32)


@lru_cache(maxsize=3)
def filters(space: Space, colour: Colour) -> Filters:
    """Both filters of a passage, ready for the convolution."""
    dry = fft.rfft(response(colour), 2 * HOP)
    parts = reverberation(space, colour).reshape(2, PARTS, HOP).transpose(1, 0, 2).astype(np.float32)
    return Filters(np.asarray(dry, np.complex64), np.asarray(fft.rfft(parts, 2 * HOP), np.complex64))
