"""How each genre is played: its harmony's colour and pace, figures, basses, grooves, rhythms and feel. Data only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from radio.engines.synth.harmony import Colour
from radio.engines.synth.style import Genre, Instrument

Family = Literal["beat", "band", "calm", "keys"]


@dataclass(frozen=True, slots=True)
class Manner:
    """Names in the tuples are keys of FIGURES, BASS_LINES, GROOVES and RHYTHMS; each piece chooses among them.

    `chord_s`: how long a chord lasts, about, in seconds. `voices` and `centre` (MIDI) shape the chords.
    `swing_unit` in beats; `timing_ms`, `roll_ms` (between the voices of a chord) and `snare_late_ms` in ms.
    `arp` and `colours_of_counter` are instruments that may join in.
    """

    family: Family
    colours: tuple[tuple[Colour, float], ...]
    chord_s: float
    comps: tuple[str, ...]
    arps: tuple[str, ...]
    basses: tuple[str, ...]
    grooves: tuple[str, ...]
    rhythms: tuple[str, ...]
    voices: int = 4
    centre: int = 60
    rich: bool = False
    chromatic: float = 0.0
    """Chance of a passing tone outside the key where a melody may have one."""
    borrow: float = 0.12
    """Chance that a chord in a weak place is borrowed from a neighbouring mode."""
    swing_unit: float = 0.25
    timing_ms: float = 4.0
    force: float = 0.1
    roll_ms: float = 0.0
    snare_late_ms: float = 0.0
    arp: Instrument | None = None
    company: tuple[Instrument, ...] = ()
    """Instruments that may answer the lead; none where the prompt's own must be alone."""
    rest: float = 0.25
    """Part of its time that the lead leaves to others."""


