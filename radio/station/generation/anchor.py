"""When is a chain worn out? (Pure; the conductor's task asks after each segment of a model.)

A model that continues its own output drifts: each hop rounds something off, adds a little noise, presses a little
harder. The chain's first segment is the anchor that the later ones are measured against. State in, state out; what is
done about a worn chain (begin a new one, and mix over to it) is the programme's. Music changes by itself, so one
segment that is far from the first says nothing: two in a row do. The measurements behind each number stand in
`docs/quality.md`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log2

from radio.contracts import Quality

MOST_HOPS = 20
"""A quarter of an hour in 45 s strides. Every chain may begin anew by then: listeners like a change, and slow hiss is a
kind of wear that the numbers below see late."""
TILT_DB = 2.5
"""Per octave, either way. Minutes of one recording differ by less 97 times in 100."""
HIGHS_LOST_DB = 12.0
"""8–16 kHz against 0.5–2 kHz. Recordings that begin quietly gain up to 16 dB, and lose 12 dB once in 100 minutes."""
HIGHS_GAINED_DB = 20.0
PUNCH_LOST_DB = 2.0
"""Peaks over the mean within 100 ms. Recordings lose 1.2 dB once in 20 minutes, 2.3 dB once in 100."""
TONALITY_HALVINGS = 1.2
"""Tones sink into noise: to under 44 % of the decibels they stood out by. Recordings do so once in 100 minutes."""
ENTROPY_BITS = 0.4
"""Every pitch class at once: the music has lost its key. The greatest rise in recordings was 0.41."""
IN_A_ROW = 2


@dataclass(frozen=True, slots=True)
class ChainWatch:
    """One chain so far. `first` is what was measured on its first segment, `hops` how many have continued it, `drift`
    what is wrong with the newest, and `strikes` with how many in a row up to it something was."""

    first: Quality
    most_hops: int = MOST_HOPS
    hops: int = 0
    strikes: int = 0
    drift: str = ""

    @classmethod
    def begin(cls, first: Quality, most_hops: int = MOST_HOPS) -> ChainWatch:
        """Watch a chain that starts with this segment."""
        return cls(first, most_hops)

    def hear(self, quality: Quality) -> ChainWatch:
        """The chain with one more segment."""
        drift = drifted(self.first, quality)
        return replace(self, hops=self.hops + 1, strikes=self.strikes + 1 if drift else 0, drift=drift)

    @property
    def reason(self) -> str:
        """Why the next segment should start a new chain; empty while it need not."""
        if self.strikes >= IN_A_ROW:
            return self.drift
        return f"The chain is {self.hops} segments old." if self.hops >= self.most_hops else ""


def drifted(first: Quality, now: Quality) -> str:
    """What is different about `now`, as a sentence; empty if nothing worth it."""
    tilt = now.tilt_db_per_octave - first.tilt_db_per_octave
    highs, punch = now.highs_db - first.highs_db, now.punch_db - first.punch_db
    if abs(tilt) > TILT_DB:
        return f"The sound has become {'brighter' if tilt > 0 else 'duller'} by {abs(tilt):.1f} dB per octave."
    if highs < -HIGHS_LOST_DB or highs > HIGHS_GAINED_DB:
        return f"The highs have become {'louder' if highs > 0 else 'weaker'} by {abs(highs):.0f} dB."
    if punch < -PUNCH_LOST_DB:
        return f"The sound has been pressed flat by {-punch:.1f} dB."
    if log2(max(now.tonality_db, 0.05) / max(first.tonality_db, 0.05)) < -TONALITY_HALVINGS:
        return f"Tones sink into noise: they stand out by {now.tonality_db:.1f} dB instead of {first.tonality_db:.1f}."
    if now.chroma_entropy_bits - first.chroma_entropy_bits > ENTROPY_BITS:
        return "The music has lost its key: every pitch sounds at once."
    return ""
