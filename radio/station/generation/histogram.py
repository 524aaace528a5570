"""Counts in buckets, as Prometheus understands them. Pure, but for being counted up in place; event loop only."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate


class Histogram:
    """`bounds` are ascending upper bounds; what is above the last counts too."""

    def __init__(self, *bounds: float) -> None:
        self._bounds = bounds

        self._counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def count(self, value: float) -> None:
        self._counts[bisect_left(self._bounds, value)] += 1
        self.sum += value

    @property
    def buckets(self) -> list[tuple[str, float]]:
        """Upper bound and how many were at most that, ascending, up to `+Inf`."""
        names = [*(f"{bound:g}" for bound in self._bounds), "+Inf"]
        return list(zip(names, map(float, accumulate(self._counts)), strict=True))
