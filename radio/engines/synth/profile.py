"""What a genre leaves open and within which bounds: the shape of one profile. Data only, any thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from radio.engines.synth.style import Genre, Instrument, Kit, Mode, Texture

T = TypeVar("T")
Range = tuple[float, float]
FEELS = ("energy", "brightness", "density", "space", "warmth", "swing")
"""The 0…1 fields of `Style`, in its words."""


@dataclass(frozen=True, slots=True)
class Feel:
    """Bounds of the six 0…1 fields of `Style`."""

    energy: Range
    brightness: Range
    density: Range
    space: Range
    warmth: Range
    swing: Range = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Profile:
    """A genre, or a neighbour of one that is played as it.

    Each tuple of choices is drawn from evenly, so what is named twice comes twice as often; None is 'nobody'.
    `drums` are the kits for those who ask for drums where the genre has none.
    """

    name: str
    genre: Genre
    bpm: Range
    modes: tuple[Mode, ...]
    feel: Feel
    lead: tuple[Instrument | None, ...]
    chords: tuple[Instrument | None, ...]
    pad: tuple[Instrument | None, ...]
    bass: tuple[Instrument | None, ...]
    kit: tuple[Kit | None, ...] = (None,)
    drums: tuple[Kit, ...] = ("lofi", "hand")
    textures: tuple[Texture | None, ...] = (None,)
    meters: tuple[int, ...] = (4,)
    tonics: tuple[int, ...] = field(default=tuple(range(12)))

    @property
    def has_drums(self) -> bool:
        return any(kit is not None for kit in self.kit)
