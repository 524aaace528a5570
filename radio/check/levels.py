"""Energy over time in steps of 5 ms, and the silences in it. Streaming: any split into blocks gives the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radio.contracts import Samples

STEP_MS = 5
STEPS_A_WINDOW = 10
SILENCE_DBFS = -70.0
"""A window of 50 ms under this is silent (the project's own measure of an unbroken broadcast)."""

Energies = NDArray[np.float64]
"""Mean squares, one per step of 5 ms; as many as make whole windows."""


@dataclass(frozen=True, slots=True)
class Hole:
    """From this sample on, so many samples are silent or missing."""

    at_sample: int
    samples: int


class Levels:
    """Turns sound into energies."""

    def __init__(self, rate: int) -> None:
        self.step = max(1, rate * STEP_MS // 1000)
        """Samples in a step."""

        self._rest: Samples = np.zeros((0, 2), np.float32)

    def push(self, samples: Samples) -> Energies:
        """`samples` is float32 `[n, 2]` of any length."""
        joined = np.concatenate((self._rest, samples))
        unit = self.step * STEPS_A_WINDOW
        whole = len(joined) // unit * unit
        self._rest = joined[whole:].copy()
        energies: Energies = (joined[:whole].astype(np.float64) ** 2).reshape(-1, self.step * 2).mean(axis=1)
        return energies


class Silence:
    """Windows of 50 ms below −70 dBFS, joined where they follow each other."""

    def __init__(self, step_samples: int) -> None:
        self._unit = step_samples * STEPS_A_WINDOW

        self.windows = 0
        self.silent_windows = 0
        self._since: int | None = None

    def push(self, energies: Energies) -> list[Hole]:
        """The silences that ended."""
        levels = 10 * np.log10(energies.reshape(-1, STEPS_A_WINDOW).mean(axis=1) + 1e-20)
        found = [hole for silent in levels < SILENCE_DBFS for hole in self._window(bool(silent))]
        self.silent_windows += int((levels < SILENCE_DBFS).sum())
        return found

    def finish(self) -> list[Hole]:
        """The silence that lasts to the end."""
        return self._ended()

    def _window(self, silent: bool) -> list[Hole]:
        found = [] if silent else self._ended()
        if silent and self._since is None:
            self._since = self.windows
        self.windows += 1
        return found

    def _ended(self) -> list[Hole]:
        if self._since is None:
            return []
        hole = Hole(self._since * self._unit, (self.windows - self._since) * self._unit)
        self._since = None
        return [hole]
