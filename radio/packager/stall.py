"""Does ffmpeg still work? Pure: told how much it took and made, in real seconds, it says when that has stopped.

It knows no process. A player stands three chunks (12 s) behind live, so an encoder that hangs has to be found, started
again and caught up within that: what stands still is told after 2 s, what only swallows after a chunk's length and 2 s.
"""

from __future__ import annotations

from radio.contracts import SAMPLE_RATE

FIRST_S = 6.0
"""Without having taken anything: a program that is read from a slow disk."""
STILL_S = 2.0
"""With work before it that it does not take. A busy machine keeps a process waiting for under a second."""
AWAY_S = 2.0
"""Between two looks: then the whole server was asleep."""
MARGIN_SAMPLES = 16_384
"""What ffmpeg holds back beside a chunk while it keeps up is a quarter of this."""


class Stall:
    """`look` every half second or so."""

    def __init__(self, chunk_samples: int, now_s: float) -> None:
        self._chunk_samples = chunk_samples

        self._looked_s = self._moved_s = self._paid_s = now_s
        self._taken = self._made = 0

    def look(self, taken: int, made: int, now_s: float, *, waiting: bool) -> str:
        """What is the matter, as a sentence; empty while nothing is. `taken` samples were read by ffmpeg, `made` chunks
        came out of it; `waiting`: there is sound that it has not read."""
        if now_s - self._looked_s > AWAY_S:
            self._moved_s = self._paid_s = now_s
        self._looked_s = now_s
        owes = taken - made * self._chunk_samples > self._chunk_samples + MARGIN_SAMPLES
        if (taken, made) != (self._taken, self._made) or not (waiting or owes):
            self._moved_s = now_s
        if made != self._made or not owes:
            self._paid_s = now_s
        self._taken, self._made = taken, made
        return self._sentence(now_s)

    def _sentence(self, now_s: float) -> str:
        still_s = STILL_S if self._taken > 0 else FIRST_S
        owing_s = self._chunk_samples / SAMPLE_RATE + STILL_S
        if now_s - self._moved_s > still_s:
            return f"ffmpeg has stood still for {still_s:g} s"
        if now_s - self._paid_s > owing_s:
            return f"ffmpeg takes sound and has made no chunk of it for {owing_s:.1f} s"
        return ""
