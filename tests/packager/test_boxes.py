"""Boxes: a chunk is measured and moved in time without touching its sound."""

from __future__ import annotations

import struct

import pytest

from radio.errors import EncoderError
from radio.packager.boxes import Contents, contents, moved


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def media(time: int = 4096, frames: tuple[int, ...] = (192,), sound: bytes = b"sound", version: int = 1) -> bytes:
    tfdt = box(b"tfdt", bytes([version, 0, 0, 0]) + struct.pack(">Q" if version else ">I", time))
    truns = b"".join(box(b"trun", struct.pack(">II", 0, count)) for count in frames)
    traf = box(b"traf", box(b"tfhd", bytes(8)) + tfdt + truns)
    sidx = box(b"sidx", struct.pack(">IIIQQ", 1 << 24, 1, 48_000, time, 0))
    return box(b"styp", b"msdh") + sidx + box(b"moof", box(b"mfhd", bytes(8)) + traf) + box(b"mdat", sound)


def test_a_chunk_says_when_it_begins_and_how_many_frames_it_has() -> None:
    assert contents(media()) == Contents(4096, 192)
    assert contents(media(0, (100, 92))) == Contents(0, 192)


def test_a_moved_chunk_differs_in_its_two_times_only() -> None:
    assert moved(media(4096), 1000) == media(5096)
    assert moved(media(4096), 1 << 40) == media(4096 + (1 << 40))
    assert moved(media(4096), 0) == media(4096)


def test_time_never_begins_before_zero() -> None:
    assert moved(media(0), -196_608) == media(0)


@pytest.mark.parametrize("length", [1, 8, 30, 100, 140])
def test_a_chunk_that_is_cut_short_is_refused(length: int) -> None:
    with pytest.raises(EncoderError):
        contents(media()[:length])


def test_an_empty_chunk_is_refused() -> None:
    with pytest.raises(EncoderError, match="without sound"):
        contents(b"")
    with pytest.raises(EncoderError, match="without sound"):
        contents(box(b"mdat", b"sound"))


def test_a_box_of_no_size_is_refused() -> None:
    with pytest.raises(EncoderError, match="cut short"):
        contents(bytes(100))


def test_narrow_times_are_refused() -> None:
    with pytest.raises(EncoderError, match="32-bit"):
        contents(media(version=0))
