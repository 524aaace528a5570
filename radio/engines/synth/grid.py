"""Bar lines of a passage in samples, exact for ever: each is computed from its number and rounded once.

Pure; knows tempo and metre, no notes.
"""

from __future__ import annotations

from dataclasses import dataclass

from radio.contracts import SAMPLE_RATE

BEAT_UNITS = 60 * SAMPLE_RATE * 1000
"""Samples per beat times thousandths of a beat per minute."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Bars of `beats` beats at `bpm` (kept to a thousandth), bar number `first` at sample `start`."""

    start: int
    bpm: float
    beats: int
    first: int = 0

    @property
    def pace(self) -> int:
        """Tempo in thousandths of a beat per minute."""
        return max(1, round(self.bpm * 1000))

    @property
    def beat_samples(self) -> float:
        return BEAT_UNITS / self.pace

    @property
    def bar_s(self) -> float:
        return self.beats * self.beat_samples / SAMPLE_RATE

    def bar_line(self, bar: int) -> int:
        """First sample of a bar: the exact position rounded to the nearest sample."""
        pace = self.pace
        return self.start + (2 * (bar - self.first) * self.beats * BEAT_UNITS + pace) // (2 * pace)

    def bar_at(self, sample: int) -> int:
        """Number of the bar that sounds at a sample (less than `first` before the start)."""
        bar = self.first + (sample - self.start) * self.pace // (self.beats * BEAT_UNITS)
        while self.bar_line(bar + 1) <= sample:
            bar += 1
        while self.bar_line(bar) > sample:
            bar -= 1
        return bar

    def next_line(self, sample: int) -> int:
        """The first bar line at or after a sample, never before the start."""
        bar = max(self.first, self.bar_at(sample))
        line = self.bar_line(bar)
        return line if line >= sample else self.bar_line(bar + 1)

    def at(self, bar: int, beat: float) -> int:
        """The sample of a beat (0 is the bar line; fractions count) of a bar."""
        return self.bar_line(bar) + round(beat * self.beat_samples)
