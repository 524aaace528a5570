"""Who plays: the instruments a prompt names get parts that suit them, the genre's own players take the rest.

Knows no words, only instruments. Pure, any thread.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from radio.engines.synth.dice import Dice
from radio.engines.synth.profile import Profile
from radio.engines.synth.style import INSTRUMENTS, Instrument

Part = Literal["lead", "chords", "pad", "bass"]
PARTS: tuple[Part, ...] = get_args(Part)

BASSES: tuple[Instrument, ...] = ("sine_bass", "synth_bass", "acid_bass", "upright_bass", "electric_bass")
PADS: tuple[Instrument, ...] = ("warm_pad", "synth_pad", "glass_pad")
GROUPS: dict[str, tuple[Instrument, ...]] = {
    "guitar": ("acoustic_guitar", "electric_guitar"),
    "synth": (
        "synth_pad", "synth_lead", "pluck", "saw_lead", "warm_pad", "glass_pad", "square_lead", "synth_bass",
        "acid_bass",
    ),
    "bass": BASSES,
    "pad": PADS,
    "woodwind": ("flute", "clarinet"),
    "piano": ("piano", "electric_piano"),
    "strings": ("strings", "violin", "cello"),
    "brass": ("brass", "trumpet"),
}  # fmt: skip
"""Words for several instruments. As a wish any one of them will do; as "no …" none."""
EXACT = frozenset(("piano", "strings", "brass"))
"""Groups that are instruments too: as a wish they mean themselves."""
SUITS: dict[Part, tuple[tuple[Instrument, ...], ...]] = {
    "lead": (
        (
            "piano", "acoustic_guitar", "electric_guitar", "violin", "cello", "flute", "clarinet", "saxophone",
            "trumpet", "bells", "vibraphone", "marimba", "kalimba", "music_box", "koto", "shamisen", "sitar",
            "accordion",
            "synth_lead", "saw_lead", "square_lead",
        ),
        ("electric_piano", "harp", "brass", "choir", "organ", "pluck"),
        ("strings",),
    ),
    "chords": (
        ("electric_piano", "harp", "organ", "pluck"),
        (
            "piano", "acoustic_guitar", "electric_guitar", "strings", "brass", "accordion", "marimba", "koto",
            "vibraphone", "synth_pad",
        ),
        (
            "kalimba", "music_box", "bells", "choir", "saw_lead", "square_lead", "warm_pad", "glass_pad", "clarinet",
            "synth_lead", "flute", "sitar", "shamisen",
        ),
    ),
    "pad": (
        ("strings", "choir", "synth_pad", "warm_pad", "glass_pad"),
        (),
        ("brass", "organ", "saw_lead", "cello", "violin"),
    ),
    "bass": (BASSES, ("cello",), ()),
}  # fmt: skip
"""What plays which part: gladly, well enough, and at need."""
UNFIT = 9
WIDE: frozenset[Instrument] = frozenset((
    "piano", "electric_piano", "acoustic_guitar", "harp", "organ", "accordion", "strings", "marimba", "koto",
    "synth_pad",
))  # fmt: skip
"""These can carry a piece alone: tune, chords and (those in `LOW`) bass."""
LOW: frozenset[Instrument] = frozenset(("piano", "electric_piano", "acoustic_guitar", "organ", "harp"))
STAND_INS: dict[Part, tuple[Instrument, ...]] = {
    "lead": (
        "piano", "electric_piano", "flute", "vibraphone", "harp", "synth_lead", "bells", "clarinet", "acoustic_guitar",
    ),
    "chords": ("piano", "electric_piano", "harp", "acoustic_guitar", "synth_pad", "pluck", "strings"),
    "pad": ("warm_pad", "strings", "glass_pad"),
    "bass": ("sine_bass", "upright_bass", "electric_bass"),
}  # fmt: skip
"""Who steps in when a prompt has sent away everybody the genre had for a part."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What a prompt says about the players. `silent` are parts nobody is to play; `only`: nobody else may play."""

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    silent: frozenset[Part] = frozenset()
    only: bool = False


