"""What a player adds to the page: swing, accents, phrasing, small errors of time and force. Pure."""

from __future__ import annotations

import math

from radio.engines.synth.dice import Dice

TRIPLET = 1 / 6
"""How far, as a part of a pair, full swing moves its second half: from 1/2 to 2/3."""


def swung(beat: float, swing: float, unit: float) -> float:
    """Delay every second `unit` (0.5: eighths, 0.25: sixteenths) of a pair; `swing` 0 straight … 1 triplet."""
    pair = 2 * unit
    inside = beat % pair
    late = swing * TRIPLET * pair
    stretch = inside / unit if inside < unit else (pair - inside) / unit
    return beat + late * stretch


def accent(beat: float, beats: int) -> float:
    """Metric weight 0.8…1: the bar line, then the middle, then beats, then what lies between."""
    if beat < 0.01:
        return 1.0
    if abs(beat - round(beat)) < 0.01:
        return 0.95 if beats == 4 and round(beat) == 2 else 0.91
    return 0.86 if abs(beat * 2 - round(beat * 2)) < 0.02 else 0.8


def arch(position: float) -> float:
    """Dynamics of a phrase: rising to its peak two thirds in, then falling. `position` 0…1; 0.8…1.06."""
    return 0.8 + 0.26 * math.sin(math.pi * min(1.0, max(0.0, position)) ** 1.4)


def lateness(dice: Dice, spread_ms: float) -> float:
    """A timing error in ms."""
    return dice.spread(spread_ms)


def force(velocity: float, dice: Dice, spread: float) -> float:
    """A velocity with a human error, kept within 0.05…1."""
    return min(1.0, max(0.05, velocity * (1.0 + dice.spread(spread))))
