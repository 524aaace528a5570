"""Modes as pitch classes, and a key as a ladder of pitches to climb. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from radio.engines.synth.style import Mode, Style

SCALES: dict[Mode, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "harmonic_minor": (0, 2, 3, 5, 7, 8, 11),
    "pentatonic": (0, 2, 4, 7, 9),
}
FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
SHARP_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
MINOR_MODES: tuple[Mode, ...] = ("minor", "dorian", "phrygian", "harmonic_minor")


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic (pitch class 0…11) and a mode."""

    tonic: int
    mode: Mode

    @property
    def scale(self) -> tuple[int, ...]:
        """Semitones above the tonic."""
        return SCALES[self.mode]

    @property
    def minor(self) -> bool:
        return self.mode in MINOR_MODES

    @property
    def name(self) -> str:
        """As musicians write it: "D minor", "Eb major", "F# dorian"."""
        names = SHARP_NAMES if self.minor else FLAT_NAMES
        return f"{names[self.tonic % 12]} {self.mode.replace('_', ' ')}"

    def holds(self, pitch: int) -> bool:
        return (pitch - self.tonic) % 12 in self.scale

    def pitch(self, step: int) -> int:
        """MIDI pitch of a rung; rung 0 is the tonic between C4 and B4."""
        octave, degree = divmod(step, len(self.scale))
        return 60 + self.tonic + 12 * octave + self.scale[degree]

    def step(self, pitch: int) -> int:
        """The rung at or just below a MIDI pitch."""
        octave, above = divmod(pitch - 60 - self.tonic, 12)
        return octave * len(self.scale) + sum(note <= above for note in self.scale) - 1


def key_of_style(style: Style) -> Key:
    return Key(style.tonic % 12, style.mode)
