"""Which parts play in a section. Letters: D drums in full, d light, b building up; B bass, C chords, P pad, A arpeggio,
L lead, K its company (answers, second voice). Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from radio.engines.synth.dice import Dice
from radio.engines.synth.form import Kind, Section
from radio.engines.synth.genres import Family
from radio.engines.synth.style import Style

DrumLevel = Literal["none", "light", "build", "full"]

TABLE: dict[Family, dict[Kind, str]] = {
    "beat": {
        "theme": "DBCPL",
        "variation": "DBCAPL",
        "contrast": "DBPAK",
        "sparse": "dBCAP",
        "breakdown": "bPCLA",
        "climax": "DBCPALK",
    },
    "band": {
        "theme": "DBCLP",
        "variation": "DBCLKP",
        "contrast": "DBCAK",
        "sparse": "dBCL",
        "breakdown": "dCAL",
        "climax": "DBCALKP",
    },
    "calm": {
        "theme": "dBPAL",
        "variation": "DBPCAL",
        "contrast": "dBPAK",
        "sparse": "dPAC",
        "breakdown": "PCL",
        "climax": "DBPCALK",
    },
    "keys": {
        "theme": "dCLBP",
        "variation": "DCLBPK",
        "contrast": "dCLAPB",
        "sparse": "CL",
        "breakdown": "CPLA",
        "climax": "DCLAKBP",
    },
}
OPTIONAL = {"beat": "AK", "band": "PAK", "calm": "CK", "keys": "PAK"}
LIFT: dict[Kind, float] = {
    "theme": 0.94, "variation": 0.98, "contrast": 0.9, "sparse": 0.76, "breakdown": 0.78, "climax": 1.08,
}  # fmt: skip
"""How hard a section is played, as a factor of velocity."""


@dataclass(frozen=True, slots=True)
class Layers:
    """`lift` scales every velocity."""

    drums: DrumLevel
    bass: bool
    chords: bool
    pad: bool
    arp: bool
    lead: bool
    company: bool
    lift: float


def layers_of(seed: int, style: Style, family: Family, section: Section) -> Layers:
    letters = set(TABLE[family][section.kind])
    dice = Dice(seed, "layers", section.number)
    for letter in OPTIONAL[family]:
        if dice.chance(0.22) and not (letter == "K" and "L" not in letters):
            letters ^= {letter}
    if style.density < 0.3:
        letters -= {"K"} if dice.chance(0.7) else set()
    available = {"P": style.pad, "C": style.chords, "B": style.bass}
    letters -= {letter for letter, instrument in available.items() if instrument is None}
    if style.kit is not None and not any((style.lead, style.chords, style.pad, style.bass)):
        return alone_with_drums(section)
    if not letters & {"P", "C", "A"}:
        letters |= {"C"}
    if family != "keys" and not letters & {"P", "A", "B"}:
        letters |= {"A"}
    return Layers(
        drums=drum_level(letters, style),
        bass="B" in letters,
        chords="C" in letters,
        pad="P" in letters,
        arp="A" in letters,
        lead="L" in letters,
        company="K" in letters,
        lift=LIFT[section.kind],
    )


def alone_with_drums(section: Section) -> Layers:
    """For those who asked for drums and nothing else."""
    level: DrumLevel = "light" if section.kind in ("sparse", "breakdown") else "full"
    return Layers(level, False, False, False, False, False, False, LIFT[section.kind])


def entering(layers: Layers, kind: Kind, dice: Dice) -> Layers:
    """The first phrase of a section, where one inner part may still wait for its turn, and the drums may be light."""
    if layers.drums == "full" and kind in ("variation", "contrast") and dice.chance(0.35):
        layers = replace(layers, drums="light")
    inner = [name for name in ("pad", "chords", "arp") if getattr(layers, name)]
    if len(inner) < 2 or not dice.chance(0.6):
        return layers
    waiting = dice.pick(inner)
    if not layers.bass and (waiting == "pad" or not layers.pad):
        return layers
    return replace(
        layers,
        pad=layers.pad and waiting != "pad",
        chords=layers.chords and waiting != "chords",
        arp=layers.arp and waiting != "arp",
    )


def drum_level(letters: set[str], style: Style) -> DrumLevel:
    if style.kit is None:
        return "none"
    if "D" in letters:
        return "full"
    return "build" if "b" in letters else "light" if "d" in letters else "none"
