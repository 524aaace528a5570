"""The withheld tail: sound with a place on the timeline that is not final yet (pure).

It does not know whether it was a segment's end, a stretch taken back by a cut, or a bridge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from radio.contracts import Samples


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """`samples` (before `gain`, linear) lie at timeline samples `start` to `end`; `bars` are its bar lines there."""

    start: int
    samples: Samples
    gain: float = 1.0
    bars: tuple[int, ...] = ()

    @property
    def end(self) -> int:
        return self.start + len(self.samples)

    def raw(self, start: int, end: int) -> Samples:
        """A view of timeline samples `start` to `end`, before gain."""
        return self.samples[start - self.start : end - self.start]

    def heard(self, start: int, end: int) -> Samples:
        """A copy of timeline samples `start` to `end`, with gain."""
        return self.raw(start, end) * np.float32(self.gain)


@dataclass(frozen=True, slots=True, eq=False)
class Junction:
    """What a segment meets. Nothing before `earliest` can change any more; a continuation's overlap ends at `joint`,
    and its fade is at most `longest`. A chain start enters at `entry`, where that was promised."""

    tail: Tail
    earliest: int
    joint: int
    longest: int
    entry: int | None = None

    @property
    def room_samples(self) -> int:
        return self.joint - self.earliest
