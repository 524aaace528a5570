"""Follows one rendition's playlist: the rules, which chunks are new, and when each came. Holds bounded state.

It knows no sound, no HTTP and no clock: times are parameters (Unix seconds).
"""

from __future__ import annotations

from collections.abc import Iterator

from radio.check.finding import Finding, warning
from radio.check.meter import Spread
from radio.check.playlist import MediaPlaylist
from radio.check.reloads import Listed, Reloads
from radio.check.rules import check_media

LATE_TARGETS = 0.5
"""A chunk that comes this much after it was due has used half of what §6.2.2 leaves."""


class Watch:
    """One rendition's playlist over time."""

    def __init__(self) -> None:
        self.behind = Spread()
        self.late = Spread()
        self.download = Spread()
        self.fresh: tuple[Listed, ...] = ()
        """The chunks that the last look showed for the first time."""
        self._reloads = Reloads()
        self._seen_at: float | None = None
        self._looked_at = 0.0

    @property
    def playlist(self) -> MediaPlaylist | None:
        return self._reloads.last

    def listed(self, sequence: int) -> Listed | None:
        """A chunk that is or was listed of late."""
        return self._reloads.known.get(sequence)

    def look(self, playlist: MediaPlaylist, begun_at: float, received_at: float) -> Iterator[Finding]:
        """One look at the playlist; `fresh` is set afterwards."""
        before = self._reloads.last
        if before != playlist:
            yield from check_media(playlist, received_at)
        yield from self._reloads.add(playlist, begun_at, received_at)
        self.fresh = tuple(self._reloads.fresh(before)) if before != playlist else ()
        if before is not None and self.fresh and not before.ended:
            yield from self._timing(playlist, received_at)
        if self.fresh:
            self._seen_at = received_at
        self._looked_at = begun_at

    def _timing(self, playlist: MediaPlaylist, received_at: float) -> Iterator[Finding]:
        """`late` is measured from the chunk before; of several new ones at once the last was due last."""
        newest = self.fresh[-1]
        if newest.date is not None:
            self.behind.add(received_at - newest.date - newest.chunk.duration_s)
        if self._seen_at is None:
            return
        due_s = sum(item.chunk.duration_s for item in self.fresh)
        late_s = received_at - self._seen_at - due_s
        self.late.add(late_s)
        limit_s = LATE_TARGETS * (playlist.target_duration or 0)
        # Only what a look before this one already missed was late; the rest may be our own slow looking.
        missed_s = self._looked_at - self._seen_at - due_s
        if missed_s > limit_s > 0:
            message = f"chunk {newest.chunk.sequence} came {late_s:.2f} s after it was due"
            yield warning("late-chunk", message, "RFC 8216 §6.2.2")
