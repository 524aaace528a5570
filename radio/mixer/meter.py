"""How loud was what the encoder took? Levels of the sound that was really fed, by timeline sample.

Written by the playout thread, a block at a time and before anything is encoded; read by the event loop. It knows
neither chunks nor encoders. Some microseconds a block; bounded: the last `HOPS` hops, about 100 s.
"""

from __future__ import annotations

import threading
from math import log10

import numpy as np

from radio.contracts import CHANNELS, SAMPLE_RATE, Samples

HOP_SAMPLES = SAMPLE_RATE // 10
HOPS = 1024
QUIETEST_DBFS = -120.0
"""What digital silence is said to have."""
SILENT_DBFS = -70.0
"""A hop under this is silence. Music at −16 LUFS passes below it only where there is none: a fade's last breath, a
general pause."""


class Meter:
    """`fed` takes what was fed; the same samples may come twice, when an encoder is started again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hops = np.full(HOPS, -1, np.int64)
        self._energy = np.zeros(HOPS)
        self._frames = np.zeros(HOPS, np.int64)
        self._begins = 0
        self._sounded_to: int | None = None

    def fed(self, start: int, block: Samples) -> None:
        """`block` was taken from timeline sample `start` on."""
        for first in range(start // HOP_SAMPLES, -(-(start + len(block)) // HOP_SAMPLES)):
            begin = max(first * HOP_SAMPLES, start)
            part = block[begin - start : (first + 1) * HOP_SAMPLES - start]
            self._count(first, part)

    def level_dbfs(self, first: int, end: int) -> float | None:
        """RMS of samples `first` to `end`, full scale ±1; None if none of them was fed lately."""
        with self._lock:
            wanted = np.arange(first // HOP_SAMPLES, -(-end // HOP_SAMPLES))[:HOPS]
            known = wanted[self._hops[wanted % HOPS] == wanted] % HOPS
            energy, frames = float(self._energy[known].sum()), int(self._frames[known].sum())
        return None if frames == 0 else _dbfs(energy / (frames * CHANNELS))

    def silent_s(self, sample: int) -> float:
        """For how long before `sample` there was nothing but silence; from the first sample fed, if there was nothing
        else."""
        with self._lock:
            sounded = self._begins if self._sounded_to is None else self._sounded_to
        return max(0.0, (sample - sounded) / SAMPLE_RATE)

    def begin(self, sample: int) -> None:
        """The station goes on the air at `sample`: silence is counted from here."""
        with self._lock:
            self._begins, self._sounded_to = sample, None

    def _count(self, hop: int, part: Samples) -> None:
        flat = part.reshape(-1)
        energy, place = float(np.dot(flat, flat)), hop % HOPS
        with self._lock:
            if self._hops[place] != hop:
                self._hops[place], self._energy[place], self._frames[place] = hop, 0.0, 0
            self._energy[place] += energy
            self._frames[place] += len(part)
            if len(flat) and _dbfs(energy / len(flat)) > SILENT_DBFS:
                self._sounded_to = max(self._sounded_to or 0, hop * HOP_SAMPLES + HOP_SAMPLES)


def _dbfs(power: float) -> float:
    return max(QUIETEST_DBFS, 10 * log10(power)) if power > 0 else QUIETEST_DBFS
