"""Does a sound repeat itself exactly? (Pure; any thread.)

A model that is stuck plays the same tenth of a second, or the same second, over and over. Music repeats itself too, but
not so fast and not so exactly. Whether a repeated sound is a stuck one or a steady one is not decided here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from radio.contracts import SAMPLE_RATE, Samples

THINNED = 12
"""To 4 kHz: what repeats, repeats in its lows, and it is a twelfth of the work."""
RATE = SAMPLE_RATE // THINNED
SHORTEST = RATE // 10
TRANSFORM = 8192
FINER = 4
"""Lags are looked at in quarters of a thinned sample: what repeats after 17,000 samples misses the grid of 12."""
Mono = NDArray[np.float32]


def thinned(second: Samples) -> Mono:
    """A second `[48000, 2]` as `[4000]` of one channel: means of 6 samples, then every second one of them under the
    taps 1 3 3 1. What is over 2 kHz must be gone, or a repetition looks different each time."""
    half = (second[:, 0] + second[:, 1]).reshape(-1, THINNED // 2).mean(axis=1)
    half = np.pad(half, 1, mode="edge")
    return np.asarray((half[:-3:2] + 3 * (half[1:-2:2] + half[2:-1:2]) + half[3::2]) / 8, np.float32)


def likeness(before: Mono, now: Mono) -> float:
    """The highest correlation, −1…1, of a thinned second with the same length of sound 0.1 to 1 s earlier."""
    energy = float(np.vdot(now, now))
    if energy < 1e-9:
        return 0.0
    both = np.concatenate((before, now))[: 2 * RATE - SHORTEST]
    cross = fft.rfft(both, TRANSFORM) * np.conj(fft.rfft(now, TRANSFORM))
    product = fft.irfft(cross, TRANSFORM * FINER)[: (len(both) - RATE) * FINER] * FINER
    sums = np.concatenate(([0.0], np.cumsum(both.astype(np.float64) ** 2)))
    earlier = np.repeat((sums[RATE:] - sums[: len(sums) - RATE])[: len(both) - RATE], FINER)
    return float((product / np.sqrt(np.maximum(earlier * energy, 1e-12))).max())
