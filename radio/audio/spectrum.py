"""What a sound is made of, 25 times a second (pure; any thread).

One Fourier transform of the middle channel every 40 ms, kept as band powers, and as one fine spectrum a second. All
that is later said about noise, tones, change and likeness is read from these few numbers: half a megabyte a minute.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from radio.contracts import SAMPLE_RATE, Samples

FRAME = 4096
"""85 ms: bins of 11.7 Hz, enough to tell tones from noise over 100 Hz."""
STEP = 1920
FRAMES = SAMPLE_RATE // STEP
"""Frames a second."""
BIN_HZ = SAMPLE_RATE / FRAME
EDGES = np.unique(np.round(np.geomspace(5, 1500, 31)).astype(int))
"""Bins at which the bands begin, about four to the octave from 60 Hz to 17.6 kHz."""
BANDS = len(EDGES) - 1
HEARD_DB = 40.0
"""Bands further under the loudest one are not what the music is about."""
Powers = NDArray[np.float32]
CARRY = np.zeros(FRAME - STEP, np.float32)
"""What comes before the first second."""
_WINDOW = np.hanning(FRAME).astype(np.float32)
_CHROMA_BINS = np.arange(int(200 / BIN_HZ), int(3000 / BIN_HZ))
"""Under 200 Hz a semitone is narrower than a bin."""
_PITCH = np.round(12 * np.log2(_CHROMA_BINS * BIN_HZ / 440) + 9).astype(int) % 12
_PITCHES = (_PITCH[:, None] == np.arange(12)).astype(np.float32)
"""Which bin belongs to which pitch class, C first: `[bins, 12]`."""


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """Powers of whole seconds: `fine` `[seconds, 2049]` by bin, `bands` `[seconds, 25, bands]` by frame (in a band: the
    sum of its bins). Only relations mean something: no scale is kept."""

    fine: Powers
    bands: Powers

    def __len__(self) -> int:
        return len(self.fine)

    def first(self, seconds: int) -> Spectra:
        return Spectra(self.fine[:seconds], self.bands[:seconds])

    def levels_db(self) -> Powers:
        """Level of each band in each second, `[seconds, bands]`."""
        return decibels(self.bands.mean(axis=1))

    def heard(self) -> NDArray[np.bool_]:
        """The bands that matter: within `HEARD_DB` of the loudest one over all."""
        level = decibels(self.bands.mean(axis=(0, 1)))
        return np.asarray(level > level.max(initial=-200.0) - HEARD_DB)

    def chroma(self) -> Powers:
        """Amplitude of each pitch class in each second less that of the weakest one, C first: `[seconds, 12]`."""
        amplitudes = np.sqrt(self.fine[:, _CHROMA_BINS]) @ _PITCHES
        return np.asarray(amplitudes - amplitudes.min(axis=1, keepdims=True), np.float32)

    def density_db(self, low_hz: float, high_hz: float) -> float:
        """Mean power of the bins in a range."""
        part = self.fine[:, int(low_hz / BIN_HZ) : int(high_hz / BIN_HZ)]
        return float(decibels(part.mean())) if part.size else -120.0


def spectra(samples: Samples) -> Spectra:
    """Of the whole seconds of `[n, 2]` at 48 kHz."""
    whole = len(samples) // SAMPLE_RATE * SAMPLE_RATE
    return gather(samples[first : first + SAMPLE_RATE] for first in range(0, whole, SAMPLE_RATE))


def gather(seconds: Iterable[Samples]) -> Spectra:
    """Of seconds that follow each other, `[48000, 2]` each."""
    carry = CARRY
    fine, bands = [], []
    for second in seconds:
        carry, powers = frames_of(carry, second)
        fine.append(powers.mean(axis=0))
        bands.append(in_bands(powers))
    return joined(fine, bands)


def joined(fine: list[Powers], bands: list[Powers]) -> Spectra:
    if not fine:
        return Spectra(np.zeros((0, FRAME // 2 + 1), np.float32), np.zeros((0, FRAMES, BANDS), np.float32))
    return Spectra(np.array(fine), np.array(bands))


def frames_of(carry: NDArray[np.float32], second: Samples) -> tuple[NDArray[np.float32], Powers]:
    """The powers `[25, 2049]` of the frames that end in this second, and what the next second's first ones need."""
    middle = np.concatenate((carry, second[:, 0] + second[:, 1]))
    frames = np.lib.stride_tricks.sliding_window_view(middle, FRAME)[::STEP] * _WINDOW
    powers = np.abs(fft.rfft(frames))
    return middle[-len(carry) :], powers * powers


def in_bands(powers: Powers) -> Powers:
    """`[…, 2049]` to `[…, bands]`."""
    return np.add.reduceat(powers[..., : EDGES[-1]], EDGES[:-1], axis=-1)


def decibels(power: NDArray[np.floating]) -> Powers:
    return np.asarray(10 * np.log10(np.maximum(power, 1e-12)), np.float32)
