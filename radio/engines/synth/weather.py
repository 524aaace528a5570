"""Textures of a passage: each sounds all the time, its level drifting slowly from section to section. Pure."""

from __future__ import annotations

from radio.contracts import SAMPLE_RATE
from radio.engines.synth.dice import Dice
from radio.engines.synth.score import Passage, Wash

STRETCH = 40 * SAMPLE_RATE
"""A level holds this long, then drifts."""
FADE = 8 * SAMPLE_RATE
SUDDEN_RISE = SAMPLE_RATE // 2
"""How fast a chain's first textures come in, and those of a passage that takes over at once."""


def washes(passage: Passage, start: int, end: int) -> list[Wash]:
    """The washes that touch [start, end). Neighbours overlap by a fade, so their levels glide into each other."""
    end = end if passage.end is None else min(end, passage.end + FADE)
    first = max(0, (start - FADE - passage.start) // STRETCH)
    found: list[Wash] = []
    for number in range(first, max(first, (end - passage.start) // STRETCH + 1)):
        for place in range(len(passage.style.textures)):
            wash = stretch(passage, number, place)
            if wash.start < end and wash.end > start and (passage.end is None or wash.start < passage.end):
                found.append(wash)
    return found


def stretch(passage: Passage, number: int, place: int) -> Wash:
    texture = passage.style.textures[place]
    base = 0.85 if passage.style.texture_only else 0.5
    level = base / (1 + 0.35 * place) * (1 + Dice(passage.seed, "wash", texture, number).spread(0.3))
    start = passage.start + number * STRETCH
    end = start + STRETCH if passage.end is None else min(start + STRETCH, passage.end)
    rise = SUDDEN_RISE if number == 0 and (passage.sudden or passage.start <= 0) else None
    cut = passage.end if passage.parting == "cut" else None
    return Wash(start, end + FADE, texture, min(1.0, level), FADE, rise, cut)
