"""What a prompt means to the synthesiser: one frozen value between understanding, composing and rendering.

Pure data; knows no words of any language and no sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Genre = Literal[
    "ambient",
    "lofi",
    "piano",
    "classical",
    "jazz",
    "house",
    "techno",
    "synthwave",
    "dnb",
    "folk",
    "chiptune",
    "drone",
]
Mode = Literal["major", "minor", "dorian", "mixolydian", "lydian", "phrygian", "harmonic_minor", "pentatonic"]
Instrument = Literal[
    "piano",
    "electric_piano",
    "acoustic_guitar",
    "electric_guitar",
    "harp",
    "strings",
    "violin",
    "cello",
    "flute",
    "clarinet",
    "saxophone",
    "trumpet",
    "brass",
    "choir",
    "organ",
    "bells",
    "vibraphone",
    "marimba",
    "kalimba",
    "music_box",
    "koto",
    "shamisen",
    "sitar",
    "accordion",
    "synth_pad",
    "warm_pad",
    "glass_pad",
    "synth_lead",
    "saw_lead",
    "square_lead",
    "pluck",
    "sine_bass",
    "synth_bass",
    "acid_bass",
    "upright_bass",
    "electric_bass",
]
Kit = Literal["acoustic", "brushes", "lofi", "house", "techno", "synthwave", "breaks", "chip", "hand"]
Texture = Literal["rain", "vinyl", "waves", "wind", "fire", "birds", "night", "stream", "thunder", "cafe", "tape"]

GENRES: tuple[Genre, ...] = get_args(Genre)
INSTRUMENTS: tuple[Instrument, ...] = get_args(Instrument)
TEXTURES: tuple[Texture, ...] = get_args(Texture)


@dataclass(frozen=True, slots=True)
class Style:
    """A definite character. The 0…1 fields mean: `energy` calm to driving, `brightness` dark to bright timbre,
    `density` sparse to busy, `space` dry to far away, `warmth` clean to saturated, `swing` straight to triplet.
    """

    prompt: str
    seed: int
    """63-bit hash of the normalised prompt: equal meanings of different words still differ a little."""
    genre: Genre
    bpm: float
    """Beats per minute, 40…200."""
    beats_per_bar: int
    """3 or 4."""
    tonic: int
    """Pitch class, 0 = C … 11 = B."""
    mode: Mode
    energy: float
    brightness: float
    density: float
    space: float
    warmth: float
    swing: float
    lead: Instrument | None
    chords: Instrument | None
    pad: Instrument | None
    bass: Instrument | None
    kit: Kit | None
    """None: no drums."""
    textures: tuple[Texture, ...] = ()
    texture_only: bool = False
    """True for 'just rain': no notes at all."""
