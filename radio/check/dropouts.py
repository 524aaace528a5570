"""Finds dropouts: holes in the sound that begin and end at once. Streaming; pure inside.

A dropout lasts 10 ms to 2 s, lies at least 30 dB under what is heard within 20 ms before and after it (over −45 dBFS on
both sides), and the sound does not decay into it: just before the hole it is within 10 dB of the 50 ms before that.

Limits: a hole cut before a lossy encoder fills with coding noise and is found only while that stays 30 dB down; a hole
in one channel alone is not found; the rests of hard-gated synthetic sound are dropouts by this measure.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from radio.check.levels import Energies, Hole

HOLE_DB = 30.0
LOUD_DBFS = -45.0
DECAY_DB = 10.0
LEAST_STEPS = 2
LONGEST_STEPS = 400
SIDE_STEPS = 4
MEMORY_STEPS = 12


class Dropouts:
    """Push energies in order; a dropout comes out 20 ms after its end."""

    def __init__(self, step_samples: int) -> None:
        self._step = step_samples

        self._position = 0
        self._before: deque[float] = deque(maxlen=MEMORY_STEPS)
        self._hole: list[float] = []
        self._after: list[float] = []

    def push(self, energies: Energies) -> list[Hole]:
        """The dropouts that are certain by now."""
        levels = (10 * np.log10(energies + 1e-20)).tolist()
        return [hole for level in levels for hole in self._look(level)]

    def _look(self, level: float) -> list[Hole]:
        self._position += 1
        if self._after or (self._hole and level >= self._reference - HOLE_DB):
            return self._behind(level)
        if level < self._reference - HOLE_DB and len(self._before) == MEMORY_STEPS and self._reference > LOUD_DBFS:
            self._hole.append(level)
            if len(self._hole) > LONGEST_STEPS:
                self._forget(self._hole)
            return []
        self._before.append(level)
        return []

    @property
    def _reference(self) -> float:
        return max(list(self._before)[-SIDE_STEPS:], default=-200.0)

    def _behind(self, level: float) -> list[Hole]:
        """Collect what follows the hole, then judge."""
        self._after.append(level)
        if len(self._after) < SIDE_STEPS:
            return []
        hole, after = self._hole, self._after
        dropped = len(hole) >= LEAST_STEPS and self._abrupt() and max(after) > max(LOUD_DBFS, max(hole) + HOLE_DB)
        self._forget([*hole, *after])
        first = self._position - len(after) - len(hole)
        return [Hole(first * self._step, len(hole) * self._step)] if dropped else []

    def _abrupt(self) -> bool:
        """No decay into the hole. The last step before it may be half hole already."""
        before = list(self._before)
        return before[-2] > max(before[:-2]) - DECAY_DB

    def _forget(self, steps: list[float]) -> None:
        self._before.extend(steps)
        self._hole, self._after = [], []
