"""A tune: the progression and the motif that make sections recognisable. Both grow from a material seed alone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from radio.engines.synth.dice import Dice
from radio.engines.synth.genres import Manner
from radio.engines.synth.progressions import Progression, library
from radio.engines.synth.rhythms import RHYTHMS, onsets
from radio.engines.synth.style import Genre, Mode

LOWEST, HIGHEST = -4, 5
"""How far a motif strays from its anchor, in scale steps."""
STEPS: tuple[tuple[int, float], ...] = ((1, 5), (-1, 5), (2, 2.5), (-2, 2.5), (0, 1.5), (3, 1), (-3, 0.8), (4, 0.7))


@dataclass(frozen=True, slots=True)
class Tune:
    """`rhythm`: (beat, beats) over two bars; `contour`: scale steps from the anchor, one per note."""

    material: int
    progression: Progression
    rhythm: tuple[tuple[float, float], ...]
    contour: tuple[int, ...]


@lru_cache(maxsize=512)
def tune_of(material: int, genre: Genre, mode: Mode, beats: int, manner: Manner) -> Tune:
    dice = Dice(material, "tune")
    progression = dice.pick(library(genre, mode))
    rhythm = onsets(dice.pick(RHYTHMS[dice.pick(manner.rhythms)]), beats)
    return Tune(material, progression, rhythm, contour(dice, len(rhythm)))


def contour(dice: Dice, notes: int) -> tuple[int, ...]:
    """A singable line: mostly steps, a leap now and then, answered by a step back; up first, then down."""
    line = [0]
    leapt = 0
    while len(line) < notes:
        if leapt:
            move = -1 if leapt > 0 else 1
        else:
            rising = len(line) < 0.6 * notes
            move = dice.weigh([(step, weight * (1.5 if (step > 0) == rising else 1.0)) for step, weight in STEPS])
        if not LOWEST <= line[-1] + move <= HIGHEST:
            move = -move
        leapt = move if abs(move) >= 3 else 0
        line.append(line[-1] + move)
    return tuple(line)
