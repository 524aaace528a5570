"""The bit rates that the multivariant playlist states: never lower than what was published. Not thread-safe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from radio.contracts import SAMPLE_RATE, Rendition
from radio.packager.playlist import Bandwidth

PEAK_MARGIN = 36_000
"""Measured with ffmpeg's AAC encoder, 4 s chunks of noise bursts and clicks: up to 33 kbit/s over the nominal rate at
64k, 29 at 128k, 8 at 256k. A player needs the number before the loudest chunk exists, so the bound stands from the
start."""
AVERAGE_MARGIN = 3_000
"""Steady noise measures 1.9 to 2.6 kbit/s over nominal: 4 bytes a frame in the index, the headers, the encoder's own
error.
"""
STEP = 1_000
"""Stated rates are whole kbit/s, so that the playlist seldom changes."""


class Rates:
    """Per rendition the larger of the bound and what was measured; they only ever grow."""

    def __init__(self, renditions: Sequence[Rendition], chunk_samples: int) -> None:
        self._renditions = tuple(renditions)
        self._chunk_samples = chunk_samples

        self._chunks = 0
        self._bytes = dict.fromkeys((rendition.name for rendition in renditions), 0)
        self._stated = {
            rendition.name: Bandwidth(rendition.bit_rate + PEAK_MARGIN, rendition.bit_rate + AVERAGE_MARGIN)
            for rendition in renditions
        }

    @property
    def stated(self) -> list[tuple[Rendition, Bandwidth]]:
        return [(rendition, self._stated[rendition.name]) for rendition in self._renditions]

    def count(self, media: Mapping[str, bytes]) -> None:
        """Take one published chunk into account."""
        self._chunks += 1
        for name, data in media.items():
            self._bytes[name] += len(data)
            old = self._stated[name]
            average = self._rate(self._bytes[name] / self._chunks)
            self._stated[name] = Bandwidth(max(old.peak, self._rate(len(data))), max(old.average, average))

    def _rate(self, chunk_bytes: float) -> int:
        """Bit/s of a chunk of that size, rounded up to whole kbit/s."""
        return int(-(-chunk_bytes * 8 * SAMPLE_RATE // (self._chunk_samples * STEP))) * STEP
