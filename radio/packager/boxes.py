"""What a finished chunk says about itself: its decode time and its frames (ISO/IEC 14496-12). Pure.

It reads only the boxes it needs, so that a truncated or short chunk is found before a listener finds it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from radio.errors import EncoderError


@dataclass(frozen=True, slots=True)
class Contents:
    """`decode_time` of the first frame, in samples since the encoder's start (tfdt, §8.8.12); `frames` in all (trun,
    §8.8.8).
    """

    decode_time: int
    frames: int


def contents(chunk: bytes) -> Contents:
    """Read one fMP4 media chunk.

    Raises:
        EncoderError: a box reaches past the end, or there is no movie fragment with its sound.
    """
    times: list[int] = []
    frames = 0
    kinds = set()
    for kind, body in _boxes(memoryview(chunk)):
        kinds.add(kind)
        if kind != b"moof":
            continue
        for inner, part in _boxes(_child(body, b"traf")):
            if inner == b"tfdt":
                times.append(struct.unpack_from(">Q" if part[0] == 1 else ">I", part, 4)[0])
            elif inner == b"trun":
                frames += struct.unpack_from(">I", part, 4)[0]
    if not times or b"mdat" not in kinds:
        raise EncoderError("The encoder wrote a chunk without sound in it.")
    return Contents(times[0], frames)


def _child(body: memoryview, wanted: bytes) -> memoryview:
    return next((part for kind, part in _boxes(body) if kind == wanted), body[:0])


def _boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """The boxes of one level with their bodies (§4.2; 64-bit sizes do not occur in chunks of a few seconds)."""
    start = 0
    while start < len(data):
        if start + 8 > len(data):
            raise EncoderError("The encoder wrote a chunk that ends inside a box.")
        size, kind = struct.unpack_from(">I4s", data, start)
        if size < 8 or start + size > len(data):
            raise EncoderError("The encoder wrote a chunk that is cut short.")
        yield kind, data[start + 8 : start + size]
        start += size
