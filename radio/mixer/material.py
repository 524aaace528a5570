"""The sound that a bridge is made of, and what is known about it before the first leap (pure).

It knows which moments are alike, which are no music, and which were a bridge before; where to leap, `bridge` decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from radio.contracts import CHANNELS, SAMPLE_RATE, Samples

HOP = SAMPLE_RATE // 20
WINDOW = 4096
BANDS = 32
ALIKE_HOPS = 24
"""Two places are compared over 1.2 s: long enough to hold a beat or two."""
SHORTEST_PLAY_S = 6.0
WORN_DB = 18.0
"""What it costs to land on what was a bridge itself: a copy of a copy is not better for it."""
QUIET_BELOW_DB = 30.0
"""Sound so far below the loud parts is a rest, a fade-out or a gap, and no place to go to."""
SILENT_DBFS = -60.0
QUIET_HOPS = 10
"""Levels are those of half a second: the gaps between notes are music."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """The sound of a bridge. `unlike` is how much any two hops of it differ in dB, `[hops, hops]`; `quiet` which
    of them are no music, `dear` what landing on them costs besides, `[hops]`."""

    samples: Samples
    unlike: NDArray[np.float32]
    quiet: NDArray[np.bool_]
    dear: NDArray[np.float32]

    @property
    def play_samples(self) -> int:
        """How long to play on at least between two leaps."""
        return min(int(SHORTEST_PLAY_S * SAMPLE_RATE), len(self.samples) // 4)

    def music_until(self, at: int, last: int, fade: int) -> int:
        """The latest place to leave from, `last` at most, before a fade would be one out of silence."""
        ahead = np.flatnonzero(self.quiet[at // HOP : (last + fade) // HOP])
        return last if not len(ahead) else max(at, min(last, at + int(ahead[0]) * HOP - fade))


def looked_at(samples: Samples, worn: Sequence[tuple[int, int]]) -> Material:
    """Compare `samples` (float32 `[n, 2]`) with themselves: 0.15 s of CPU for 75 s. `worn` were a bridge before."""
    unlike = _unlikeness(samples)
    dear = np.zeros(len(unlike), np.float32)
    for first, last in worn:
        dear[max(0, first) // HOP : max(0, last) // HOP] = WORN_DB
    return Material(samples, unlike, _quiet(samples, len(unlike)), dear)


def _quiet(samples: Samples, hops: int) -> NDArray[np.bool_]:
    """Which hops lie in no music, `[hops]`. Where nothing is louder than silence, none do: there is no better place."""
    padded = np.pad(samples, ((0, max(0, hops * HOP - len(samples))), (0, 0)))[: hops * HOP]
    power = np.einsum("ijk,ijk->i", *(2 * [padded.reshape(hops, HOP, CHANNELS)])) / (CHANNELS * HOP)
    around = np.convolve(power, np.ones(min(QUIET_HOPS, hops)) / min(QUIET_HOPS, hops), mode="same")
    levels = 10 * np.log10(around + 1e-15)
    loud = float(np.percentile(levels, 90))
    quiet: NDArray[np.bool_] = levels < max(loud - QUIET_BELOW_DB, SILENT_DBFS)
    return quiet & (loud > SILENT_DBFS)


def _unlikeness(material: Samples) -> NDArray[np.float32]:
    """Root mean square difference in dB of the band levels of any two hops and the `ALIKE_HOPS` around them."""
    bands = _band_levels(material)
    square = (bands**2).sum(axis=1)
    raw = np.maximum(square[:, None] + square[None, :] - 2 * bands @ bands.T, 0) / bands.shape[1]
    half = ALIKE_HOPS // 2
    sums = np.pad(raw, ((half, half), (half, half)))
    wide = _doubled(_doubled(_doubled(sums, 1), 2), 4)
    total = wide[:-16, :-16] + wide[8:-8, 8:-8] + wide[16:, 16:]
    place = np.arange(len(raw))
    before, after = np.minimum(place, half), np.minimum(len(raw) - place, half)
    weight = np.minimum.outer(before, before) + np.minimum.outer(after, after)
    unlike: NDArray[np.float32] = np.sqrt(total[: len(raw), : len(raw)] / weight).astype(np.float32)
    return unlike


def _doubled(sums: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """Each sum along the diagonal, with the one `step` further on."""
    both: NDArray[np.float32] = sums[:-step, :-step] + sums[step:, step:]
    return both


def _band_levels(material: Samples) -> NDArray[np.float32]:
    """Levels in dB of about 30 bands from 60 Hz to 10 kHz around the start of every hop, `[hops, bands]`."""
    mono = np.pad(material.mean(axis=1), (WINDOW // 2, WINDOW))
    frames = np.lib.stride_tricks.sliding_window_view(mono, WINDOW)[: len(material) : HOP]
    edges = np.geomspace(60, 10_000, BANDS + 1) * WINDOW / SAMPLE_RATE
    starts = np.unique(np.round(edges).astype(int))
    window, levels = np.hanning(WINDOW).astype(np.float32), []
    for first in range(0, len(frames), 64):
        power = np.abs(fft.rfft(frames[first : first + 64] * window, axis=1)) ** 2
        levels.append(10 * np.log10(np.add.reduceat(power, starts, axis=1)[:, :-1] + 1e-6))
    return np.concatenate(levels).astype(np.float32, copy=False)
