"""What a media file is by its first bytes (RFC 8216 §3), and the ID3 tag that packed audio begins with. Pure."""

from __future__ import annotations

from typing import Literal

Kind = Literal["fmp4", "ts", "packed", "unknown"]
_BOXES = {b"styp", b"moof", b"ftyp", b"sidx", b"emsg", b"prft", b"free", b"moov", b"mdat", b"skip", b"uuid"}
_OWNER = b"com.apple.streaming.transportStreamTimestamp\x00"
TS_PACKET = 188
CONTENT_TYPES: dict[Kind, frozenset[str]] = {
    "fmp4": frozenset({"audio/mp4", "video/mp4", "application/mp4", "video/iso.segment", "audio/iso.segment"}),
    "ts": frozenset({"video/mp2t", "audio/mp2t"}),
    "packed": frozenset({"audio/aac", "audio/x-aac", "audio/aacp", "audio/mpeg", "audio/ac3", "audio/eac3"}),
    "unknown": frozenset(),
}
"""What players take; the MIME registrations of ISO/IEC 14496-12, 13818-1 and packed audio."""


def kind_of(data: bytes) -> Kind:
    """Guess the container."""
    if len(data) >= 8 and data[4:8] in _BOXES:
        return "fmp4"
    if data[:1] == b"\x47" and (len(data) < TS_PACKET + 1 or data[TS_PACKET] == 0x47):
        return "ts"
    if data[:3] == b"ID3" or (len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0) or data[:2] == b"\x0b\x77":
        return "packed"
    return "unknown"


def split_id3(data: bytes) -> tuple[float | None, bytes]:
    """Packed audio without the ID3 tag in front, and the time that the tag states, in seconds (§3.4)."""
    time_s: float | None = None
    while data[:3] == b"ID3" and len(data) > 10:
        size = (data[6] << 21 | data[7] << 14 | data[8] << 7 | data[9]) + (20 if data[5] & 0x10 else 10)
        tag, data = data[:size], data[size:]
        place = tag.find(_OWNER)
        stamp = tag[place + len(_OWNER) :][:8] if place >= 0 else b""
        if len(stamp) == 8:
            time_s = (int.from_bytes(stamp, "big") & 0x1FFFFFFFF) / 90_000
    return time_s, data
