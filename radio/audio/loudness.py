"""Loudness after ITU-R BS.1770-4 and EBU Tech 3341 (pure; any thread).

Everything is built on K-weighted energies of 100 ms hops, which are cheap to keep: momentary (400 ms), short-term
(3 s) and gated integrated loudness are sums of them. It does not know what loudness is wanted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt

from radio.contracts import CHANNELS, SAMPLE_RATE, Samples

HOP = SAMPLE_RATE // 10
"""100 ms: the step of the standard's overlapping 400 ms blocks."""
SILENCE_LUFS = -120.0
"""What stands for minus infinity."""
K_WEIGHTING = np.array(
    [
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
        [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
    ],
    np.float32,
)
"""BS.1770-4 tables 1 and 2: the head's high shelf, then the RLB high-pass, for 48 kHz."""
Hops = NDArray[np.float64]
"""K-weighted mean square per hop of 100 ms, summed over the channels: float64 `[hops]`."""


@dataclass(frozen=True, slots=True, eq=False)
class MeterState:
    """Filter memory, and the weighted samples of a hop that is not yet whole, `[channels, n]`."""

    memory: NDArray[np.float32]
    rest: NDArray[np.float32]

    @classmethod
    def fresh(cls) -> MeterState:
        return cls(np.zeros((len(K_WEIGHTING), CHANNELS, 2), np.float32), np.zeros((CHANNELS, 0), np.float32))


def measure(state: MeterState, block: Samples) -> tuple[MeterState, Hops]:
    """Feed `block` (48 kHz stereo); gives the hops that became whole. Any split into blocks gives the same."""
    if not len(block):
        return state, np.zeros(0)
    filtered, memory = sosfilt(K_WEIGHTING, np.ascontiguousarray(block.T), zi=state.memory)
    weighted = filtered.astype(np.float32, copy=False)
    if state.rest.shape[1]:
        weighted = np.concatenate((state.rest, weighted), axis=1)
    whole = weighted.shape[1] // HOP
    framed = weighted[:, : whole * HOP].reshape(CHANNELS, whole, HOP)
    hops = np.einsum("cij,cij->i", framed, framed).astype(np.float64) / HOP
    return MeterState(memory.astype(np.float32, copy=False), weighted[:, whole * HOP :].copy()), hops


def hops_of(samples: Samples) -> Hops:
    """The hops of a whole sound, worked through in 1 s pieces so that a long one needs no memory of its own."""
    state, parts = MeterState.fresh(), []
    for first in range(0, len(samples), SAMPLE_RATE):
        state, hops = measure(state, samples[first : first + SAMPLE_RATE])
        parts.append(hops)
    return np.concatenate(parts) if parts else np.zeros(0)


def lufs(mean_square: float) -> float:
    """Loudness of a K-weighted mean square (BS.1770-4 equation 2)."""
    return -0.691 + 10 * float(np.log10(mean_square)) if mean_square > 1e-12 else SILENCE_LUFS


def momentary(hops: Hops) -> NDArray[np.float64]:
    """Mean squares of the 400 ms blocks, one per 100 ms: `[hops − 3]`; of what there is if that is shorter."""
    if len(hops) < 4:
        return hops.mean(keepdims=True) if len(hops) else hops
    return np.convolve(hops, np.full(4, 0.25), mode="valid")


def short_term_lufs(hops: Hops) -> float:
    """Loudness of the last 3 s."""
    return lufs(float(hops[-30:].mean())) if len(hops) else SILENCE_LUFS


def integrated_lufs(hops: Hops) -> float:
    """Gated loudness of the whole (BS.1770-4 annex 1): blocks under −70 LUFS, then blocks 10 LU under the rest's
    loudness, do not count."""
    blocks = momentary(hops)
    blocks = blocks[blocks > 10 ** ((-70 + 0.691) / 10)]
    if not len(blocks):
        return SILENCE_LUFS
    return lufs(float(blocks[blocks > 0.1 * blocks.mean()].mean()))


def loudness_lufs(samples: Samples) -> float:
    """Integrated loudness of a 48 kHz stereo sound."""
    return integrated_lufs(hops_of(samples))