MANNERS: dict[Genre, Manner] = {
    "ambient": Manner(
        "calm", (("add9", 4), ("sus2", 2), ("seventh", 2), ("ninth", 1)), 5.6,
        comps=("hold", "breathe", "halves"), arps=("wave", "lanterns", "up", "broken", "tresillo"),
        basses=("long", "rise", "two halves"), grooves=("haze", "soft heart"), rhythms=("long", "sparse"),
        timing_ms=12, force=0.14, roll_ms=30, arp="bells", company=("glass_pad", "harp", "flute", "kalimba"), rest=0.25,
    ),
    "lofi": Manner(
        "band", (("seventh", 3), ("ninth", 4), ("add9", 1)), 3.0,
        comps=("lazy", "dusty", "behind"), arps=("broken", "hocket", "drops"),
        basses=("lofi round", "lofi walk", "lofi push"), grooves=("boom bap", "head nod", "dilla"),
        rhythms=("lyrical", "lazy", "sparse"),
        rich=True, chromatic=0.05, borrow=0.06, timing_ms=9, force=0.14, roll_ms=14,
        snare_late_ms=14, company=("vibraphone", "electric_guitar", "flute"), rest=0.2,
    ),
    "piano": Manner(
        "keys", (("triad", 3), ("add9", 3), ("seventh", 2)), 3.2,
        comps=("nocturne", "river", "travis", "tide", "up"), arps=("shimmer", "drops"),
        basses=("long",), grooves=("soft heart", "haze"), rhythms=("lyrical", "long", "flowing"),
        swing_unit=0.5, borrow=0.08, timing_ms=12, force=0.13, roll_ms=16, rest=0.12, chromatic=0.04,
    ),
    "classical": Manner(
        "keys", (("triad", 6), ("seventh", 1)), 2.4,
        comps=("alberti", "minuet", "rocking", "nocturne", "chorale"), arps=("ripple", "wave", "alberti"),
        basses=("two halves", "long", "root and fifth"), grooves=("timpani",),
        rhythms=("periodic", "flowing", "lyrical"),
        swing_unit=0.5, borrow=0.06, timing_ms=10, force=0.12, roll_ms=8, chromatic=0.08,
        company=("clarinet", "flute", "violin", "cello"), rest=0.15,
    ),
    "jazz": Manner(
        "band", (("seventh", 3), ("ninth", 4), ("sixth", 1)), 2.0,
        comps=("charleston", "comp", "sparse comp", "freddie"), arps=("hocket",),
        basses=("walking",), grooves=("ride swing", "brush swing"), rhythms=("bebop", "swing riff", "bebop", "lyrical"),
        rich=True, chromatic=0.14, borrow=0.02, swing_unit=0.5, timing_ms=9, force=0.16, roll_ms=6,
        company=("vibraphone", "clarinet", "electric_guitar"), rest=0.16,
    ),
    "house": Manner(
        "beat", (("seventh", 4), ("ninth", 3), ("add9", 1)), 3.8,
        comps=("deep", "garage", "stab", "minimal"), arps=("pulse", "sequence", "tresillo", "hocket"),
        basses=("offbeat", "house groove", "house push"), grooves=("four floor", "deep floor", "shuffle floor"),
        rhythms=("hook", "sync", "long"), timing_ms=2, force=0.08, snare_late_ms=2,
        arp="pluck", company=("vibraphone", "bells", "flute"), rest=0.3,
    ),
    "techno": Manner(
        "beat", (("triad", 3), ("seventh", 3), ("sus2", 1)), 7.0,
        comps=("dub", "minimal", "offbeats", "stab"), arps=("riff", "sequence", "octaves", "tresillo"),
        basses=("offbeat", "rolling", "pump", "acid"),
        grooves=("warehouse", "driving", "hypnotic"), rhythms=("hook", "sync"),
        voices=3, borrow=0.04, timing_ms=1, force=0.06, arp="pluck", company=("bells", "glass_pad"), rest=0.4,
    ),
    "synthwave": Manner(
        "beat", (("triad", 4), ("add9", 2), ("seventh", 1)), 4.2,
        comps=("anthem", "eighths", "hold"), arps=("sequence", "octaves", "gallop", "ripple"),
        basses=("eighth drive", "octave drive", "gallop drive"), grooves=("gated", "night drive", "half time"),
        rhythms=("anthem", "long", "lyrical"), borrow=0.09, timing_ms=2, force=0.07,
        arp="pluck", company=("square_lead", "bells", "synth_lead"), rest=0.18,
    ),
    "dnb": Manner(
        "beat", (("ninth", 2), ("seventh", 3), ("add9", 2)), 2.8,
        comps=("breathe", "hold", "dub", "garage"), arps=("lanterns", "shimmer", "drops", "hocket"),
        basses=("reese", "dnb push", "dnb roll"), grooves=("two step", "amen", "roller"),
        rhythms=("long", "hook", "lyrical"), timing_ms=2, force=0.1, arp="pluck",
        company=("bells", "flute", "electric_piano"), rest=0.3,
    ),
    "folk": Manner(
        "band", (("triad", 5), ("add9", 2), ("sus2", 1)), 2.6,
        comps=("travis", "pinch", "strum", "gentle strum", "train"), arps=("broken", "up"),
        basses=("root and fifth", "two halves"), grooves=("campfire", "stomp"), rhythms=("tune", "lyrical", "flowing"),
        swing_unit=0.5, borrow=0.08, timing_ms=9, force=0.13, roll_ms=14,
        company=("flute", "violin", "accordion", "clarinet"), rest=0.12,
    ),
    "chiptune": Manner(
        "beat", (("triad", 5), ("seventh", 1)), 2.0,
        comps=("hold", "halves", "offbeats"), arps=("alberti", "chip", "up", "gallop"),
        basses=("octave drive", "chip bounce", "eighth drive"), grooves=("chip rock", "chip gallop"),
        rhythms=("arcade", "tune", "hook"), voices=3, centre=67, timing_ms=0.3, force=0.04,
        arp="square_lead", company=("square_lead", "pluck"), rest=0.1, chromatic=0.04,
    ),
    "drone": Manner(
        "calm", (("open", 4), ("sus2", 3), ("add9", 3), ("seventh", 1)), 9.0,
        comps=("hold",), arps=("drops", "shimmer"), basses=("long",), grooves=("heartbeat",), rhythms=("sparse",),
        centre=62, timing_ms=20, force=0.12, roll_ms=60, arp="bells", company=("choir", "glass_pad", "cello"), rest=0.6,
    ),
}  # fmt: skip

STRAIGHT = 0.2
"""Jazz that swings less than this is played as a bossa."""
BOSSA = replace(
    MANNERS["jazz"], comps=("bossa", "bossa long"), basses=("bossa",), grooves=("bossa", "bossa soft"),
    rhythms=("lyrical", "lazy", "tune"), chromatic=0.08,
)  # fmt: skip


@lru_cache(maxsize=64)
def manner_of(genre: Genre, swing: float, beats: int) -> Manner:
    """How a genre is played at this swing (0…1) and metre."""
    manner = BOSSA if genre == "jazz" and swing < STRAIGHT and beats == 4 else MANNERS[genre]
    if beats == 4 or manner.family == "beat":
        return manner
    dance = ("waltz", *manner.comps[:2]) if genre in ("folk", "classical", "piano") else manner.comps
    return replace(manner, comps=dance, grooves=("waltz", "slow three"))
