"""A segment as a WAV file that is never built: any byte range of it is made when it is asked for.

Pure: samples in, bytes out. 24-bit PCM, little-endian (RIFF/WAVE, Microsoft 1991).
"""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator

import numpy as np

from radio.contracts import Audio

SAMPLE_BYTES = 3
FULL_SCALE = 2**23 - 1
PIECE_BYTES = 1 << 18


class WavFile:
    """The bytes of a WAV file with `audio` in it; `len()` is its size."""

    def __init__(self, audio: Audio) -> None:
        self._audio = audio

        self._frame_bytes: int = SAMPLE_BYTES * audio.samples.shape[1]
        self._header = _header(audio, self._frame_bytes)

    def __len__(self) -> int:
        return len(self._header) + len(self._audio) * self._frame_bytes

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        """Bytes `start` up to `end` (exclusive), in pieces of at most 256 KiB."""
        for first in range(start, end, PIECE_BYTES):
            yield self.read(first, min(end, first + PIECE_BYTES))

    def read(self, start: int, end: int) -> bytes:
        """Bytes `start` up to `end` (exclusive)."""
        head = self._header[start:end]
        skipped = len(self._header)
        first_byte, last_byte = max(0, start - skipped), max(0, end - skipped)
        first_frame = first_byte // self._frame_bytes
        frames = self._audio.samples[first_frame : -(-last_byte // self._frame_bytes)]
        offset = first_byte - first_frame * self._frame_bytes
        return head + pcm24(frames)[offset : offset + last_byte - first_byte]


def pcm24(samples: np.ndarray) -> bytes:
    """float32 `[n, channels]` in ±1 as interleaved 24-bit PCM; what is louder is clipped."""
    whole = np.rint(np.clip(samples, -1.0, 1.0).astype(np.float64) * FULL_SCALE).astype("<i4")
    return np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, :SAMPLE_BYTES].tobytes()


def _header(audio: Audio, frame_bytes: int) -> bytes:
    """What the standard library writes in front of that much sound."""
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(frame_bytes // SAMPLE_BYTES)
        wav.setsampwidth(SAMPLE_BYTES)
        wav.setframerate(audio.sample_rate)
    header = bytearray(file.getvalue())
    size = len(audio) * frame_bytes
    header[4:8] = (len(header) - 8 + size).to_bytes(4, "little")
    header[-4:] = size.to_bytes(4, "little")
    return bytes(header)
