"""Drifting: a style that lies between two others. Pure, any thread.

What is a number moves evenly. What cannot be halved changes hands at a share of its own, so that from one step of a
drift to the next a player, the drums or the key change, never everything at once.
"""

from __future__ import annotations

import math
from dataclasses import replace

from radio.engines.synth.prompt_reading import read
from radio.engines.synth.scales import SCALES
from radio.engines.synth.style import Style, Texture

CAST_SHARES = {"pad": 0.14, "lead": 0.24, "kit": 0.34, "bass": 0.58, "chords": 0.68}
METER_SHARE = 0.42
GENRE_SHARE = 0.5
KEY_SHARE = 0.78
TEXTURES_COME, TEXTURES_GO = 0.45, 0.55


def arrival(home: Style, goal: Style) -> Style:
    """Where a drift ends: `goal`, in the key that shares most tones with `home`, unless its prompt names a key."""
    if home.texture_only or any(read(goal.prompt).senses("key")):
        return goal
    here = tones(home.tonic, home)

    def distance(tonic: int) -> tuple[int, int]:
        step = (tonic - home.tonic) % 12
        return -len(here & tones(tonic, goal)), min(step, 12 - step)

    return replace(goal, tonic=min(range(12), key=distance))


def tones(tonic: int, style: Style) -> set[int]:
    """The pitch classes of a style's mode on a tonic."""
    return {(tonic + step) % 12 for step in SCALES[style.mode]}


def between(home: Style, goal: Style, share: float) -> Style:
    """`share` (0…1) of the way from `home` to `goal`."""
    if share <= 0 or share >= 1:
        return home if share <= 0 else goal
    who = {part: home if share < turn else goal for part, turn in CAST_SHARES.items()}
    mixed = replace(
        led(home, goal, share),
        energy=moved(home.energy, goal.energy, share),
        brightness=moved(home.brightness, goal.brightness, share),
        density=moved(home.density, goal.density, share),
        space=moved(home.space, goal.space, share),
        warmth=moved(home.warmth, goal.warmth, share),
        swing=moved(home.swing, goal.swing, share),
        bpm=tempo(home, goal, share),
        lead=who["lead"].lead,
        chords=who["chords"].chords,
        pad=who["pad"].pad,
        bass=who["bass"].bass,
        kit=who["kit"].kit,
        textures=textures(home, goal, share),
        texture_only=False,
    )
    return peopled(mixed, home, goal, share)


def led(home: Style, goal: Style, share: float) -> Style:
    """Genre, meter and key of the way so far. Rain alone has none: there it is the other side's."""
    if home.texture_only or goal.texture_only:
        return goal if home.texture_only else home
    key = home if share < KEY_SHARE else goal
    meter = home if share < METER_SHARE else goal
    leader = home if share < GENRE_SHARE else goal
    return replace(leader, beats_per_bar=meter.beats_per_bar, tonic=key.tonic, mode=key.mode)


def moved(here: float, there: float, share: float) -> float:
    return round(here + (there - here) * share, 3)


def tempo(home: Style, goal: Style, share: float) -> float:
    """In even steps to the ear: each by the same factor."""
    if home.texture_only or goal.texture_only:
        return goal.bpm if home.texture_only else home.bpm
    return round(home.bpm * math.pow(goal.bpm / home.bpm, share), 3)


def textures(home: Style, goal: Style, share: float) -> tuple[Texture, ...]:
    """The old ones stay until the new ones are there."""
    old = home.textures if share < TEXTURES_GO else ()
    new = goal.textures if share >= TEXTURES_COME else ()
    common = tuple(each for each in home.textures if each in goal.textures)
    return tuple(dict.fromkeys((*common, *old, *new)))


def peopled(mixed: Style, home: Style, goal: Style, share: float) -> Style:
    """Never a moment when those who left are not replaced yet: then the nearer side plays with all its players."""
    if played(mixed):
        return mixed
    wordless = home.texture_only or goal.texture_only
    if wordless and mixed.kit is None and mixed.textures:
        return replace(mixed, texture_only=True)
    side = home if share < GENRE_SHARE else goal
    if wordless or mixed.kit is None or (played(home) and played(goal)):
        return replace(
            mixed, lead=side.lead, chords=side.chords, pad=side.pad, bass=side.bass, kit=side.kit,
            textures=side.textures, texture_only=side.texture_only,
        )  # fmt: skip
    return mixed


def played(style: Style) -> bool:
    """Whether anybody plays tones."""
    return any((style.lead, style.chords, style.pad, style.bass))
