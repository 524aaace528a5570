"""Seeded chance with random access: a die is made from a key, never from the die before it.

So the notes of bar 40,000 cost as much as those of bar 4. SplitMix64 (Steele, Lea, Flood: Fast splittable
pseudorandom number generators, 2014) over a BLAKE2 key: the same on every machine and Python version.
Pure; knows nothing of music.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

MASK = (1 << 64) - 1


def key_of(*parts: int | str) -> int:
    """A 63-bit number for a tuple of names and numbers."""
    text = "\x1f".join(map(str, parts)).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big") >> 1


class Dice:
    """A stream of chance for one purpose, e.g. `Dice(seed, "bass", bar)`."""

    __slots__ = ("_state",)

    def __init__(self, *key: int | str) -> None:
        self._state = key_of(*key)

    def unit(self) -> float:
        """Uniform in 0 ≤ x < 1."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & MASK
        mixed = ((self._state ^ (self._state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        return ((mixed ^ (mixed >> 31)) >> 11) * 2.0**-53

    def below(self, count: int) -> int:
        """Uniform integer in 0…count − 1."""
        return int(self.unit() * count)

    def pick(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def weigh(self, items: Sequence[tuple[T, float]]) -> T:
        """One of the items, in proportion to its weight."""
        left = self.unit() * sum(weight for _, weight in items)
        for item, weight in items:
            left -= weight
            if left < 0:
                return item
        return items[-1][0]

    def chance(self, probability: float) -> bool:
        return self.unit() < probability

    def spread(self, width: float) -> float:
        """Triangular in −width…width, most often near 0."""
        return (self.unit() + self.unit() - 1.0) * width
