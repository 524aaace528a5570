"""Runs a passage's filters over its buses, block by block, by overlap-save on a fixed grid of hops.

What comes out for a block depends only on that block and the `MEMORY_BLOCKS` before it, bit by bit. Keeps those; one
owner.
"""

from __future__ import annotations

import numpy as np
from scipy import fft

from radio.engines.synth.sound.room import HOP, PARTS, Filters
from radio.engines.synth.sound.tone import C64, F32

HOPS = 2
"""Hops in a block."""
BLOCK = HOP * HOPS
MEMORY_BLOCKS = PARTS // HOPS


class Convolver:
    """Dry bus through the equaliser, send bus through the room."""

    def __init__(self, filters: Filters) -> None:
        self._filters = filters

        self._last_dry = np.zeros((2, HOP), np.float32)
        self._last_send = np.zeros((2, HOP), np.float32)
        self._sent = np.zeros((PARTS - 1, 2, HOP + 1), np.complex64)

    def push(self, dry: F32, send: F32, *, wanted: bool) -> F32 | None:
        """Both `[2, BLOCK]`. The sound of this block, or None when only the memory was wanted."""
        sent = np.concatenate([self._sent, spectra(self._last_send, send)])
        self._sent = sent[HOPS:]
        before, self._last_dry, self._last_send = self._last_dry, dry[:, -HOP:].copy(), send[:, -HOP:].copy()
        if not wanted:
            return None
        total = spectra(before, dry) * self._filters.dry
        for part in range(PARTS):
            newest = PARTS - 1 - part
            total += sent[newest : newest + HOPS] * self._filters.wet[part]
        out = fft.irfft(total, 2 * HOP)[:, :, HOP:]
        return np.ascontiguousarray(out.transpose(1, 0, 2)).reshape(2, BLOCK)


def spectra(before: F32, block: F32) -> C64:
    """`[HOPS, 2, HOP + 1]`: of every hop with the hop before it."""
    line = np.concatenate([before, block], axis=1)
    frames = np.stack([line[:, at : at + 2 * HOP] for at in range(0, BLOCK, HOP)])
    return np.asarray(fft.rfft(frames), np.complex64)
