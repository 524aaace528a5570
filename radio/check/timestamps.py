"""Follows the timestamps of one rendition: holes, overlaps, and how they agree with durations and dates. Pure inside.

It is fed chunk by chunk with the packets that ffprobe found, and holds one epoch's beginning and the end of the last
packet. It knows no bytes and no sound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from radio.check.container import Kind
from radio.check.decode import Packet
from radio.check.finding import Finding, error, warning
from radio.check.reloads import Listed

WRAP_S = 2**33 / 90_000
"""MPEG-TS timestamps begin anew after 26.5 hours."""
HOLE_S: dict[Kind, float] = {"fmp4": 0.001, "packed": 0.002, "ts": 0.002, "unknown": 0.002}
DATE_S: dict[Kind, float] = {"fmp4": 0.010, "packed": 0.010, "ts": 0.060, "unknown": 0.060}
"""DESIGN §5 asks for 10 ms; in MPEG-TS a chunk's sound is cut at PES packets, or where the picture allows."""


class Timestamps:
    """One rendition's timeline as its packets tell it."""

    def __init__(self) -> None:
        self._end_s: float | None = None
        self._anchor: tuple[float, float] | None = None
        """Date and timestamp where this epoch began."""

    def begin(self) -> None:
        """A discontinuity: the timestamps may go on anywhere."""
        self._end_s = self._anchor = None

    def chunk(self, listed: Listed, packets: Sequence[Packet], kind: Kind) -> Iterator[Finding]:
        """What is wrong with one chunk's packets, in order of decoding."""
        sequence = listed.chunk.sequence
        timed = [packet for packet in packets if packet.pts_s is not None]
        if not timed:
            yield error("no-sound", f"chunk {sequence} holds no packet of sound", "RFC 8216 §3")
            return
        yield from self._duration(listed, packets, kind)
        yield from self._date(listed, self._unwrapped(timed[0].pts_s or 0.0), kind)
        for packet in timed:
            yield from self._packet(packet, sequence, kind)

    def _packet(self, packet: Packet, sequence: int, kind: Kind) -> Iterator[Finding]:
        begin_s = self._unwrapped(packet.pts_s or 0.0)
        jump_s = 0.0 if self._end_s is None else begin_s - self._end_s
        if abs(jump_s) > HOLE_S[kind]:
            what, code = ("hole", "timestamp-hole") if jump_s > 0 else ("overlap", "timestamp-overlap")
            message = f"{what} of {1000 * abs(jump_s):.1f} ms in the timestamps in chunk {sequence}, no discontinuity"
            yield error(code, message, "RFC 8216 §4.3.2.3, §6.2.1")
            self._anchor = None
        self._end_s = begin_s + packet.duration_s

    def _duration(self, listed: Listed, packets: Sequence[Packet], kind: Kind) -> Iterator[Finding]:
        really_s, stated_s = sum(packet.duration_s for packet in packets), listed.chunk.duration_s
        if abs(really_s - stated_s) > DATE_S[kind]:
            message = f"chunk {listed.chunk.sequence} holds {really_s:.4f} s of sound, EXTINF says {stated_s:.4f} s"
            yield warning("duration-untrue", message, "RFC 8216 §4.3.2.1")

    def _date(self, listed: Listed, begin_s: float, kind: Kind) -> Iterator[Finding]:
        if listed.date is None:
            return
        if self._anchor is None:
            self._anchor = (listed.date, begin_s)
            return
        drift_s = (listed.date - self._anchor[0]) - (begin_s - self._anchor[1])
        if abs(drift_s) > DATE_S[kind]:
            message = f"the date of chunk {listed.chunk.sequence} is {1000 * drift_s:+.1f} ms from its timestamps"
            yield error("date-drift", message, "DESIGN §4")

    def _unwrapped(self, pts_s: float) -> float:
        if self._end_s is None:
            return pts_s
        return pts_s + WRAP_S * round((self._end_s - pts_s) / WRAP_S)
