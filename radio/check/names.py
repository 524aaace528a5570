"""Remembers the names that were used, in fixed memory. It knows nothing else."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

CAPACITY = 32_768
"""Names: 37 hours of 4 s chunks. An older name that comes back is not noticed. Two names share a 64-bit hash with a
probability of about 10⁻¹⁵ per new name."""


class UsedNames:
    """A ring of hashes: 256 KiB, however long it runs."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._ring = np.zeros(capacity, np.uint64)
        self._count = 0

    def use(self, name: str) -> bool:
        """Remember `name`. True when it was used before."""
        hashed = np.frombuffer(blake2b(name.encode(), digest_size=8).digest(), np.uint64)[0]
        used = bool((self._ring[: min(self._count, len(self._ring))] == hashed).any())
        if not used:
            self._ring[self._count % len(self._ring)] = hashed
            self._count += 1
        return used
