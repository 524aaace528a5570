"""Finds coded frames that were sent twice, by their checksums. Streaming, in bounded memory; knows no sound.

Test tones and silence code into equal frames again and again. So a run of repeated frames is a fault only where it
stands alone, with nothing repeated for a second before and after, and where it follows what it repeats or is long.

Limits: looks two minutes of AAC back; a repeat of fewer than three frames (64 ms of AAC) is taken for chance, and one
that goes on for more than four times its own length for a periodic sound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from radio.check.decode import Packet

REMEMBERED = 6_000
LEAST_RUN = 3
LEAST_BYTES = 24
"""Smaller frames hold silence, which repeats by nature."""
MOST_TURNS = 4
LONG_RUN = 24
"""Half a second of AAC."""
ALONE = 48


@dataclass(frozen=True, slots=True)
class RepeatedFrames:
    """Frames `first` to `first + count` (counted from the start) equal those `lag` frames earlier."""

    first: int
    count: int
    lag: int


class Frames:
    """Push the packets of one rendition in order."""

    def __init__(self) -> None:
        self._last_seen: dict[str, int] = {}
        self._index = 0
        self._run_lag = 0
        self._run = 0
        self._repeated_at = -ALONE - 1
        """The last repeated frame before the run."""
        self._candidate: RepeatedFrames | None = None

    def push(self, packet: Packet) -> Iterator[RepeatedFrames]:
        """The repeat that is certain with this packet, if one is."""
        seen = self._last_seen.pop(packet.checksum, None)
        lag = self._index - seen if seen is not None and packet.size >= LEAST_BYTES else 0
        if lag == 0 or lag != self._run_lag:
            self._end_run()
            if lag:
                self._candidate = None  # not alone
            elif self._candidate is not None and self._index - self._repeated_at > ALONE:
                yield from self.finish()
        self._run += lag > 0
        self._run_lag = lag
        self._last_seen[packet.checksum] = self._index
        self._index += 1
        if len(self._last_seen) > REMEMBERED:
            del self._last_seen[next(iter(self._last_seen))]

    def finish(self) -> Iterator[RepeatedFrames]:
        """The repeat that nothing followed."""
        self._end_run()
        if self._candidate is not None:
            yield self._candidate
        self._candidate = None

    def _end_run(self) -> None:
        if not self._run:
            return
        run, lag, first = self._run, self._run_lag, self._index - self._run
        alone = first - self._repeated_at > ALONE
        if alone and LEAST_RUN <= run <= MOST_TURNS * lag and (run >= lag - 1 or run >= LONG_RUN):
            self._candidate = RepeatedFrames(first, run, lag)
        self._run, self._repeated_at = 0, self._index - 1
