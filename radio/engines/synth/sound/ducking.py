"""Kicks that push other parts down for a moment: a gain computed from where the kicks are. Pure, any thread."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from radio.engines.synth.sound.tone import F32, samples

LENGTH = samples(0.34)
DIP = samples(0.006)


def dip() -> F32:
    """How much is taken away after a kick, 0…1: down within 6 ms, back in a third of a second."""
    time = np.arange(LENGTH)
    down = np.minimum(1.0, time / DIP)
    back = 0.5 + 0.5 * np.cos(np.pi * np.clip((time - DIP) / (LENGTH - DIP), 0, 1) ** 0.8)
    return np.asarray(down * back, dtype=np.float32)


SHAPE = dip()


def ducked(kicks: Iterable[int], block: int, length: int, depth: float) -> F32:
    """Gain `[length]` from chain position `block` on; `depth` 0…1."""
    taken = np.zeros(length, np.float32)
    for kick in kicks:
        first, last = max(kick, block), min(kick + LENGTH, block + length)
        if first < last:
            part = taken[first - block : last - block]
            np.maximum(part, SHAPE[first - kick : last - kick], out=part)
    return np.float32(1) - np.float32(depth) * taken
