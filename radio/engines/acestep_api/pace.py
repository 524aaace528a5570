"""How long jobs on an ACE-Step server take, when to look next, and when to stop waiting.

Learns from the jobs before; pure arithmetic on the seconds it is given, no clock of its own. One engine holds one.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

REMEMBERED = 8
EARLIEST = 0.8
"""Until this share of the usual time a job is not looked for: it has never been done so soon."""
DENSE_S = 0.1
SPARSE_S = 2.0
FIRST_LIMIT_S = 540.0
"""For a first job: the server may be loading, or even fetching, its language model for it."""
LEAST_LIMIT_S = 50.0
TIMES = 8
"""A job that takes so many times the slowest before it is given up. The generator's host kills after ten times."""


@dataclass(slots=True)
class Pace:
    """`reckoned_s` is the server's own average, for as long as nothing was learned here."""

    reckoned_s: float | None = None
    learned_s: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def learn(self, seconds: float) -> None:
        """A job took `seconds` from its release to its result."""
        self.learned_s.append(seconds)

    def expected_s(self, jobs_before: int = 0) -> float | None:
        """A job's usual time behind `jobs_before` others; None while nobody knows."""
        if not self.learned_s:
            return None if self.reckoned_s is None else self.reckoned_s * (1 + jobs_before)
        middle = sorted(self.learned_s)[len(self.learned_s) // 2]
        return middle * (1 + jobs_before)

    def look_in_s(self, elapsed_s: float, jobs_before: int = 0) -> float:
        """How long to wait before looking again: in few strides until it is due, often then, rarely once it is late."""
        expected = self.expected_s(jobs_before)
        if expected is None or not self.learned_s:
            return _between(DENSE_S, elapsed_s / 8, SPARSE_S / 2)
        if elapsed_s < EARLIEST * expected:
            return _between(DENSE_S, EARLIEST * expected - elapsed_s, SPARSE_S)
        return _between(DENSE_S, max(expected / 20, (elapsed_s - expected) / 4), SPARSE_S)

    def limit_s(self) -> float:
        """How long a whole segment may take, with everything that is tried for it."""
        return max(LEAST_LIMIT_S, TIMES * max(self.learned_s)) if self.learned_s else FIRST_LIMIT_S

    def done(self, elapsed_s: float, jobs_before: int = 0) -> float:
        """The share of the way, 0…1 but never 1: a guess that slows down instead of standing still at the end."""
        expected = self.expected_s(jobs_before) or 10.0
        share = elapsed_s / expected
        return 0.9 * share if share < 1 else 0.9 + 0.09 * (1 - 1 / share)


def _between(least: float, value: float, most: float) -> float:
    return min(most, max(least, value))
