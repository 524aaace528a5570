"""A look-ahead true-peak limiter as a pure function of (state, block).

Gain is worked out once per hop of 16 samples. Each hop's need (dB, 0 or less) is measured between the samples, but
only where samples come near the ceiling; held over the look-ahead before it; released on a straight line in dB; and
smoothed by two running means, so that gain has reached a peak's need when the peak arrives and bends into it without
a corner. Any split into blocks gives the same sound, to the last bit or two of a float32. Where nothing comes near
the ceiling, samples pass unchanged. It knows no loudness. Any thread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from radio.audio.truepeak import REACH, interpolator
from radio.contracts import CHANNELS, SAMPLE_RATE, Samples

HOP = 16
BOX = 8
LOOK_HOPS = 2 * BOX - 1
"""5 ms of look-ahead: the length of the two running means together."""
DELAY_HOPS = LOOK_HOPS + 1
DELAY_SAMPLES = DELAY_HOPS * HOP
"""How many samples are held back: this, and up to `HOP - 1` more that do not fill a hop."""
RELEASE_DB = 12 * HOP / SAMPLE_RATE
"""Per hop: 12 dB a second, slow enough that a beat is not heard in the gain."""
MARGIN_DB = 0.4
"""What four-fold interpolation can miss of a true peak (0.2 dB up to 19 kHz, 0.3 in white noise), and the slack."""
SLACK = 1.01
"""Only what exceeds the ceiling by this factor is limited: so what was limited once passes a second time unchanged."""
BATCH = 32
"""Hops interpolated at once: few enough that no second thread of the linear algebra library wakes up."""
NEAR = 0.6
"""Peaks between samples are looked for where samples exceed this share of the ceiling (−4.4 dB)."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LimiterState:
    """`tape`: one hop already given out, then what is held back. `needs`: dB of the held hops that are measured.
    `gains`: the last released gains in dB, oldest first, `[LOOK_HOPS]`; none before the first output."""

    ceiling: float
    tape: Samples
    needs: Floats
    gains: Floats

    @classmethod
    def fresh(cls, ceiling_dbtp: float) -> LimiterState:
        """Nothing held back. `ceiling_dbtp` is never exceeded."""
        tape = np.zeros((HOP, CHANNELS), np.float32)
        return cls(10 ** ((ceiling_dbtp - MARGIN_DB) / 20), tape, np.zeros(0), np.zeros(0))

    @property
    def pending_samples(self) -> int:
        """Samples taken in and not given out yet."""
        return len(self.tape) - HOP

    @property
    def pending(self) -> Samples:
        """Those samples, not limited."""
        return self.tape[HOP:]


def limit(state: LimiterState, block: Samples) -> tuple[LimiterState, Samples]:
    """Take in `block` (float32 `[n, 2]`), give out what has become final (`pending_samples` decides how much)."""
    tape = np.concatenate((state.tape, block))
    hops = len(tape) // HOP - 1
    needs = np.concatenate(
        (state.needs, _needs(tape, len(state.needs), max(len(state.needs), hops - 1), state.ceiling))
    )
    count = hops - DELAY_HOPS
    if count <= 0:
        return replace(state, tape=tape, needs=needs), np.zeros((0, CHANNELS), np.float32)
    out = tape[HOP : HOP + count * HOP]
    gains = state.gains if len(state.gains) else np.full(LOOK_HOPS, needs[:DELAY_HOPS].min())
    if needs.any() or gains.any():
        gains = np.concatenate((gains, _released(_held(needs, count), float(gains[-1]))))
        out = _apply(out, 10 ** (_smooth(gains) / 20))
    else:
        out = out.copy()
    return replace(state, tape=tape[count * HOP :].copy(), needs=needs[count:], gains=gains[-LOOK_HOPS:]), out


def flush(state: LimiterState) -> Samples:
    """Everything that is still held back, limited."""
    return limit(state, np.zeros((DELAY_SAMPLES + HOP, CHANNELS), np.float32))[1][: state.pending_samples]


def _needs(tape: Samples, first: int, last: int, ceiling: float) -> Floats:
    """Gain in dB that hops `first` to `last` (counted from the tape's second hop) need to stay under the ceiling."""
    needs = np.zeros(last - first)
    hops = tape[(first + 1) * HOP : (last + 1) * HOP].reshape(last - first, HOP * CHANNELS)
    peaks = np.abs(hops).max(axis=1, initial=0.0)
    near = np.flatnonzero(peaks > NEAR * ceiling)
    if not len(near):
        return needs
    true = np.maximum(_between(tape, (near + first + 1) * HOP), peaks[near]).astype(np.float64)
    needs[near] = np.where(true > SLACK * ceiling, 20 * np.log10(ceiling / true), 0.0)
    return needs


def _between(tape: Samples, starts: NDArray[np.intp]) -> Samples:
    """The highest absolute value between the samples of the hops that begin at `starts`."""
    spans = np.lib.stride_tricks.sliding_window_view(tape, HOP + 2 * REACH, axis=0)
    highest = np.empty(len(starts), np.float32)
    frames = np.zeros((BATCH, CHANNELS, HOP + 2 * REACH), np.float32)
    for first in range(0, len(starts), BATCH):
        some = starts[first : first + BATCH] - REACH
        frames[: len(some)] = spans[some]
        values = np.abs(frames.reshape(BATCH * CHANNELS, -1) @ _KERNEL).reshape(BATCH, -1).max(axis=1)
        highest[first : first + BATCH] = values[: len(some)]
    return highest


def _held(needs: Floats, count: int) -> Floats:
    """The lowest need of each hop and the look-ahead after it, `[count]`."""
    width = LOOK_HOPS + 1
    held = needs.copy()
    reach = 1
    while reach < width:  # doubling: minimum over 2, 4, … then `width` hops
        step = min(reach, width - reach)
        held = np.minimum(held[: len(held) - step], held[step:])
        reach += step
    return held[:count]


def _released(held: Floats, before: float) -> Floats:
    """Down at once, up by at most `RELEASE_DB` a hop: g[k] = min(held[k], g[k−1] + release)."""
    line = RELEASE_DB * np.arange(len(held) + 1)
    released: Floats = np.minimum.accumulate(np.concatenate(([before], held)) - line) + line
    return released[1:]


def _smooth(gains: Floats) -> Floats:
    """Gain in dB at the hops' edges: both running means over the `LOOK_HOPS` gains before each edge."""
    box = np.full(BOX, 1.0 / BOX)
    smooth: Floats = np.convolve(np.convolve(gains, box, mode="valid"), box, mode="valid")
    return smooth


def _apply(samples: Samples, edges: Floats) -> Samples:
    """Multiply by straight lines between the gains at the hops' edges (`edges` has one more than there are hops)."""
    out = samples.copy().reshape(-1, HOP, CHANNELS)
    rows = np.flatnonzero((edges[:-1] != 1) | (edges[1:] != 1))
    low, rise = edges[:-1][rows, None], np.diff(edges)[rows, None]
    out[rows] *= (low + rise * (np.arange(HOP) / HOP)).astype(np.float32)[:, :, None]
    return out.reshape(-1, CHANNELS)


_KERNEL = interpolator(HOP)
