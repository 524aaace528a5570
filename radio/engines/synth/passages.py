"""A chain's changes of prompt as passages: where each takes over, and what it goes on with. Pure, cached.

A change takes over at the next bar line, or exactly where it stands if it is meant at once. The steps of a drift play
the same piece on: the same seed, the form from the same bar.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from radio.contracts import Chain, PromptChange
from radio.engines.synth.dice import key_of
from radio.engines.synth.form import PIECE_UNITS, section_at, unit_bars
from radio.engines.synth.genres import manner_of
from radio.engines.synth.grid import Grid
from radio.engines.synth.intent import Intent, intent_of
from radio.engines.synth.scene import scene_at
from radio.engines.synth.score import Parting, Passage

DEPTH = 32
"""Changes that are followed in one go: a long chain must not be a deep recursion."""


def passages(chain: Chain) -> tuple[Passage, ...]:
    """Ascending and without gaps; the last is open. Of changes that take over at one place only the last sounds."""
    changes = chain.changes or (PromptChange(0, ""),)
    for length in range(DEPTH, len(changes), DEPTH):
        followed(chain.seed, changes[:length])
    return tuple(passage for passage, _ in followed(chain.seed, changes))


@lru_cache(maxsize=64)
def followed(seed: int, changes: tuple[PromptChange, ...]) -> tuple[tuple[Passage, Intent], ...]:
    """The passages with what they mean. A chain that grew by a change costs one change."""
    found = list(followed(seed, changes[:-1])) if len(changes) > 1 else []
    add(found, changes[-1], seed, len(changes) - 1)
    return tuple(found)


def add(found: list[tuple[Passage, Intent]], change: PromptChange, seed: int, number: int) -> None:
    """The passages with one more change. A change that changes nothing adds none."""
    start, sudden = change.position_samples, change.at_once
    if found and not sudden:
        start = grid_of(found[-1][0]).next_line(start)
    while found and found[-1][0].start >= start:
        lost, _ = found.pop()
        sudden |= lost.sudden and lost.start == start
    before, was = found[-1] if found else (None, None)
    intent = intent_of(change, was)
    if before is None:
        found.append((Passage(start, None, intent.style, key_of(seed, number, intent.style.seed)), intent))
    elif not intent.continues:
        new = Passage(start, None, intent.style, key_of(seed, number, intent.style.seed), sudden=sudden)
        found[-1:] = [(ended(before, start, "cut" if sudden else "clipped"), was or intent), (new, intent)]
    elif intent.style == before.style and not sudden:
        found[-1] = (replace(before, end=None, parting="clipped"), intent)
    else:
        bar = grid_of(before).bar_at(start)
        old, new = joined(before, intent, start, bar, sudden=sudden)
        found[-1:] = [(old, was or intent), (new, intent)]


def joined(before: Passage, intent: Intent, start: int, bar: int, *, sudden: bool) -> tuple[Passage, Passage]:
    """Two steps of one piece. Where both are on the same chord the old notes ring on and the form goes on; where not,
    the new step begins a section."""
    after = Passage(start, None, intent.style, before.seed, bar, sudden=sudden)
    if not sudden and same_chords(before, after, bar):
        return ended(before, start, "ringing"), after
    return ended(before, start, "cut" if sudden else "clipped"), replace(after, first_bar=next_section(after, bar))


def next_section(passage: Passage, bar: int) -> int:
    """The first bar, from a bar on, of a section in which most players play."""
    style = passage.style
    family, unit = manner_of(style.genre, style.swing, style.beats_per_bar).family, unit_bars(grid_of(passage))
    place = -(-bar // unit)
    for number in range(place, place + 2 * PIECE_UNITS):
        section = section_at(passage.seed, family, unit, number * unit)
        if section.first_bar == number * unit and section.kind not in ("sparse", "breakdown"):
            return section.first_bar
    return place * unit


def same_chords(one: Passage, other: Passage, bar: int) -> bool:
    """Whether two passages of one seed have the same harmony in a bar."""
    a, b = one.style, other.style
    if (a.genre, a.mode, a.tonic, a.beats_per_bar) != (b.genre, b.mode, b.tonic, b.beats_per_bar):
        return False
    if a.texture_only or b.texture_only or unit_bars(grid_of(one)) != unit_bars(grid_of(other)):
        return False
    here, there = (scene_at(one.seed, style, bar) for style in (a, b))
    place = bar - here.section.first_bar
    return [(slot.beat, slot.chord) for slot in here.bars[place]] == [
        (slot.beat, slot.chord) for slot in there.bars[place]
    ]


def ended(passage: Passage, end: int, parting: Parting) -> Passage:
    return replace(passage, end=end, parting=parting)


def grid_of(passage: Passage) -> Grid:
    return Grid(passage.start, passage.style.bpm, passage.style.beats_per_bar, passage.first_bar)
