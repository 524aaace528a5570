"""A chain's changes of prompt as passages: each takes over at the first bar line of the one before it. Pure, cached."""

from __future__ import annotations

from functools import lru_cache

from radio.contracts import Chain, PromptChange
from radio.engines.synth.dice import key_of
from radio.engines.synth.grid import Grid
from radio.engines.synth.score import Passage
from radio.engines.synth.understanding import understand


@lru_cache(maxsize=64)
def passages(chain: Chain) -> tuple[Passage, ...]:
    """Ascending and without gaps; the last is open. Changes within one bar: only the last of them sounds."""
    found: list[Passage] = []
    for number, change in enumerate(chain.changes or (PromptChange(0, ""),)):
        style = understand(change.prompt)
        start = change.position_samples
        if found:
            start = grid_of(found[-1]).next_line(start)
            found[-1] = ended(found[-1], start)
            if found[-1].start >= start:
                found.pop()
        found.append(Passage(start, None, style, key_of(chain.seed, number, style.seed)))
    return tuple(found)


def ended(passage: Passage, end: int) -> Passage:
    return Passage(passage.start, end, passage.style, passage.seed)


def grid_of(passage: Passage) -> Grid:
    return Grid(passage.start, passage.style.bpm, passage.style.beats_per_bar)
