"""The block of shared memory through which sound passes between station and generator process.

One block for the life of a generator: the result first, the context behind it. The station makes and unlinks it, so
that a killed generator leaves nothing behind; pages that were never written cost nothing.
"""

from __future__ import annotations

from multiprocessing.shared_memory import SharedMemory

import numpy as np

from radio.contracts import CHANNELS, SAMPLE_RATE, Samples

RESULT_FRAMES = 240 * SAMPLE_RATE
"""The longest segment that settings allow."""
CONTEXT_FRAMES = 120 * SAMPLE_RATE
"""The longest overlap that settings allow: under half a segment."""
FRAME_BYTES = 4 * CHANNELS


class SoundMemory:
    """`result` and `context`: writable float32 views `[frames, 2]` on the same block."""

    def __init__(self, name: str | None = None) -> None:
        """Make a block, or with a `name` open one that exists."""
        size = (RESULT_FRAMES + CONTEXT_FRAMES) * FRAME_BYTES
        self._block = SharedMemory(name=name, create=name is None, size=size)
        self._owner = name is None

    @property
    def name(self) -> str:
        return self._block.name

    def read_result(self, frames: int) -> Samples:
        """A copy of the first `frames` samples of the result."""
        return self._view(0, frames).copy()

    def write_result(self, samples: Samples) -> None:
        self._view(0, len(samples))[:] = samples

    def read_context(self, frames: int) -> Samples:
        return self._view(RESULT_FRAMES, frames).copy()

    def write_context(self, samples: Samples) -> None:
        self._view(RESULT_FRAMES, len(samples))[:] = samples

    def _view(self, first: int, frames: int) -> Samples:
        return np.ndarray((frames, CHANNELS), np.float32, self._block.buf, first * FRAME_BYTES)

    def close(self) -> None:
        """Give the block back; its owner also removes it. Fine to call twice."""
        self._block.close()
        if self._owner:
            self._owner = False
            self._block.unlink()
