"""The newest segment, kept for whoever asks for it, outside the server's own memory.

A segment is 23 MB and hardly ever asked for. It lies in memory that is only copied into and out of, so what was given
out never changes. Where there is no room for it, nothing is kept. Event loop only.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace

import numpy as np

from radio.contracts import CHANNELS, Audio, Segment
from radio.generator.memory import SoundMemory

NOTHING = Audio(np.zeros((0, CHANNELS), np.float32))


class Keepsake:
    """`put` replaces what was kept; `get` gives a copy."""

    def __init__(self) -> None:
        self._memory = SoundMemory()

        self._frames = 0
        self._kept: Segment | None = None

    def put(self, segment: Segment) -> None:
        self._kept = None
        with contextlib.suppress(OSError):
            self._write(segment)

    def _write(self, segment: Segment) -> None:
        self._memory.write_result(segment.audio.samples)
        self._frames = len(segment.audio)
        self._kept = replace(segment, rendered=replace(segment.rendered, audio=NOTHING))

    def get(self) -> Segment | None:
        """The newest segment with its sound, or None before the first."""
        if self._kept is None:
            return None
        audio = Audio(self._memory.read_result(self._frames))
        return replace(self._kept, rendered=replace(self._kept.rendered, audio=audio))

    def close(self) -> None:
        """Give the memory back. Fine to call twice."""
        self._kept = None
        self._memory.close()
