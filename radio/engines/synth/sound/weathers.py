"""What each texture is made of: beds of noise that swell, and grains strewn over them. Data only, any thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from radio.engines.synth.sound import grains
from radio.engines.synth.sound.shaping import Curve, band
from radio.engines.synth.sound.tone import F32, F64
from radio.engines.synth.style import Texture


@dataclass(frozen=True, slots=True)
class Bed:
    """Endless noise. `level` is its RMS at full level; `swell` 0…1 how deep it comes and goes, about every `swell_s`;
    `bias` bends the swell (2: mostly low, short crests). `width` 0 mono … 1 wide.
    """

    curve: Curve
    level: float
    swell: float = 0.0
    swell_s: float = 6.0
    bias: float = 1.0
    width: float = 0.8


@dataclass(frozen=True, slots=True)
class Sprinkle:
    """Grains: `rate_hz` of them on average, `level` the peak of the loudest, `range_db` how much softer others are.

    `steady` ones come at even distances, as crickets do; `each` is how many different ones there are.
    """

    make: Callable[[np.random.Generator], F32]
    rate_hz: float
    level: float
    range_db: float = 18.0
    each: int = 12
    spread: float = 0.9
    steady: bool = False


def falling(low_hz: float, high_hz: float, slope: float) -> Curve:
    """A band that falls by 6·slope dB per octave inside."""
    inside = band(low_hz, high_hz, 1.5)

    def curve(hz: F64) -> F64:
        return np.asarray(inside(hz) * (hz / low_hz) ** -slope)

    return curve


WEATHER: dict[Texture, tuple[tuple[Bed, ...], tuple[Sprinkle, ...]]] = {
    "rain": (
        (Bed(falling(400, 8500, 0.45), 0.016, 0.25, 5), Bed(falling(120, 700, 0.5), 0.013, 0.3, 7)),
        (
            Sprinkle(grains.patter, 46, 0.12, 24), Sprinkle(grains.drop, 14, 0.08, 20),
            Sprinkle(grains.fat_drop, 2.5, 0.09, 14),
        ),
    ),
    "vinyl": (
        (Bed(falling(200, 7000, 0.7), 0.009, 0.25, 0.9), Bed(band(25, 70), 0.009, 0.3, 1.8, width=0.2)),
        (Sprinkle(grains.tick, 14, 0.2, 28, spread=0.5), Sprinkle(grains.pop, 0.7, 0.24, 14, spread=0.4)),
    ),
    "waves": (
        (
            Bed(falling(60, 900, 0.7), 0.075, 0.85, 4.6, 1.6, 0.5), Bed(falling(500, 7000, 0.55), 0.05, 0.97, 4.6, 2.6),
            Bed(falling(1500, 9000, 0.3), 0.014, 0.8, 3.1, 2.0),
        ),
        (),
    ),
    "wind": (
        (
            Bed(band(90, 260, 1.5), 0.06, 0.7, 4.1, 1.4, 0.5), Bed(band(300, 520, 3), 0.045, 0.92, 2.9, 1.8),
            Bed(band(620, 820, 5), 0.026, 0.97, 2.3, 2.2), Bed(falling(1000, 5000, 0.8), 0.012, 0.9, 3.7, 2.0),
        ),
        (),
    ),
    "fire": (
        (Bed(falling(40, 500, 0.6), 0.045, 0.5, 0.8, 1.2, 0.5), Bed(falling(800, 7000, 0.5), 0.012, 0.6, 1.3, 1.5)),
        (Sprinkle(grains.snap, 15, 0.35, 30, 24), Sprinkle(grains.pop, 1.2, 0.3, 14)),
    ),
    "birds": (
        (Bed(falling(150, 3000, 0.9), 0.02, 0.5, 6),),
        (Sprinkle(grains.song, 0.7, 0.18, 22, 24),),
    ),
    "night": (
        (Bed(falling(90, 1500, 1.0), 0.022, 0.4, 8), Bed(band(3600, 5600, 3), 0.009, 0.5, 2.5)),
        (
            Sprinkle(grains.cricket, 2.2, 0.09, 6, 3, 0.6, steady=True),
            Sprinkle(grains.cricket, 1.47, 0.055, 8, 5, 0.9, steady=True),
            Sprinkle(grains.far_owl, 0.05, 0.08, 8, 3),
        ),
    ),
    "stream": (
        (Bed(falling(280, 4200, 0.45), 0.034, 0.35, 1.1, 1.2), Bed(band(500, 1300, 2), 0.018, 0.7, 0.45, 1.4)),
        (Sprinkle(grains.brook, 26, 0.1, 20, 24), Sprinkle(grains.drop, 8, 0.035, 20)),
    ),
    "thunder": (
        (Bed(falling(200, 6000, 0.6), 0.03, 0.4, 10), Bed(band(30, 110, 1.5), 0.06, 0.85, 9, 1.8, 0.3)),
        (Sprinkle(grains.roll, 0.07, 0.55, 10, 5, 0.5), Sprinkle(grains.patter, 12, 0.05, 24)),
    ),
    "cafe": (
        (Bed(falling(180, 1800, 0.8), 0.02, 0.35, 0.7, 1.0), Bed(falling(60, 300, 0.5), 0.014, 0.3, 5)),
        (Sprinkle(grains.voice, 2.6, 0.095, 14, 24), Sprinkle(grains.cup, 0.45, 0.085, 18)),
    ),
    "tape": ((Bed(falling(900, 11_000, 0.1), 0.014, 0.12, 3), Bed(band(45, 55, 4), 0.004, 0.1, 3, width=0.0)), ()),
}  # fmt: skip
ALONE_DB: dict[Texture, float] = {
    "rain": 11.5, "vinyl": 11.0, "waves": 7.0, "wind": 7.0, "fire": 4.5, "birds": 10.0, "night": 12.0, "stream": 8.0,
    "thunder": 6.0, "cafe": 9.0, "tape": 10.0,
}  # fmt: skip
"""How much louder a texture is where nothing else plays."""
