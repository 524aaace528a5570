"""Accompaniment figures: how a chord is played in time. Data, and the little language it is written in.

One character a step: `o` the whole chord, a digit one rung of a ladder, `-` holds, `.` rests. A figure is
one or two bars of 4/4 long; in 3/4 each bar loses its last quarter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Ladder = Literal["voicing", "left"]
"""`voicing`: the chord as voiced, then its octaves. `left`: root, fifth, octave, tenth, twelfth of a left hand."""


@dataclass(frozen=True, slots=True)
class Figure:
    """`step` is the length of a character in beats. `pedal`: notes ring on to the end of their chord or bar."""

    text: str
    step: float = 0.25
    ladder: Ladder = "voicing"
    pedal: bool = False
    gate: float = 1.0
    """Part of its written length that a note sounds."""

    def cells(self, bar: int, beats: int) -> list[tuple[float, float, str]]:
        """(beat, beats, sign) of each onset in one bar."""
        per_bar = round(4 / self.step)
        bars = max(1, len(self.text) // per_bar)
        line = self.text[(bar % bars) * per_bar :][: round(beats / self.step)]
        found: list[tuple[float, float, str]] = []
        for index, sign in enumerate(line):
            if sign == "-" and found:
                start, length, what = found[-1]
                found[-1] = (start, length + self.step, what)
            elif sign not in ".-":
                found.append((index * self.step, self.step, sign))
        return found


FIGURES: dict[str, Figure] = {
    # whole chords
    "hold": Figure("o---------------"),
    "halves": Figure("o-------o-------", gate=0.97),
    "breathe": Figure("o-----------......o-------------"),
    "lazy": Figure("o-----....o---..o-------..o-o-..", gate=1.0),
    "dusty": Figure("o-------..o-----..o---....o-o---"),
    "behind": Figure("..o-----..o---..o-----....o-----"),
    "soft pulse": Figure("o---o---o---o---", gate=0.85),
    "charleston": Figure("o---..o-..........o-......o---..", gate=1.0),
    "comp": Figure("..o-......o---........o-....o---", gate=1.0),
    "freddie": Figure("o--.o--.o--.o--.", gate=1.0),
    "sparse comp": Figure("......o---......o---......o-....", gate=0.9),
    "stab": Figure("..o-..o-..o-..o-", gate=1.0),
    "deep": Figure("o-.o-.....o-.o-.o-.o-...o-....o-", gate=1.0),
    "garage": Figure("...o-..o-...o-.....o-..o-.....o-", gate=1.0),
    "dub": Figure("...o-...........", gate=1.0),
    "minimal": Figure("o..o..o.....o...o..o..o...o.....", gate=1.0),
    "offbeats": Figure("....o-......o-..", gate=1.0),
    "eighths": Figure("o.o.o.o.o.o.o.o.", gate=0.9),
    "anthem": Figure("o-----o-----o---", gate=0.92),
    "strum": Figure("o---o-o-.-o-o-o-o---o-o-..o-o-o-", gate=0.98),
    "gentle strum": Figure("o-----o-..o-o---", gate=1.0),
    "train": Figure("0-o-2-o-0-o-2-o-", ladder="left", gate=0.9),
    "waltz": Figure("0---o---o---o---", ladder="left", gate=0.9),
    "bossa": Figure("o--o---o--o--o--", gate=0.8),
    "bossa long": Figure("o-----o---o-----..o---o---o---o-", gate=0.9),
    # ladders, eighths
    "up": Figure("01234321", 0.5, pedal=True),
    "wave": Figure("0123432101232123", 0.5, pedal=True),
    "alberti": Figure("02120212", 0.5, gate=0.95),
    "broken": Figure("0.2.1.3.0.2.3.1.", 0.5, pedal=True),
    "travis": Figure("03142314", 0.5, "left", pedal=True),
    "pinch": Figure("0.3214320.341432", 0.5, "left", pedal=True),
    "nocturne": Figure("01232321", 0.5, "left", pedal=True),
    "river": Figure("0124342101243431", 0.5, "left", pedal=True),
    "tide": Figure("0-1-2-3-4-3-2-1-", 0.5, "left", pedal=True),
    "bare": Figure("0---1---2-------", 0.25, "left", pedal=True),
    "rocking": Figure("0-2-1-2-0-2-1-2-", 0.25, gate=1.0),
    "minuet": Figure("0-2-3-2-1-2-3-2-", 0.25, "left", gate=0.9),
    "chorale": Figure("o---o---o---o-o-", 0.25, gate=0.97),
    # ladders, sixteenths and wider
    "pulse": Figure("0.1.2.1.0.1.2.3.", 0.25, gate=0.9),
    "shimmer": Figure("....3...5...4.....6.....3.....5.", 0.25, pedal=True),
    "drops": Figure("..4.......6...........5.....7...", 0.25, pedal=True),
    "lanterns": Figure("3...5...4...6...3...5...7...6...", 0.25, pedal=True),
    "ripple": Figure("0123456754321012", 0.25, pedal=True),
    "sequence": Figure("0231023102310234", 0.25, gate=0.7),
    "octaves": Figure("0202031302020414", 0.25, gate=0.7),
    "gallop": Figure("0.120.120.120.34", 0.25, gate=0.8),
    "tresillo": Figure("0..1..2.3..2..1.", 0.25, gate=0.9),
    "hocket": Figure("..1...3...2.4.....1..3....2...5.", 0.25, gate=0.8),
    "riff": Figure("0..0..1...0.2...0..0..1...0...3.", 0.25, gate=0.6),
    "chip": Figure("0120120120120120", 0.25, gate=0.8),
    "chip fast": Figure("01201201201201201201201201201201", 0.125, gate=0.9),
    "chip up": Figure("01234543012345430123454301234543", 0.125, gate=0.9),
}
