"""Form: pieces of a few minutes, made of sections of 8 to 32 bars, each with its own role and material.

A passage is an endless row of pieces of equal length in bars, so any bar finds its section by division.
Pieces return to the passage's theme every few pieces. Pure; knows no notes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from radio.engines.synth.dice import Dice, key_of
from radio.engines.synth.genres import Family
from radio.engines.synth.grid import Grid

Kind = Literal["theme", "variation", "contrast", "sparse", "breakdown", "climax"]
Template = tuple[tuple[Kind, int], ...]

PIECE_UNITS = 6
UNIT_S = 28.0
"""A section is one or two units; a unit is the power of two of bars nearest to this length."""
THEME_RETURNS = 3
"""Every third piece is built on the theme of the passage."""

TEMPLATES: dict[Family, tuple[Template, ...]] = {
    "beat": (
        (("theme", 1), ("variation", 1), ("contrast", 1), ("breakdown", 1), ("climax", 2)),
        (("theme", 1), ("contrast", 1), ("climax", 1), ("breakdown", 1), ("variation", 1), ("sparse", 1)),
        (("sparse", 1), ("theme", 2), ("breakdown", 1), ("climax", 1), ("variation", 1)),
        (("variation", 1), ("contrast", 1), ("sparse", 1), ("theme", 1), ("climax", 2)),
    ),
    "band": (
        (("theme", 1), ("variation", 1), ("contrast", 1), ("theme", 1), ("sparse", 1), ("climax", 1)),
        (("theme", 1), ("contrast", 1), ("variation", 2), ("breakdown", 1), ("theme", 1)),
        (("sparse", 1), ("theme", 1), ("contrast", 1), ("climax", 1), ("variation", 1), ("theme", 1)),
    ),
    "calm": (
        (("theme", 1), ("variation", 1), ("contrast", 1), ("sparse", 1), ("climax", 1), ("theme", 1)),
        (("theme", 1), ("contrast", 1), ("breakdown", 1), ("variation", 1), ("climax", 1), ("sparse", 1)),
        (("variation", 1), ("theme", 1), ("sparse", 1), ("contrast", 1), ("theme", 1), ("breakdown", 1)),
    ),
    "keys": (
        (("theme", 1), ("variation", 1), ("contrast", 1), ("theme", 1), ("climax", 1), ("sparse", 1)),
        (("theme", 1), ("contrast", 1), ("variation", 1), ("sparse", 1), ("contrast", 1), ("climax", 1)),
        (("theme", 1), ("sparse", 1), ("contrast", 1), ("climax", 1), ("breakdown", 1), ("variation", 1)),
    ),
}
"""The first template of a family opens a passage: it shows at once what was asked for."""


@dataclass(frozen=True, slots=True)
class Section:
    """Bars `first_bar` … `first_bar + bars − 1` of a passage.

    `number` counts sections from the passage's start (unique, not contiguous); `material` is the seed of its
    progression and motif: two sections with the same one are recognisably the same tune.
    """

    number: int
    piece: int
    kind: Kind
    first_bar: int
    bars: int
    phrase_bars: int
    material: int


def unit_bars(grid: Grid) -> int:
    """8, 16 or 32 bars, whichever lies nearest to `UNIT_S`."""
    return min((8, 16, 32), key=lambda bars: abs(math.log(bars * grid.bar_s / UNIT_S)))


def section_at(seed: int, family: Family, unit: int, bar: int) -> Section:
    """The section that a bar of a passage belongs to. O(1)."""
    piece, inside = divmod(bar, PIECE_UNITS * unit)
    first = 0
    for place, (kind, units) in enumerate(template(seed, family, piece)):
        if inside < first + units * unit:
            return Section(
                number=piece * PIECE_UNITS + place,
                piece=piece,
                kind=kind,
                first_bar=piece * PIECE_UNITS * unit + first,
                bars=units * unit,
                phrase_bars=min(8, unit),
                material=material(seed, piece, kind),
            )
        first += units * unit
    raise AssertionError("a template fills its piece")


def template(seed: int, family: Family, piece: int) -> Template:
    forms = TEMPLATES[family]
    return forms[0] if piece == 0 else Dice(seed, "form", piece).pick(forms)


def material(seed: int, piece: int, kind: Kind) -> int:
    """Seed of a section's tune: the piece's own (the passage's theme in every third piece), or its second one."""
    if kind in ("contrast", "breakdown"):
        return key_of(seed, "second tune", piece)
    return key_of(seed, "tune", 0 if piece % THEME_RETURNS == 0 else piece)
