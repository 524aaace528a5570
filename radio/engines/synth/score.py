"""The score: what the composer writes and the renderer plays. Pure data, in samples of the chain at 48 kHz."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from radio.engines.synth.style import Instrument, Kit, Style, Texture

MAX_NOTE_SAMPLES = 480_000
"""No note is held longer than this (10 s): how far back a renderer must look for one that still sounds."""
MAX_FADE_SAMPLES = 480_000
"""No wash fades longer than this (10 s)."""

Parting = Literal["clipped", "ringing", "cut"]
Part = Literal["lead", "counter", "chords", "arp", "pad", "bass"]
Drum = Literal[
    "kick", "snare", "clap", "rim", "hat", "open_hat", "ride", "crash", "shaker", "tom_low", "tom_high", "tambourine"
]


@dataclass(frozen=True, slots=True)
class Note:
    """`start` and `length` in samples (chain position, key down to up); `pitch` MIDI; `velocity` 0…1; `pan` −1…1."""

    start: int
    length: int
    pitch: int
    velocity: float
    part: Part
    instrument: Instrument
    pan: float = 0.0


@dataclass(frozen=True, slots=True)
class Hit:
    """One stroke on the kit."""

    start: int
    drum: Drum
    velocity: float
    kit: Kit


@dataclass(frozen=True, slots=True)
class Wash:
    """A texture between two chain positions, at a level of 0…1, faded over `fade` samples at both ends.

    `rise`: it comes in this fast instead. `cut`: from here on it is cut off.
    """

    start: int
    end: int
    texture: Texture
    level: float
    fade: int
    rise: int | None = None
    cut: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a chain under one style. `start` is the bar line of its bar `first_bar`; `end` None: open.

    Renderers take timbre, space, warmth and so on from `style`. `parting` says what becomes of its last notes: clipped
    at the end, ringing as long as written, or cut: as written, but all that sounds fades away at once. A `sudden`
    passage takes over in the middle of another one's bar and must be heard at once.
    """

    start: int
    end: int | None
    style: Style
    seed: int
    first_bar: int = 0
    parting: Parting = "clipped"
    sudden: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """Everything that sounds between `start` and `end`: notes and hits that *begin* in there, washes that touch it.

    `bars` are the bar lines in [start, end). `passages` are those that touch the window, ascending.
    """

    start: int
    end: int
    passages: tuple[Passage, ...]
    bars: tuple[int, ...]
    notes: tuple[Note, ...]
    hits: tuple[Hit, ...]
    washes: tuple[Wash, ...]
    title: str
