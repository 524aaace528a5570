"""What an event in the sound means at its place: a fault, perhaps a fault, or music. Pure but for its counters.

A hard transient is a fault of packaging where it comes at chunk borders more often than chance allows; a single one
elsewhere may be a drum.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from scipy.stats import poisson

from radio.check.clicks import CERTAIN
from radio.check.finding import Finding, error, warning
from radio.check.sound import Event

REMEMBERED_CHUNKS = 128
BORDER_S = (-0.010, 0.050)
"""AAC smears what happens at a border over the frame after it, and a bit over the one before."""
UNLIKELY = 1e-4
LEAST_AT_BORDERS = 3
RULE = "DESIGN §2"
"""Sound flows without a break."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A chunk's first sample in the sound."""

    sequence: int
    first_sample: int
    discontinuity: bool


class Verdict:
    """Judges the events of one rendition."""

    def __init__(self) -> None:
        self.counts = {"silence": 0, "dropout": 0, "click": 0, "transient": 0, "repeat": 0}
        self._chunks: deque[Begun] = deque(maxlen=REMEMBERED_CHUNKS)
        self._borders = 0
        self._at_borders = 0

    def begin(self, chunk: Begun) -> None:
        self._chunks.append(chunk)
        self._borders += 1

    def restart(self) -> None:
        """The sound begins anew at sample 0."""
        self._chunks.clear()

    def judge(self, event: Event, rate: int) -> Iterator[Finding]:
        self.counts[event.kind] += 1
        place, border = self._place(event.at_sample, rate)
        self._at_borders += border is not None and event.kind in {"click", "transient"}
        length_ms = 1000 * event.samples / rate
        match event.kind:
            case "dropout":
                yield error("dropout", f"the sound drops out for {length_ms:.0f} ms {place}", RULE)
            case "silence":
                yield warning("silence", f"silence of {length_ms / 1000:.2f} s {place}", RULE)
            case "repeat" if event.strength < 1:
                yield warning("repeat", f"{length_ms:.0f} ms may be heard twice in a row {place}", RULE)
            case "repeat":
                yield error("repeat", f"{length_ms:.0f} ms are heard twice in a row {place}", RULE)
            case "click" if event.strength >= CERTAIN and not (border and border.discontinuity):
                yield error("click", f"click {place}, {event.strength:.0f} times over its surroundings", RULE)
            case "click":
                message = f"click, or a dry percussive sound, {place}, {event.strength:.0f} times over its surroundings"
                yield warning("click", message, RULE)
            case "transient":
                pass

    def finish(self, seconds: float) -> Iterator[Finding]:
        """Whether transients gather at chunk borders (their number beside chance, Poisson)."""
        near_s = self._borders * (BORDER_S[1] - BORDER_S[0])
        elsewhere = self.counts["click"] + self.counts["transient"] - self._at_borders
        expected = max(elsewhere, 1) / max(seconds - near_s, 1.0) * near_s
        if self._at_borders >= LEAST_AT_BORDERS and poisson.sf(self._at_borders - 1, expected) < UNLIKELY:
            message = (
                f"{self._at_borders} of {self._borders} chunks begin with a click; chance would have {expected:.1f}"
            )
            yield error("border-clicks", message, RULE)

    def _place(self, at_sample: int, rate: int) -> tuple[str, Begun | None]:
        inside = next((chunk for chunk in reversed(self._chunks) if chunk.first_sample <= at_sample), None)
        following = next((chunk for chunk in self._chunks if chunk.first_sample > at_sample), None)
        before_s = (following.first_sample - at_sample) / rate if following else 1.0
        if inside is None:
            return "at the start", None
        offset_s = (at_sample - inside.first_sample) / rate
        border = inside if offset_s <= BORDER_S[1] else following if before_s <= -BORDER_S[0] else None
        where = f"in chunk {inside.sequence} at {offset_s:.3f} s"
        if border is not None and border.discontinuity:
            where += " (at a discontinuity)"
        return where, border
