"""What the parts write for one bar, before swing, human error and samples: in beats from the bar line. Pure data."""

from __future__ import annotations

from dataclasses import dataclass

from radio.engines.synth.score import Drum, Part
from radio.engines.synth.style import Instrument


@dataclass(frozen=True, slots=True)
class Tone:
    """`late_ms` on purpose: rolled chords, lazy players."""

    beat: float
    beats: float
    pitch: int
    velocity: float
    part: Part
    instrument: Instrument
    pan: float = 0.0
    late_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Stroke:
    beat: float
    drum: Drum
    velocity: float
    late_ms: float = 0.0
