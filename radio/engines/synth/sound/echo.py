"""A ping-pong echo in time with the music: three repeats that change sides and darken. Keeps its past; one owner."""

from __future__ import annotations

import numpy as np

from radio.contracts import SAMPLE_RATE
from radio.engines.synth.sound.convolver import BLOCK
from radio.engines.synth.sound.tone import F32

TAPS = 3
MEMORY_BLOCKS = 2
LONGEST = (MEMORY_BLOCKS * BLOCK - 8) // TAPS


def delay_of(bpm: float) -> int:
    """A dotted eighth, or a plain one where that is too long."""
    beat = 60.0 / bpm * SAMPLE_RATE
    return min(LONGEST, round(0.75 * beat if 0.75 * beat <= LONGEST else 0.5 * beat))


class Echo:
    """Repeats of a bus. `level` is that of the first repeat, linear."""

    def __init__(self, delay: int, level: float) -> None:
        self._delay = delay
        self._level = level

        self._past = np.zeros((2, MEMORY_BLOCKS * BLOCK), np.float32)

    def push(self, bus: F32) -> F32:
        """`[2, BLOCK]` in, its repeats out (without the bus itself)."""
        line = np.concatenate([self._past, bus], axis=1)
        self._past = line[:, BLOCK:]
        out = np.zeros_like(bus)
        gain = np.float32(self._level)
        for tap in range(1, TAPS + 1):
            at = self._past.shape[1] - tap * self._delay
            repeat = dulled(line, at, tap) * gain
            out += repeat[::-1] if tap % 2 else repeat
            gain *= np.float32(0.6)
        return out


def dulled(line: F32, at: int, times: int) -> F32:
    """A block of a line from `at`, its treble worn down by `times` short averages."""
    reach = 2 * times
    part = line[:, at - reach : at + BLOCK]
    for _ in range(times):
        part = (part[:, 2:] + part[:, 1:-1] + part[:, :-2]) * np.float32(1 / 3)
    return part
