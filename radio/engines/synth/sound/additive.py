"""Sums of sinusoids, fast: a row of starts times a column of turns is a matrix product.

A partial `a·exp(s·n)` with n = i·128 + j is `a·exp(s·i·128) · exp(s·j)`, so all partials of a tone are one product of
`[rows, partials]` and `[partials, 128]`. The products are kept small on purpose: BLAS runs those on the calling thread
alone. Nothing here can alias: partials above `TOP_HZ` are left out. Pure functions, any thread.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from radio.contracts import SAMPLE_RATE
from radio.engines.synth.sound.tone import C64, C128, F32, F64

TOP_HZ = 19_000.0
COLUMN = 128
ROWS = 16
WIDTH = 128
"""ROWS · COLUMN · WIDTH multiply-adds are the most that OpenBLAS gives to one thread."""
SILENT_DB = 90.0
LN_60_DB = float(np.log(1000.0))


def decaying(hz: F64, t60_s: F64, weights: C128, length: int) -> F32:
    """`[channels, length]`: the sum over partials of `Re(weight · exp(2πi·hz·t))` falling 60 dB in `t60_s`.

    `hz`, `t60_s` are `[partials]`, `weights` `[channels, partials]`: amplitude and phase. Short-lived partials are
    summed only as long as they are heard (−90 dB).
    """
    alive = np.minimum(length, t60_s * (SILENT_DB / 60.0) * SAMPLE_RATE)
    out = np.zeros((weights.shape[0], length), np.float32)
    floor = 0.0
    for part in (0.125, 0.5, 1.0):
        chosen = (alive > floor) & (alive <= part * length) & (hz < TOP_HZ) & (hz > 0)
        floor = part * length
        if chosen.any():
            cut = min(length, int(part * length) + 1)
            rate = 2j * np.pi * hz[chosen] - LN_60_DB / t60_s[chosen]
            out[:, :cut] += _sum(np.asarray(rate / SAMPLE_RATE, np.complex128), weights[:, chosen], cut)
    return out


def _sum(rate: C128, weights: C128, length: int) -> F32:
    """`rate` is the complex step per sample; the result `[channels, length]`."""
    rows = _rows(length)
    starts = _row_starts(rate, rows)[None] * weights[:, None, :].astype(np.complex64)
    turns = np.exp(np.outer(rate, np.arange(COLUMN)))
    return _product(starts, turns, length)


def swelling(hz: F64, levels: NDArray[np.floating], phases: F64, length: int) -> F32:
    """`[channels, length]`: partials whose amplitudes glide linearly from frame to frame of 128 samples.

    `levels` is `[channels, frames, partials]` with at least `frames_of(length)` frames; `phases` in radians,
    `[partials]`.
    """
    keep = (hz < TOP_HZ) & (hz > 0)
    rate = 2j * np.pi * hz[keep] / SAMPLE_RATE
    rows = _rows(length)
    levels = levels[:, : rows + 1, keep].astype(np.float32)
    starts = _row_starts(rate, rows) * np.exp(1j * phases[keep]).astype(np.complex64)
    turns = np.exp(np.outer(rate, np.arange(COLUMN)))
    up = np.arange(COLUMN) / COLUMN
    both = np.concatenate([levels[:, :-1] * starts, levels[:, 1:] * starts], axis=2)
    return _product(both, np.concatenate([turns * (1 - up), turns * up]), length)


def frames_of(length: int) -> int:
    """How many frames `swelling` reads for a length in samples."""
    return _rows(length) + 1


def frame_times(length: int) -> F64:
    """Seconds of every frame, `[frames]`."""
    return np.asarray(np.arange(frames_of(length)) * (COLUMN / SAMPLE_RATE), np.float64)


def _row_starts(rate: NDArray[np.complexfloating], rows: int) -> C64:
    """`[rows, partials]`: every partial at the start of every row. Products of few exponentials, which are dear."""
    far = np.exp(np.outer(np.arange(0, rows, ROWS) * COLUMN, rate))
    near = np.exp(np.outer(np.arange(ROWS) * COLUMN, rate))
    return np.asarray((far[:, None, :] * near).reshape(rows, len(rate)), np.complex64)


def _rows(length: int) -> int:
    """Rows of `COLUMN` samples that cover a length, a multiple of `ROWS`."""
    return -(-length // (COLUMN * ROWS)) * ROWS


def _product(starts: C64, turns: C128, length: int) -> F32:
    """`Re(starts @ turns)` of `[channels, rows, k]` and `[k, 128]`, as `[channels, length]`."""
    channels, rows, _ = starts.shape
    left = np.concatenate([starts.real, -starts.imag], axis=2, dtype=np.float32)
    right = np.concatenate([turns.real, turns.imag], dtype=np.float32)
    left = left.reshape(-1, ROWS, left.shape[2])
    out = np.zeros((left.shape[0], ROWS, COLUMN), np.float32)
    for at in range(0, right.shape[0], WIDTH):
        out += np.matmul(left[:, :, at : at + WIDTH], right[at : at + WIDTH])
    return out.reshape(channels, rows * COLUMN)[:, :length]
