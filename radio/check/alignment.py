"""Rules that hold between renditions: cut at the same samples, same numbers, same dates (RFC 8216 §6.2.4; DESIGN §5.7).

Holds the last 128 chunks of the first rendition that listed them. It knows no HTTP and no sound.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from radio.check.finding import Finding, error
from radio.check.playlist import MediaPlaylist
from radio.check.reloads import Listed

REMEMBERED = 128
DATE_TOLERANCE_S = 0.0015
DURATION_TOLERANCE_S = 0.001


class Alignment:
    """Compares what renditions say about the same sequence number."""

    def __init__(self) -> None:
        self._first: dict[int, tuple[str, Listed]] = {}
        self._targets: dict[str, int | None] = {}

    def add(self, rendition: str, playlist: MediaPlaylist, fresh: Sequence[Listed]) -> Iterator[Finding]:
        """`fresh` are the chunks that this state of the playlist lists for the first time."""
        yield from self._target(rendition, playlist.target_duration)
        for item in fresh:
            other, first = self._first.setdefault(item.chunk.sequence, (rendition, item))
            if other != rendition:
                yield from _same(other, first, item)
        for sequence in sorted(self._first)[: max(0, len(self._first) - REMEMBERED)]:
            del self._first[sequence]

    def _target(self, rendition: str, target: int | None) -> Iterator[Finding]:
        known = self._targets.get(rendition, -1)
        self._targets[rendition] = target
        other = next((name for name, value in self._targets.items() if value != target), None)
        if known == -1 and other is not None:
            message = f"the target duration is {target} s, that of {other} {self._targets[other]} s"
            yield error("not-aligned", message, "RFC 8216 §6.2.4")


def _same(other: str, first: Listed, item: Listed) -> Iterator[Finding]:
    sequence = item.chunk.sequence
    if first.date is not None and item.date is not None and abs(first.date - item.date) > DATE_TOLERANCE_S:
        shift_ms = 1000 * (item.date - first.date)
        message = f"chunk {sequence} is dated {shift_ms:+.0f} ms from that of {other}"
        yield error("not-aligned", message, "RFC 8216 §6.2.4; DESIGN §5.7")
    if abs(first.chunk.duration_s - item.chunk.duration_s) > DURATION_TOLERANCE_S:
        message = f"chunk {sequence} lasts {item.chunk.duration_s:g} s, that of {other} {first.chunk.duration_s:g} s"
        yield error("not-aligned", message, "DESIGN §5.7")
    if first.chunk.discontinuity_number != item.chunk.discontinuity_number:
        message = f"chunk {sequence} has another discontinuity number than in {other}"
        yield error("not-aligned", message, "RFC 8216 §6.2.4")
