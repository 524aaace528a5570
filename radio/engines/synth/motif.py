"""What becomes of a motif: stated, answered, sequenced, inverted, thinned, ornamented, closed, echoed. Pure."""

from __future__ import annotations

from typing import Literal

from radio.engines.synth.dice import Dice
from radio.engines.synth.tune import Tune

Turn = Literal["state", "answer", "sequence", "invert", "thin", "ornament", "cadence", "echo", "rest"]
Figure = list[tuple[float, float, int]]
"""(beat, beats, scale step from the anchor) of each note of two bars."""
STATEMENT_BARS = 2


def turned(tune: Tune, turn: Turn, beats: int, dice: Dice) -> Figure:
    """The tune's motif after a turn; `beats` to the bar."""
    notes = [(beat, length, step) for (beat, length), step in zip(tune.rhythm, tune.contour, strict=True)]
    if turn == "sequence":
        shift = dice.pick((-2, -1, 1, 2))
        return [(beat, length, step + shift) for beat, length, step in notes]
    if turn == "invert":
        return [(beat, length, -step) for beat, length, step in notes]
    if turn == "thin":
        return [note for index, note in enumerate(notes) if index == 0 or note[1] >= 1 or dice.chance(0.3)]
    if turn == "ornament":
        return ornamented(notes, dice)
    return finished(notes, turn, beats)


def finished(notes: Figure, turn: Turn, beats: int) -> Figure:
    """The turns that change how the motif ends."""
    if turn == "answer":
        return answered(notes)
    if turn == "echo":
        return echoed(notes, STATEMENT_BARS * beats)
    return closed(notes, beats) if turn == "cadence" else notes


def answered(notes: Figure) -> Figure:
    """The first half as it was, then downwards and home."""
    half = len(notes) // 2
    tail = [(beat, length, step - 2 * (index + 1)) for index, (beat, length, step) in enumerate(notes[half : half + 3])]
    return notes[:half] + tail


def echoed(notes: Figure, beats: float) -> Figure:
    """The last three notes, a little later."""
    tail = notes[-3:]
    late = max(0.0, min(1.0, beats - tail[-1][0] - tail[-1][1]))
    return [(beat + late, length, step) for beat, length, step in tail]


def ornamented(notes: Figure, dice: Dice) -> Figure:
    """Long notes get a neighbour in their second half."""
    found: Figure = []
    for beat, beats, step in notes:
        if beats >= 1 and dice.chance(0.5):
            found += [(beat, beats / 2, step), (beat + beats / 2, beats / 2, step + dice.pick((1, -1, 2)))]
        else:
            found.append((beat, beats, step))
    return found


def closed(notes: Figure, beats: int) -> Figure:
    """The motif's first bar, then a long note that comes to rest a step or two below its start."""
    head = [(beat, min(length, beats - beat), step) for beat, length, step in notes if beat < beats - 0.4]
    return [*head, (float(beats), beats * 0.75, -1 if len(head) % 2 else -2)]
