"""How a passage that is cut off goes: its players let go at once, its room rings a moment longer. Pure, any thread.

Both are gains over the chain's position, exactly 1 before the cut: what was heard there stays what it was.
"""

from __future__ import annotations

import numpy as np

from radio.engines.synth.sound.shaping import fall, rise
from radio.engines.synth.sound.tone import F32, samples

LET_GO = samples(0.8)
"""Players and textures: 9 dB down after 0.2 s, gone after this."""
RING = samples(0.6)
"""The room is left alone for so long …"""
GONE = samples(1.6)
"""… and nothing at all is left after this."""


def leaving(cut: int, block: int, length: int) -> F32:
    """Gain `[length]` of the players from chain position `block` on."""
    return after(cut, block, length, fall(LET_GO))


def ringing(cut: int, block: int, length: int) -> F32:
    """Gain `[length]` of everything, room and all."""
    return after(cut + RING, block, length, rise(GONE - RING)[::-1])


def after(start: int, block: int, length: int, curve: F32) -> F32:
    """1 up to `start`, then the curve, then 0."""
    gain = np.ones(length, np.float32)
    first = max(0, start - block)
    part = curve[max(0, block - start) :][: max(0, length - first)]
    gain[first : first + len(part)] = part
    gain[first + len(part) :] = 0
    return gain
