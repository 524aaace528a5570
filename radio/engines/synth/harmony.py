"""Chords: from short tokens ("2", "5D", "4m", "b7M") in a key to pitch classes with a colour. Pure.

A digit is a degree of the mode's own scale with the chord that grows there; M, m, D, h force major, minor,
dominant seventh, half-diminished; b lowers the root, # raises it: these are the borrowed and secondary chords.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from radio.engines.synth.scales import Key

Colour = Literal["triad", "seventh", "ninth", "add9", "sus2", "sus4", "sixth", "open"]

FORCED: dict[str, tuple[int, ...]] = {"M": (0, 4, 7, 11), "m": (0, 3, 7, 10), "D": (0, 4, 7, 10), "h": (0, 3, 6, 10)}
"""Semitones above the root; the fourth tone sounds only where the colour wants sevenths (D and h always)."""
SHAPES: dict[Colour, tuple[int, ...]] = {
    "triad": (0, 2, 4),
    "seventh": (0, 2, 4, 6),
    "ninth": (0, 2, 4, 6, 8),
    "add9": (0, 2, 4, 8),
    "sus2": (0, 8, 4),
    "sus4": (0, 3, 4),
    "sixth": (0, 2, 4, 5),
    "open": (0, 4, 8),
}
"""Scale steps above the root."""
ALLOWED: dict[int, tuple[int, ...]] = {8: (2,), 3: (5,), 5: (9,), 6: (10, 11)}
"""Steps that sound well only at these semitones above the root: no minor ninths, no tritone suspensions."""


@dataclass(frozen=True, slots=True)
class Chord:
    """`tones` are pitch classes, the root first, then upwards."""

    token: str
    tones: tuple[int, ...]

    @property
    def root(self) -> int:
        return self.tones[0]

    @property
    def fifth(self) -> int:
        """The tone a bass may use beside the root: the fifth, or the root again where it is altered."""
        return next((tone for tone in self.tones if (tone - self.root) % 12 == 7), self.root)

    def holds(self, pitch: int) -> bool:
        return pitch % 12 in self.tones


@lru_cache(maxsize=4096)
def chord(token: str, key: Key, colour: Colour) -> Chord:
    """The chord that a token means in a key. A degree beyond the scale wraps round."""
    plain = token.lstrip("b#")
    degree, forced = int(plain[0]) - 1, plain[1:]
    scale = key.scale
    root = key.tonic + scale[degree % len(scale)] + token.startswith("#") - token.startswith("b")
    if forced:
        tones = FORCED[forced]
        rich = forced in "Dh" or colour in ("seventh", "ninth")
        return Chord(token, tuple((root + tone) % 12 for tone in (tones if rich else tones[:3])))
    steps = [degree + step for step in SHAPES[colour]] if len(scale) == 7 else pentatonic_steps(degree, colour)
    above = [(scale[step % len(scale)] + 12 * (step // len(scale)) - scale[degree % len(scale)]) for step in steps]
    kept = [
        tone
        for tone, step in zip(above, SHAPES[colour], strict=False)
        if len(scale) == 5 or step not in ALLOWED or tone % 12 in ALLOWED[step]
    ]
    if len(kept) < 3:
        return chord(token, key, "triad")
    return Chord(token, tuple((root + tone) % 12 for tone in kept))


def pentatonic_steps(degree: int, colour: Colour) -> list[int]:
    """On five notes a chord is every second one: fourths and sixths, never a semitone."""
    return [degree + 2 * index for index in range(min(4, len(SHAPES[colour])))]


def cadence(key: Key, *, rich: bool) -> tuple[str, str]:
    """The two chords that lead home at the end of a section; `rich` where sevenths are at home (jazz, lo-fi)."""
    if key.mode == "pentatonic":
        return "4", "2"
    if key.mode == "major":
        return ("2", "5D") if rich else ("4", "5")
    if key.mode in ("minor", "harmonic_minor"):
        return ("2h", "5D") if rich else ("4", "5M")
    return {"dorian": ("7", "4"), "mixolydian": ("4", "7"), "lydian": ("2", "5"), "phrygian": ("7", "2")}[key.mode]
