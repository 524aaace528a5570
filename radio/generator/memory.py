"""The memory through which sound passes between station and generator process.

One nameless file in memory for the life of a generator: the result first, the context behind it. It has no name, so
nothing can be left behind: the kernel takes it back when the last process that holds it is gone, however that ended.
It is read and written and never mapped: no process is killed because there was no room, a write says so; pages that
were never written cost nothing. Any thread.
"""

from __future__ import annotations

import os
import tempfile
import threading
from multiprocessing import reduction
from typing import Any

import numpy as np

from radio.contracts import CHANNELS, SAMPLE_RATE, Samples

RESULT_FRAMES = 240 * SAMPLE_RATE
"""The longest segment that settings allow."""
CONTEXT_FRAMES = 120 * SAMPLE_RATE
"""The longest overlap that settings allow: under half a segment."""
FRAME_BYTES = 4 * CHANNELS
MOST_BYTES = 1 << 26
"""Copied in one go; a system call takes at most 2 GB."""


class SoundMemory:
    """Sound in and out, as float32 `[frames, 2]`. It can be handed to a process that is being started, no later.

    Reading and writing raise `OSError` when there is no room, or after `close`.
    """

    def __init__(self, descriptor: int | None = None) -> None:
        self._descriptor = _nameless_file() if descriptor is None else descriptor

        self._lock = threading.Lock()  # a closed descriptor's number is soon another file's

    def __reduce__(self) -> tuple[Any, ...]:
        return _arrived, (reduction.DupFd(self._descriptor),)

    def read_result(self, frames: int) -> Samples:
        """A copy of the first `frames` samples of the result."""
        return self._read(0, frames)

    def write_result(self, samples: Samples) -> None:
        self._write(0, samples)

    def read_context(self, frames: int) -> Samples:
        return self._read(RESULT_FRAMES, frames)

    def write_context(self, samples: Samples) -> None:
        self._write(RESULT_FRAMES, samples)

    def close(self) -> None:
        """Give this process's share in it back. Fine to call twice."""
        with self._lock:
            descriptor, self._descriptor = self._descriptor, -1
            if descriptor >= 0:
                os.close(descriptor)

    def _read(self, first: int, frames: int) -> Samples:
        samples = np.empty((frames, CHANNELS), np.float32)
        rest, at = samples.reshape(-1).view(np.uint8).data, first * FRAME_BYTES
        with self._lock:
            while rest:
                done = os.preadv(self._descriptor, [rest[:MOST_BYTES]], at)
                if not done:
                    raise OSError("the memory ends before the sound does")
                rest, at = rest[done:], at + done
        return samples

    def _write(self, first: int, samples: Samples) -> None:
        whole = np.ascontiguousarray(samples, np.float32)
        rest, at = whole.reshape(-1).view(np.uint8).data, first * FRAME_BYTES
        with self._lock:
            while rest:
                done = os.pwrite(self._descriptor, rest[:MOST_BYTES], at)
                rest, at = rest[done:], at + done


def _nameless_file() -> int:
    """A descriptor of a file in memory; where the system has none, of one on disk without a name."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("longwave sound")
    else:
        with tempfile.TemporaryFile(prefix="longwave-") as file:
            descriptor = os.dup(file.fileno())
    os.ftruncate(descriptor, (RESULT_FRAMES + CONTEXT_FRAMES) * FRAME_BYTES)
    return descriptor


def _arrived(sent: Any) -> SoundMemory:
    """In the new process."""
    return SoundMemory(sent.detach())
