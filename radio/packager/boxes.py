"""What a finished chunk says about itself: its decode time and its frames (ISO/IEC 14496-12). Pure.

It reads only the boxes it needs, so that a truncated or short chunk is found before a listener finds it, and it can
move a chunk in time: a new encoder counts from 0, and a player must not see time go back.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from radio.errors import EncoderError

PARENTS = {b"moof", b"traf"}
TIME_AT = {b"tfdt": 4, b"sidx": 12}
"""Where a version 1 box has its time: base_media_decode_time (§8.8.12), earliest_presentation_time (§8.16.3)."""


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
    boxes = list(_walk(memoryview(chunk)))
    times = [_time(body, 4) for kind, body in boxes if kind == b"tfdt"]
    frames = sum(struct.unpack_from(">I", body, 4)[0] for kind, body in boxes if kind == b"trun")
    if not times or all(kind != b"mdat" for kind, _ in boxes):
        raise EncoderError("The encoder wrote a chunk without sound in it.")
    return Contents(times[0], frames)


def moved(chunk: bytes, samples: int) -> bytes:
    """The same chunk, `samples` later on the decoding timeline; never before 0.

    Raises:
        EncoderError: its times are not 64 bits wide, which ffmpeg's always are.
    """
    result = bytearray(chunk)
    for kind, body in _walk(memoryview(result)):
        place = TIME_AT.get(kind)
        if place is not None:
            struct.pack_into(">Q", body, place, max(0, _time(body, place) + samples))
    return bytes(result)


def _time(body: memoryview, place: int) -> int:
    if body[0] != 1:
        raise EncoderError("The encoder wrote a chunk with 32-bit times.")
    time: int = struct.unpack_from(">Q", body, place)[0]
    return time


def _walk(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Every box, parents before their children."""
    for kind, body in _boxes(data):
        yield kind, body
        if kind in PARENTS:
            yield from _walk(body)


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
