"""How loud, far and wide the parts of a style stand: levels, sends, echo, ducking, room, colour. Data, pure
functions.
"""

from __future__ import annotations

from dataclasses import dataclass

from radio.engines.synth.score import Drum, Part
from radio.engines.synth.sound.room import Colour, Space
from radio.engines.synth.sound.shaping import db
from radio.engines.synth.sound.tone import BRIGHTNESS_STEPS, Timbre
from radio.engines.synth.style import Genre, Instrument, Kit, Style

PARTS: tuple[Part, ...] = ("lead", "counter", "chords", "arp", "pad", "bass")


PLAIN = Colour()


@dataclass(frozen=True, slots=True)
class Desk:
    """A genre's mix, in dB: `parts` in the order of `PARTS`, drums, the whole; `send` shifts all reverberation.

    `duck` 0…1: how deep the kick pushes pads, chords and bass down; `echo` 0…1 of leads; `room_s` is the
    reverberation time of a middling space; `width` scales the sides of the dry mix; `wow_cents` bends all but drums
    and bass.
    """

    parts: tuple[float, float, float, float, float, float] = (0, -4, -3.5, -7, -8, 0)
    drums: float = -2.0
    whole: float = 0.0
    send: float = 0.0
    duck: float = 0.0
    echo: float = 0.0
    room_s: float = 1.8
    width: float = 1.0
    colour: Colour = PLAIN
    wow_cents: float = 0.0


DESKS: dict[Genre, Desk] = {
    "ambient": Desk((-1, -5, -5, -8, -4, -2), -8, 0, 3, echo=0.7, room_s=3.2, width=0.9, colour=Colour(-0.8)),
    "lofi": Desk((2, -4, -2.5, -7, -9, 0), 3, 1, 0.5, 0.2, 0.2, 1.2, 1.3, Colour(-0.1, 0.5, dull_hz=9000), 7.0),
    "piano": Desk((1, -3, -2, -4, -9, -0.5), -4, 1, room_s=2.2, colour=Colour(-0.6)),
    "classical": Desk((1, -2, -3.5, -8, -6, 1), -4, 0.3, 1.5, room_s=2.4, colour=Colour(-1.0)),
    "jazz": Desk((1, -2.5, -4, -6, -9, 0), 0.5, 1.5, 1, room_s=1.3, width=1.4, colour=Colour(-0.4)),
    "house": Desk((0, -5, -4, -6, -13, 1), 3.5, 1.5, 0, 0.6, 0.5, 1.6, 1.3, Colour(-0.4, 0.5)),
    "techno": Desk((-2, -5, -3.5, -4.5, -14, 1), 1.5, 1.5, 0, 0.7, 0.7, 1.7, 1.5, Colour(0.2, 0.5)),
    "synthwave": Desk((1, -3, -7.5, -5, -13, 1), 3, 0.5, 0, 0.4, 0.5, 2.2, colour=Colour(-0.5, 0.5), wow_cents=2.5),
    "dnb": Desk((0, -4, -5.5, -6, -13, 0), 4, 0.5, 0, 0.3, 0.5, 2.0, 1.2, Colour(-0.4, 0.5)),
    "folk": Desk((1, -2, -4.5, -6, -9, 0.5), 2, 0.5, 0, room_s=1.4, width=1.25, colour=Colour(-0.3)),
    "chiptune": Desk((0, -4, -4, -7, -9, 0), 0, 1.5, -4, 0, 0.4, 0.9, 1.4, Colour(-1.0, dull_hz=10_000)),
    "drone": Desk((-4, -7, -5, -8, -2, 0), -6, -4.5, 2.5, 0, 0.6, 3.6, 0.7, Colour(-0.8)),
}  # fmt: skip
SENDS: dict[Part, float] = {"lead": -10, "counter": -9, "chords": -12, "arp": -9, "pad": -9, "bass": -26}
"""Reverberation of a part in dB below it, in a middling space."""
DRUM_SENDS: dict[Kit, float] = {
    "acoustic": -15, "brushes": -13, "lofi": -20, "house": -19, "techno": -19, "synthwave": -14, "breaks": -18,
    "chip": -30,
    "hand": -14,
}  # fmt: skip
DRUM_LEVELS: dict[Drum, tuple[float, float]] = {
    "kick": (-7.0, 0.0), "snare": (-11.0, 0.03), "clap": (-12.0, 0.0), "rim": (-14.0, -0.2), "hat": (-17.5, 0.28),
    "open_hat": (-18.5, 0.28), "ride": (-19.0, -0.35), "crash": (-17.0, 0.1), "shaker": (-19.0, -0.4),
    "tom_low": (-11.0, -0.3),
    "tom_high": (-12.0, 0.3), "tambourine": (-20.0, 0.4),
}  # fmt: skip
"""Peak level in dB of full scale at full force, and pan."""
DRY_DRUMS: frozenset[Drum] = frozenset(("kick",))
TRIMS: dict[Instrument, float] = {
    "pluck": 4.0, "sitar": 3.0, "shamisen": -1.0, "synth_bass": 2.0, "acid_bass": 2.5, "kalimba": 1.5,
    "vibraphone": 1.5,
    "marimba": 1.5,
}  # fmt: skip
"""Corrections in dB where the ear and the weighting disagree."""


def timbre_of(style: Style) -> Timbre:
    dark = {"lofi": -0.2, "drone": -0.25, "ambient": -0.1, "house": 0.05, "chiptune": 0.1}.get(style.genre, 0.0)
    return Timbre(round(min(1.0, max(0.0, style.brightness + dark)) * BRIGHTNESS_STEPS))


def space_of(style: Style) -> Space:
    """Quantised, so that near styles share a room."""
    space = round(style.space * 6) / 6
    damping = round((0.65 - 0.4 * style.brightness + 0.2 * style.warmth) * 4) / 4
    return Space(DESKS[style.genre].room_s * (0.45 + 1.1 * space), 0.006 + 0.03 * space, 0.6 + 0.9 * space, damping)


def colour_of(style: Style) -> Colour:
    base = DESKS[style.genre].colour
    tilt = base.tilt_db + 0.5 * round((style.brightness - 0.5) * 4) / 4
    return Colour(tilt, base.low_db, base.air_db, base.dull_hz)


def part_level(style: Style, part: Part) -> float:
    """Linear gain of a part."""
    return db(DESKS[style.genre].parts[PARTS.index(part)])


def part_send(style: Style, part: Part) -> float:
    """Linear gain of a part's way into the room, against its dry sound."""
    return db(SENDS[part] + DESKS[style.genre].send + 14 * (style.space - 0.5))


def drum_send(style: Style) -> float:
    return db(DRUM_SENDS[style.kit or "acoustic"] + 0.5 * DESKS[style.genre].send + 8 * (style.space - 0.5))


def loudness(velocity: float) -> float:
    """Gain of a velocity 0…1: about 10 dB between what composers write as soft and as loud."""
    return float((0.15 + 0.85 * min(1.0, max(0.0, velocity))) ** 1.5)
