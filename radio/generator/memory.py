"""The block of shared memory through which sound passes between station and generator process.

One block for the life of a generator: the result first, the context behind it. The station makes and unlinks it, so
that a killed generator leaves nothing behind. It is mapped only while it is read or written: pages that nobody
has mapped count as nobody's memory, and pages that were never written cost nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from multiprocessing.shared_memory import SharedMemory

import numpy as np

from radio.contracts import CHANNELS, SAMPLE_RATE, Samples

RESULT_FRAMES = 240 * SAMPLE_RATE
"""The longest segment that settings allow."""
CONTEXT_FRAMES = 120 * SAMPLE_RATE
"""The longest overlap that settings allow: under half a segment."""
FRAME_BYTES = 4 * CHANNELS


class SoundMemory:
    """Sound in and out, as float32 `[frames, 2]`. Without a `name` a new block is made, and this is its owner."""

    def __init__(self, name: str | None = None) -> None:
        self._owned: SharedMemory | None = None
        if name is None:
            self._owned = SharedMemory(create=True, size=(RESULT_FRAMES + CONTEXT_FRAMES) * FRAME_BYTES)
            self._owned.close()
            name = self._owned.name

        self.name = name

    def read_result(self, frames: int) -> Samples:
        """A copy of the first `frames` samples of the result."""
        with self._view(0, frames) as view:
            return view.copy()

    def write_result(self, samples: Samples) -> None:
        with self._view(0, len(samples)) as view:
            view[:] = samples

    def read_context(self, frames: int) -> Samples:
        with self._view(RESULT_FRAMES, frames) as view:
            return view.copy()

    def write_context(self, samples: Samples) -> None:
        with self._view(RESULT_FRAMES, len(samples)) as view:
            view[:] = samples

    @contextlib.contextmanager
    def _view(self, first: int, frames: int) -> Iterator[Samples]:
        block = SharedMemory(self.name)
        try:
            view: Samples = np.ndarray((frames, CHANNELS), np.float32, block.buf, first * FRAME_BYTES)
            yield view
            del view
        finally:
            block.close()

    def close(self) -> None:
        """Its owner removes the block. Fine to call twice."""
        owned, self._owned = self._owned, None
        if owned is not None:
            with contextlib.suppress(FileNotFoundError):
                owned.unlink()
