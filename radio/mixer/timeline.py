"""The timeline's store: final PCM addressed by absolute sample index.

It holds a list of blocks, never one large array, and at most `limit_samples` of sound. It does not know who reads
or when anything airs. The mixing thread appends and cuts, the playout thread reads and forgets: one lock, held for
as long as it takes to look up or copy a block.
"""

from __future__ import annotations

import threading
from collections import deque

import numpy as np

from radio.contracts import CHANNELS, SAMPLE_RATE, Samples
from radio.errors import AudioError


class Timeline:
    """Sound from `start` (inclusive) to `end` (exclusive), in samples.

    `limit_samples` bounds the memory: 8 bytes a sample and stereo pair, so the default of 120 s is 46 MB.
    """

    def __init__(self, start_sample: int = 0, limit_samples: int = 120 * SAMPLE_RATE) -> None:
        self._limit_samples = limit_samples

        self._start = self._end = self._claimed = start_sample
        self._blocks: deque[tuple[int, Samples]] = deque()
        self._lock = threading.Lock()

    @property
    def start(self) -> int:
        """The oldest sample that is still held."""
        with self._lock:
            return self._start

    @property
    def end(self) -> int:
        """One past the newest sample."""
        with self._lock:
            return self._end

    @property
    def claimed(self) -> int:
        """One past the newest sample that was given away for good."""
        with self._lock:
            return self._claimed

    @property
    def room_samples(self) -> int:
        """How much more can be appended."""
        with self._lock:
            return self._limit_samples - (self._end - self._start)

    def append(self, block: Samples) -> None:
        """Put `block` (float32 `[n, 2]`) behind the end. The caller gives it away and must not write to it again.

        Raises:
            AudioError: another dtype or shape.
            BufferError: it does not fit into the limit.
        """
        if block.dtype != np.float32 or block.ndim != 2 or block.shape[1] != CHANNELS:
            raise AudioError(f"the timeline holds float32 [n, {CHANNELS}], not {block.dtype} {block.shape}")
        if not len(block):
            return
        with self._lock:
            if self._end - self._start + len(block) > self._limit_samples:
                raise BufferError(f"the timeline is full: it holds at most {self._limit_samples} samples")
            block.flags.writeable = False
            self._blocks.append((self._end, block))
            self._end += len(block)

    def read(self, start: int, frames: int) -> Samples:
        """Up to `frames` samples from `start`: fewer, or none, where the timeline ends before.

        A read inside one block is a read-only view of it; any other is a copy.

        Raises:
            IndexError: `start` was already forgotten.
        """
        with self._lock:
            if start < self._start and frames > 0:
                raise IndexError(f"sample {start} was forgotten: the timeline starts at {self._start}")
            parts = self._parts(start, start + frames)
        return _joined(parts)

    def before(self, end: int, frames: int) -> Samples:
        """Up to `frames` samples that end at `end`: fewer, or none, where the earlier ones were forgotten."""
        with self._lock:
            parts = self._parts(max(end - frames, self._start), end)
        return _joined(parts)

    def forget_before(self, sample: int) -> None:
        """Let go of whole blocks that end at or before `sample`; the start moves there, never past the end."""
        with self._lock:
            self._start = max(self._start, min(sample, self._end))
            while self._blocks and self._blocks[0][0] + len(self._blocks[0][1]) <= self._start:
                self._blocks.popleft()

    def claim(self, until: int) -> int:
        """Everything before `until` goes on the air and cannot be taken back any more. Returns how far that really is:
        the timeline may end before."""
        with self._lock:
            ready = min(until, self._end)
            self._claimed = max(self._claimed, ready)
            return ready

    def truncate(self, end: int) -> None:
        """Take back everything from `end` on.

        Raises:
            IndexError: `end` was already forgotten, or is on the air; nothing was changed.
        """
        with self._lock:
            if end < max(self._start, self._claimed):
                raise IndexError(f"sample {end} has been played: the timeline is free from {self._claimed} on")
            while self._blocks and self._blocks[-1][0] >= end:
                self._blocks.pop()
            if self._blocks and self._blocks[-1][0] + len(self._blocks[-1][1]) > end:
                first, block = self._blocks.pop()
                self._blocks.append((first, block[: end - first].copy()))
            self._end = min(self._end, end)

    def _parts(self, start: int, stop: int) -> list[Samples]:
        """Views of the blocks between two samples. Under the lock."""
        stop = min(stop, self._end)
        return [
            block[max(0, start - first) : stop - first]
            for first, block in self._blocks
            if first < stop and first + len(block) > start
        ]


def _joined(parts: list[Samples]) -> Samples:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.zeros((0, CHANNELS), np.float32)
