"""Tape that does not run quite evenly: wow and flutter as a moving delay. Keeps a little past; one owner."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from radio.contracts import SAMPLE_RATE
from radio.engines.synth.sound.convolver import BLOCK
from radio.engines.synth.sound.tone import F32, F64

REACH = 384
"""Samples of past; the delay stays inside it."""
MIDDLE = 128
STEPS = np.arange(BLOCK, dtype=np.float64) + REACH
WOW_HZ, SLOW_HZ, FLUTTER_HZ = 0.55, 0.17, 6.3


class Wow:
    """Bends a bus by about `cents`; the delay is a function of the chain's position."""

    def __init__(self, cents: float) -> None:
        self._cents = cents

        self._past = np.zeros((2, REACH), np.float32)

    def push(self, bus: F32, block: int) -> F32:
        """`[2, BLOCK]` from chain position `block` on."""
        line = np.concatenate([self._past, bus], axis=1)
        self._past = bus[:, -REACH:].copy()
        index, between = readings(self._cents, block)
        out = np.empty_like(bus)
        for side, row in enumerate(line):
            early = row.take(index)
            out[side] = early + between * (row[1:].take(index) - early)
        return out


def readings(cents: float, block: int) -> tuple[NDArray[np.intp], F32]:
    """Where to read in a line that begins REACH samples before the block: whole samples, and the rest."""
    where = STEPS - delay(cents, block)
    index = where.astype(np.intp)
    return index, (where - index).astype(np.float32)


def delay(cents: float, block: int) -> F64:
    """`[BLOCK]` in samples, about MIDDLE; up to 10 cents fit."""
    time = block / SAMPLE_RATE + np.arange(0, BLOCK + 1, 64) / SAMPLE_RATE
    depth = cents * np.log(2) / 1200 * SAMPLE_RATE / (2 * np.pi)
    swing = 0.6 * np.sin(2 * np.pi * WOW_HZ * time) / WOW_HZ + 0.3 * np.sin(2 * np.pi * SLOW_HZ * time + 1) / SLOW_HZ
    swing += 0.25 * np.sin(2 * np.pi * FLUTTER_HZ * time) / FLUTTER_HZ
    points = np.clip(MIDDLE + depth * swing, 4, REACH - 4)
    share = np.arange(64) / 64
    return np.asarray((points[:-1, None] * (1 - share) + points[1:, None] * share).ravel())
