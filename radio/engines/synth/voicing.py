"""Voice leading: chords as hands would take them, each voice moving as little as it can. Pure."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from radio.engines.synth.harmony import Chord

MUD_LIMIT = 55
"""Below G3 no two voices stand closer than a fourth: they would only rumble."""
RANGE = 14
"""Semitones from the centre within which chord voices stay."""


def lead(before: tuple[int, ...] | None, tones: Chord, *, voices: int, centre: int, rootless: bool) -> tuple[int, ...]:
    """Pitches, ascending, nearest to the voicing before (or to the centre at a start).

    `rootless`: a bass plays the root, so a chord of four or more tones may leave it out.
    """
    return best(before, chosen(tones, voices, rootless=rootless), centre)


def chosen(tones: Chord, voices: int, *, rootless: bool) -> tuple[int, ...]:
    """Exactly `voices` pitch classes: the telling ones first (third, seventh, ninth), doubled from the root."""
    parts = list(tones.tones)
    while len(parts) > voices:
        parts.pop(0 if rootless and len(parts) > 3 else (2 if len(parts) > 3 else -1))
        rootless = False
    doubles = [tones.root, tones.tones[2], tones.root]
    return tuple(parts + doubles[: max(0, voices - len(parts))])


@lru_cache(maxsize=8192)
def best(before: tuple[int, ...] | None, parts: tuple[int, ...], centre: int) -> tuple[int, ...]:
    return min(candidates(parts, centre), key=lambda voicing: (cost(voicing, before, centre), voicing))


@lru_cache(maxsize=2048)
def candidates(parts: tuple[int, ...], centre: int) -> tuple[tuple[int, ...], ...]:
    """Every inversion near the centre: as written, close, and opened."""
    close = tuple(sorted(parts, key=lambda tone: (tone - parts[0]) % 12))
    found = set()
    for turned in {order[turn:] + order[:turn] for order in (parts, close) for turn in range(len(parts))}:
        for bottom in range(centre - RANGE, centre + 5):
            if bottom % 12 == turned[0]:
                found |= {one := stacked(bottom, turned[1:]), dropped(one)}
    return tuple(sorted(found))


def dropped(voicing: tuple[int, ...]) -> tuple[int, ...]:
    """With its second voice from the top an octave lower, as pianists and guitarists open four voices."""
    if len(voicing) < 4:
        return voicing
    return tuple(sorted((*voicing[:-2], voicing[-2] - 12, voicing[-1])))


def stacked(bottom: int, tones: tuple[int, ...]) -> tuple[int, ...]:
    pitches = [bottom]
    for tone in tones:
        pitches.append(pitches[-1] + ((tone - pitches[-1] - 1) % 12) + 1)
    return tuple(pitches)


def cost(voicing: tuple[int, ...], before: tuple[int, ...] | None, centre: int) -> float:
    """Less is better: motion, leaps of the top voice, distance from the register, mud, clusters."""
    middle = sum(voicing) / len(voicing)
    price = 0.55 * abs(middle - centre) + 0.25 * max(0, voicing[-1] - voicing[0] - 19)
    price += sum(8.0 for low, high in pairwise(voicing) if high - low < (5 if low < MUD_LIMIT else 1))
    price += 1.5 * sum(high - low == 1 for low, high in pairwise(voicing))
    price += 3.0 * sum(abs(pitch - centre) > RANGE for pitch in voicing)
    if before is not None:
        moves = [abs(now - then) for now, then in zip(voicing, before, strict=False)]
        price += sum(moves) + 0.6 * max(0, moves[-1] - 4) + 1.6 * max(0, max(moves) - 5)
        price += 0.6 * (voicing == before)
    return price


def opened(voicing: tuple[int, ...], low: int = 48) -> tuple[int, ...]:
    """The same chord spread for pads: its lowest voice stays, every other second voice goes up an octave."""
    spread = sorted(pitch + 12 if index % 2 else pitch for index, pitch in enumerate(voicing))
    return tuple(pitch if pitch >= low else pitch + 12 for pitch in spread)
