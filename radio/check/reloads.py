"""Rules that hold between the states of one media playlist (RFC 8216 §6.2.1, §6.2.2; DESIGN §5.1–5.3, 5.6, 5.9).

Fed with every look at the playlist, changed or not; holds the last states only, so it can run for ever. It knows no
HTTP and no clock: times are parameters (Unix seconds). Not thread-safe.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from radio.check.finding import Finding, error, warning
from radio.check.names import UsedNames
from radio.check.playlist import Attributes, Chunk, MediaPlaylist
from radio.check.rules import dated

STALE_TARGETS = 1.5
"""§6.2.2: a new state no later than 1.5 target durations after the last one."""
MOST_RANGES = 512
REMEMBERED_CHUNKS = 64
DATE_CHANGE_S = 0.0005


@dataclass(frozen=True, slots=True)
class Listed:
    """A chunk as it was listed, with its date, stated or reckoned."""

    chunk: Chunk
    date: float | None


class Reloads:
    """Compares each state of a playlist with those before it."""

    def __init__(self) -> None:
        self.last: MediaPlaylist | None = None
        self.known: dict[int, Listed] = {}
        """The chunks of late, by sequence number."""
        self._changed_at = 0.0
        self._stale = False
        self._names = UsedNames()
        self._ranges: dict[str, Attributes] = {}

    def add(self, playlist: MediaPlaylist, begun_at: float, received_at: float) -> Iterator[Finding]:
        """What a look that began and ended then found wrong. Afterwards `fresh` tells the new chunks."""
        last = self.last
        if last is not None and last == playlist:
            yield from self._unchanged(playlist, begun_at)
            return
        self._changed_at, self._stale = received_at, False
        if last is not None:
            yield from _header(last, playlist)
            yield from self._overlap(last, playlist)
        yield from self._date_ranges(playlist)
        yield from self._remember(playlist)
        self.last = playlist

    def fresh(self, before: MediaPlaylist | None) -> list[Listed]:
        """Chunks of the present state whose numbers `before` did not reach, oldest first."""
        present = self.last.chunks if self.last else ()
        first = before.next_sequence if before else 0
        back = before is not None and self.last is not None and self.last.next_sequence < before.media_sequence
        return [self.known[chunk.sequence] for chunk in present if back or chunk.sequence >= first]

    def _unchanged(self, playlist: MediaPlaylist, begun_at: float) -> Iterator[Finding]:
        limit_s = STALE_TARGETS * (playlist.target_duration or 0)
        waited_s = begun_at - self._changed_at
        if not playlist.ended and not self._stale and waited_s > limit_s > 0:
            self._stale = True
            message = f"no new chunk after {playlist.next_sequence - 1} for {waited_s:.1f} s (allowed: {limit_s:.1f} s)"
            yield error("stale", message, "RFC 8216 §6.2.2")

    def _overlap(self, last: MediaPlaylist, playlist: MediaPlaylist) -> Iterator[Finding]:
        if playlist.media_sequence < last.media_sequence:
            message = f"EXT-X-MEDIA-SEQUENCE went back from {last.media_sequence} to {playlist.media_sequence}"
            yield error("sequence-back", message, "RFC 8216 §6.2.2")
        elif playlist.next_sequence < last.next_sequence:
            message = f"chunks {playlist.next_sequence} to {last.next_sequence - 1} were taken back"
            yield error("chunks-removed", message, "RFC 8216 §6.2.2")
        if playlist.media_sequence > last.next_sequence and not last.ended:
            lost = playlist.media_sequence - last.next_sequence
            yield warning("chunks-unseen", f"{lost} chunks passed between two looks", "RFC 8216 §6.3.4")
        for chunk, date in zip(playlist.chunks, dated(playlist), strict=True):
            known = self.known.get(chunk.sequence)
            if known is not None:
                yield from _same_chunk(known, Listed(chunk, date))
        yield from self._across(last, playlist)

    def _across(self, last: MediaPlaylist, playlist: MediaPlaylist) -> Iterator[Finding]:
        """Dates and discontinuity numbers where no chunk is in both states."""
        if not (last.chunks and playlist.chunks) or playlist.media_sequence < last.next_sequence:
            return
        newest, oldest = self.known[last.chunks[-1].sequence], playlist.chunks[0]
        date = dated(playlist)[0]
        if newest.date is not None and date is not None and date < newest.date:
            yield error("date-back", f"the dates go back by {newest.date - date:.3f} s", "DESIGN §4")
        number = oldest.discontinuity_number
        if number < newest.chunk.discontinuity_number:
            message = f"the discontinuity number went back from {newest.chunk.discontinuity_number} to {number}"
            yield error("discontinuity-sequence", message, "RFC 8216 §6.2.2")

    def _date_ranges(self, playlist: MediaPlaylist) -> Iterator[Finding]:
        for item in playlist.date_ranges:
            known = self._ranges.pop(item.id, None)
            changed = [n for n, value in (known or {}).items() if item.attributes.get(n) != value]
            if changed:
                message = f"the date range {item.id!r} changed after it was published: {', '.join(changed)}"
                yield error("date-range-changed", message, "RFC 8216 §4.3.2.7.1; DESIGN §5.9")
            self._ranges[item.id] = item.attributes
        for name in list(self._ranges)[: max(0, len(self._ranges) - MOST_RANGES)]:
            del self._ranges[name]

    def _remember(self, playlist: MediaPlaylist) -> Iterator[Finding]:
        listed = [Listed(chunk, date) for chunk, date in zip(playlist.chunks, dated(playlist), strict=True)]
        for item in listed:
            sequence, uri = item.chunk.sequence, item.chunk.uri
            if sequence not in self.known and self._names.use(uri):
                yield error("name-reused", f"{uri} was used before and now names chunk {sequence}", "DESIGN §5.3")
        if self.last is not None and playlist.media_sequence < self.last.media_sequence:
            self.known = {}  # begin anew, or every later state would be compared with what was taken back
        self.known |= {item.chunk.sequence: item for item in listed}
        for sequence in sorted(self.known)[: max(0, len(self.known) - len(listed) - REMEMBERED_CHUNKS)]:
            del self.known[sequence]


def _header(last: MediaPlaylist, playlist: MediaPlaylist) -> Iterator[Finding]:
    if last.target_duration != playlist.target_duration:
        message = f"the target duration changed from {last.target_duration} to {playlist.target_duration} s"
        yield error("target-duration-changed", message, "RFC 8216 §6.2.1")
    if playlist.discontinuity_sequence < last.discontinuity_sequence:
        message = f"went back from {last.discontinuity_sequence} to {playlist.discontinuity_sequence}"
        yield error("discontinuity-sequence", f"EXT-X-DISCONTINUITY-SEQUENCE {message}", "RFC 8216 §6.2.2")
    if last.ended:
        yield error("changed-after-end", "the playlist changed after EXT-X-ENDLIST", "RFC 8216 §6.2.1")
    if last.type is not None and last.type != playlist.type:
        yield error("type-changed", f"EXT-X-PLAYLIST-TYPE was {last.type}, now {playlist.type}", "RFC 8216 §6.2.1")
    if last.type == "EVENT" and playlist.media_sequence > last.media_sequence:
        yield error("chunks-removed", "chunks were removed from an EVENT playlist", "RFC 8216 §4.3.3.5")


def _same_chunk(known: Listed, now: Listed) -> Iterator[Finding]:
    """A number stands for the same chunk for ever (§6.2.2)."""
    old, new, sequence = known.chunk, now.chunk, now.chunk.sequence
    if old.uri != new.uri:
        message = f"chunk {sequence} was {old.uri} and is now {new.uri}"
        yield error("uri-changed", message, "RFC 8216 §6.2.2; DESIGN §5.3")
        return
    if abs(old.duration_s - new.duration_s) > 1e-6:
        yield error("duration-changed", f"the duration of chunk {sequence} changed", "RFC 8216 §6.2.1")
    if known.date is not None and now.date is not None and abs(known.date - now.date) > DATE_CHANGE_S:
        shift_ms = 1000 * (now.date - known.date)
        yield error("date-changed", f"the date of chunk {sequence} changed by {shift_ms:+.1f} ms", "RFC 8216 §6.2.1")
    if old.discontinuity_number != new.discontinuity_number:
        message = (
            f"chunk {sequence} had the discontinuity number {old.discontinuity_number}, now {new.discontinuity_number}"
        )
        yield error("discontinuity-sequence", message, "RFC 8216 §4.3.3.3, §6.2.2")
    elif old.map_uri != new.map_uri:
        yield error("map-changed", f"the EXT-X-MAP of chunk {sequence} changed", "RFC 8216 §6.2.1")
