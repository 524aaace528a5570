"""Numbers over a whole listening session in fixed memory: integrated loudness, true peak, and how times spread."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from radio.check.decode import Meter

ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
BIN_LU = 0.1
BINS = 900
"""−70 to +20 LUFS."""
LONGEST_MS = 120_000


class Loudness:
    """Integrated loudness (BS.1770-4 §5.1, gated in two steps) from momentary values, as a histogram of 0.1 LU."""

    def __init__(self) -> None:
        self._counts = np.zeros(BINS, np.int64)
        self._centres = ABSOLUTE_GATE_LUFS + BIN_LU * (np.arange(BINS) + 0.5)
        self.true_peak_dbtp: float | None = None

    def add(self, step: Meter) -> None:
        place = int((step.momentary_lufs - ABSOLUTE_GATE_LUFS) / BIN_LU)
        if step.momentary_lufs > ABSOLUTE_GATE_LUFS:
            self._counts[min(place, BINS - 1)] += 1
        self.true_peak_dbtp = max(step.peak_dbtp, self.true_peak_dbtp if self.true_peak_dbtp is not None else -200.0)

    @property
    def integrated_lufs(self) -> float | None:
        """None while nothing was louder than −70 LUFS."""
        if not self._counts.any():
            return None
        energies = 10 ** (self._centres / 10)
        gate = 10 * np.log10(np.average(energies, weights=self._counts)) + RELATIVE_GATE_LU
        weights = np.where(self._centres > gate, self._counts, 0)
        return float(10 * np.log10(np.average(energies, weights=weights)))


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Median, 95th percentile and maximum, in seconds."""

    median_s: float
    p95_s: float
    max_s: float


class Spread:
    """Durations, counted in steps of 10 ms and at most two minutes to either side."""

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()
        self._max_s = -float("inf")

    def add(self, seconds: float) -> None:
        clipped = min(max(round(seconds * 1000), -LONGEST_MS), LONGEST_MS)
        self._counts[clipped // 10] += 1
        self._max_s = max(self._max_s, seconds)

    @property
    def quantiles(self) -> Quantiles | None:
        """None while nothing was added."""
        total = self._counts.total()
        if not total:
            return None
        return Quantiles(self._at(0.5 * total), self._at(0.95 * total), round(self._max_s, 3))

    def _at(self, rank: float) -> float:
        passed = 0
        for step in sorted(self._counts):
            passed += self._counts[step]
            if passed >= rank:
                return step / 100
        return self._max_s