def cast_band(profile: Profile, orders: Orders, dice: Dice) -> dict[Part, Instrument | None]:
    """A player, or nobody, for each of the four parts."""
    banned = {member for name in orders.unwanted for member in members(name)}
    named = [choose(name, profile, banned, dice) for name in orders.wanted]
    given = give_parts([name for name in dict.fromkeys(named) if name and name not in banned], orders.silent)
    own = alone(given) if orders.only else {}
    band: dict[Part, Instrument | None] = {}
    for part in PARTS:
        hired = hire(part, profile, banned, {*given.values(), *band.values()}, dice)
        if part in orders.silent:
            band[part] = None
        elif orders.only:
            band[part] = given.get(part) or own.get(part)
        else:
            band[part] = given.get(part) or follow(part, hired, given, profile)
    return band


def members(name: str) -> tuple[Instrument, ...]:
    """The instruments a name stands for; empty for a name of something else."""
    if name in GROUPS:
        return GROUPS[name]
    return tuple(each for each in INSTRUMENTS if each == name)


def choose(name: str, profile: Profile, banned: Collection[str], dice: Dice) -> Instrument | None:
    """The one instrument that a name means in a genre."""
    if name in EXACT or name not in GROUPS:
        return next(iter(members(name)), None)
    able = [member for member in GROUPS[name] if member not in banned]
    known = {player for part in PARTS for player in getattr(profile, part)}
    home = [member for member in able if member in known]
    return dice.pick(home) if home else next(iter(able), None)


def give_parts(named: Sequence[Instrument], silent: Collection[Part]) -> dict[Part, Instrument]:
    """The division of parts that suits the named players best; the first named counts most, at most five are heard."""
    best: tuple[int, dict[Part, Instrument]] = (1_000, {})

    def place(rest: Sequence[Instrument], given: dict[Part, Instrument], cost: int) -> None:
        nonlocal best
        if cost >= best[0]:
            return
        if not rest:
            best = (cost, given)
            return
        player, others = rest[0], rest[1:]
        for part in PARTS:
            unfit = unfitness(player, part)
            if part not in given and part not in silent and unfit < UNFIT:
                place(others, {**given, part: player}, cost + unfit * (1 + len(others) // 3))
        place(others, given, cost + UNFIT + len(others))

    place(named[:5], {}, 0)
    return best[1]


def unfitness(player: Instrument, part: Part) -> int:
    """0 plays it gladly, 1 well enough, 4 at need, 9 not at all."""
    return next((cost for cost, players in zip((0, 1, 4), SUITS[part], strict=True) if player in players), UNFIT)


def alone(given: Mapping[Part, Instrument]) -> dict[Part, Instrument]:
    """The further parts that the named players take over when nobody else may play."""
    own: dict[Part, Instrument] = {}
    wide = next((player for player in given.values() if player in WIDE), None)
    if wide:
        own = {"lead": wide, "chords": wide}
    low = next((player for player in given.values() if player in LOW), None)
    if low:
        own["bass"] = low
    return own


def hire(
    part: Part, profile: Profile, banned: Collection[str], busy: Collection[str | None], dice: Dice
) -> Instrument | None:
    """One of the genre's own players, better one who is not busy, or a stand-in; nobody where the genre has nobody."""
    usual: tuple[Instrument | None, ...] = getattr(profile, part)
    able = [player for player in usual if player not in banned]
    if any(able) or (able and not any(usual)):
        return dice.pick([player for player in able if player is None or player not in busy] or able)
    return next((player for player in STAND_INS[part] if player not in banned), None)


def follow(
    part: Part, hired: Instrument | None, given: Mapping[Part, Instrument], profile: Profile
) -> Instrument | None:
    """A hired player gives way where a named soloist accompanies himself, as pianists do."""
    lead = given.get("lead")
    if (
        part == "chords"
        and lead in WIDE
        and (lead in profile.chords or lead in LOW)
        and profile.genre in ("piano", "jazz", "classical", "folk")
    ):
        return lead
    return hired
