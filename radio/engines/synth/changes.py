"""The changes of a section: which chord sounds when, coloured and voice-led from its first bar to its last. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from radio.engines.synth.dice import Dice
from radio.engines.synth.form import Section
from radio.engines.synth.genres import Manner
from radio.engines.synth.harmony import Chord, Colour, cadence, chord
from radio.engines.synth.progressions import BORROWED
from radio.engines.synth.scales import Key, key_of_style
from radio.engines.synth.style import Instrument, Style
from radio.engines.synth.tune import Tune
from radio.engines.synth.voicing import lead

SUBSTITUTES: dict[str, tuple[str, ...]] = {
    "1": ("6", "3"),
    "4": ("2", "6"),
    "5": ("3",),
    "6": ("4", "1"),
    "2": ("4",),
    "7": ("5", "3"),
}
"""Chords that may stand for one another: they share two tones."""
CENTRES: dict[Instrument, int] = {
    "acoustic_guitar": 57, "electric_guitar": 58, "bells": 70, "music_box": 74, "kalimba": 69, "harp": 62,
    "marimba": 62, "vibraphone": 64, "square_lead": 67,
}  # fmt: skip
"""Where chords lie on instruments that have a register of their own."""


@dataclass(frozen=True, slots=True)
class Span:
    """A chord still in words: `beats` from beat `start` of the section."""

    start: float
    beats: float
    token: str
    colour: Colour


@dataclass(frozen=True, slots=True)
class Slot:
    """A chord's share of one bar: `beats` from `beat`.

    `onset`: it begins here; `left`: beats from here to its end; `age`: bars since it began.
    """

    beat: float
    beats: float
    onset: bool
    left: float
    age: int
    chord: Chord
    voicing: tuple[int, ...]
    next_root: int


def harmonised(seed: int, style: Style, manner: Manner, section: Section, tune: Tune) -> tuple[tuple[Slot, ...], ...]:
    """For each bar of the section its slots."""
    key = key_of_style(style)
    spans = with_cadence(
        chord_spans(seed, style, manner, section, tune), key, manner, Dice(seed, "end", section.number)
    )
    chords = [chord(span.token, key, span.colour) for span in spans]
    bars: list[list[Slot]] = [[] for _ in range(section.bars)]
    for index, (span, voicing) in enumerate(zip(spans, voiced(chords, style, manner), strict=True)):
        following = chords[(index + 1) % len(chords)].root
        whole = Slot(0.0, span.beats, True, span.beats, 0, chords[index], voicing, following)
        lay(bars, style.beats_per_bar, span.start, whole)
    return tuple(map(tuple, bars))


def voiced(chords: list[Chord], style: Style, manner: Manner) -> list[tuple[int, ...]]:
    """A voicing for each chord, each from the one before; a chord that is held keeps its own."""
    centre = CENTRES.get(style.chords, manner.centre) if style.chords else manner.centre
    rootless = style.bass is not None and manner.family != "keys"
    found: list[tuple[int, ...]] = []
    for index, now in enumerate(chords):
        if index and now == chords[index - 1]:
            found.append(found[-1])
            continue
        before = found[-1] if found else None
        found.append(lead(before, now, voices=manner.voices, centre=centre, rootless=rootless))
    return found


def lay(bars: list[list[Slot]], beats: int, start: float, whole: Slot) -> None:
    """Write a chord that begins at beat `start` of the section into the bars it touches."""
    position, end = start, start + whole.beats
    while position < end - 1e-9:
        place = int(position // beats)
        stop = min(end, (place + 1) * beats)
        share = replace(
            whole,
            beat=position - place * beats,
            beats=stop - position,
            onset=position == start,
            left=end - position,
            age=place - int(start // beats),
        )
        bars[place].append(share)
        position = stop


def chord_spans(seed: int, style: Style, manner: Manner, section: Section, tune: Tune) -> list[Span]:
    """The tune's progression over and over; its weak places now and then take another chord."""
    length = chord_bars(style, manner, tune) * style.beats_per_bar
    dice = Dice(seed, "chords", section.number)
    key = key_of_style(style)
    spans = []
    for index in range(round(section.bars * style.beats_per_bar / length)):
        token = tune.progression[index % len(tune.progression)]
        if section.kind in ("variation", "climax") and index % 2 and dice.chance(0.2):
            token = substitute(token, key, dice)
        elif dice.chance(borrowing(manner, index)):
            token = BORROWED[style.mode].get(token, token)
        spans.append(Span(index * length, float(length), token, colour_of(tune, manner, index, dice)))
    return spans


def borrowing(manner: Manner, index: int) -> float:
    """Chance that a chord is borrowed: most often the last but one of eight, so that a cadence can follow."""
    if index % 8 == 6:
        return 0.85 if manner.family == "calm" else min(0.55, 6 * manner.borrow)
    return 1.5 * manner.borrow if index % 8 == 3 else 0.0


def chord_bars(style: Style, manner: Manner, tune: Tune) -> float:
    """Bars per chord, a power of two, so that chords last about as long as the genre likes."""
    bar_s = 60 / style.bpm * style.beats_per_bar
    wanted = manner.chord_s / bar_s * 2 ** Dice(tune.material, "pace").spread(0.6)
    shortest = 0.5 if style.beats_per_bar == 4 else 1
    return max(shortest, min(8.0, 2.0 ** round(math.log2(wanted))))


def colour_of(tune: Tune, manner: Manner, index: int, dice: Dice) -> Colour:
    """A chord keeps its colour when its tune returns, mostly."""
    fixed = Dice(tune.material, "colour", index % len(tune.progression)).weigh(manner.colours)
    return dice.weigh(manner.colours) if dice.chance(0.15) else fixed


def substitute(token: str, key: Key, dice: Dice) -> str:
    """Another chord of the same function, where it is a plain one with a perfect fifth."""
    for other in sorted(SUBSTITUTES.get(token, ()), key=lambda _: dice.unit()):
        tones = chord(other, key, "triad").tones
        if len(key.scale) == 7 and (tones[2] - tones[0]) % 12 == 7:
            return other
    return token


def with_cadence(spans: list[Span], key: Key, manner: Manner, dice: Dice) -> list[Span]:
    """The section's last chord (or its last two halves, where sevenths are at home) leads on; calm music needs none."""
    if manner.family == "calm" or dice.chance(0.3):
        return spans
    last = spans[-1]
    first, second = cadence(key, rich=manner.rich)
    if not manner.rich or last.beats < 4:
        return [*spans[:-1], replace(last, token=second)]
    half = last.beats / 2
    return [*spans[:-1], Span(last.start, half, first, "seventh"), Span(last.start + half, half, second, "seventh")]
