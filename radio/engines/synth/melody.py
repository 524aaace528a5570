"""The lead and its company: the motif over phrases of four statements, drawn to the chords, left to rest. Pure."""

from __future__ import annotations

from functools import lru_cache

from radio.engines.synth.dice import Dice
from radio.engines.synth.guests import answerers
from radio.engines.synth.instruments import SUSTAINED, home
from radio.engines.synth.motif import STATEMENT_BARS, Figure, Turn, turned
from radio.engines.synth.scales import Key
from radio.engines.synth.scene import Scene, scene_at
from radio.engines.synth.score import Part
from radio.engines.synth.sketch import Tone
from radio.engines.synth.style import Instrument, Style

Plan = tuple[Turn, Turn, Turn, Turn]

FULL: tuple[Plan, ...] = (
    ("state", "answer", "state", "cadence"),
    ("state", "sequence", "sequence", "cadence"),
    ("state", "state", "ornament", "cadence"),
    ("state", "answer", "invert", "cadence"),
    ("state", "thin", "sequence", "cadence"),
)
AIRY: tuple[Plan, ...] = (
    ("state", "rest", "answer", "rest"),
    ("state", "rest", "state", "cadence"),
    ("rest", "state", "rest", "cadence"),
    ("state", "thin", "rest", "cadence"),
    ("state", "answer", "rest", "rest"),
    ("thin", "rest", "state", "cadence"),
)
HEIGHT: tuple[int, ...] = (0, 1, 3, -1)
"""Semitones by which the four statements of a phrase lean from the instrument's home: a slow arch."""
SPAN = 10
"""Semitones around home within which a lead stays."""


def lead(scene: Scene, place: int) -> list[Tone]:
    return of_bar(scene, place, "lead") if scene.layers.lead and lead_instrument(scene) else []


def company(scene: Scene, place: int) -> list[Tone]:
    """Answers while the lead rests, a second voice under its long notes; without a lead, the tune itself."""
    return of_bar(scene, place, "counter") if scene.layers.company else []


def lead_instrument(scene: Scene) -> Instrument | None:
    """The style's lead, if it has one; in some later pieces the player of the chords takes the tune."""
    style = scene.style
    if style.lead is None or style.chords is None or scene.section.piece == 0:
        return style.lead
    return style.chords if Dice(scene.seed, "soloist", scene.section.piece).chance(0.3) else style.lead


def company_instrument(scene: Scene) -> Instrument | None:
    """Another colour than the lead's, changing from piece to piece."""
    others = answerers(scene.style, scene.manner, lead_instrument(scene))
    if not others:
        return None
    return others[(Dice(scene.seed, "company").below(len(others)) + scene.section.piece) % len(others)]


def of_bar(scene: Scene, place: int, part: Part) -> list[Tone]:
    beats = scene.style.beats_per_bar
    first = (place % STATEMENT_BARS) * beats
    notes = statement(scene.seed, scene.style, scene.section.first_bar, place // STATEMENT_BARS, part)
    return [moved(tone, first) for tone in notes if first <= tone.beat < first + beats]


def moved(tone: Tone, beats: float) -> Tone:
    return Tone(
        tone.beat - beats, tone.beats, tone.pitch, tone.velocity, tone.part, tone.instrument, tone.pan, tone.late_ms
    )


@lru_cache(maxsize=256)
def statement(seed: int, style: Style, first_bar: int, number: int, part: Part) -> tuple[Tone, ...]:
    """The notes of one two-bar statement of a section, beats counted from its first bar line."""
    scene = scene_at(seed, style, first_bar)
    turn = plan_of(scene, number)[number % 4]
    if part == "lead":
        return tuple(() if turn == "rest" else thickened(scene, number, sung(scene, number, turn, part)))
    if not scene.layers.lead:
        return tuple(() if turn == "rest" else sung(scene, number, turn, part))
    if turn in ("rest", "thin"):
        return tuple(sung(scene, number, "echo", part))
    return tuple(second_voice(scene, number, turn))


def plan_of(scene: Scene, number: int) -> Plan:
    """What the four statements of a phrase are. The tune's own plan, and in variations others."""
    phrase = number // 4
    fixed = Dice(scene.tune.material, "plan", phrase % 2)
    free = Dice(scene.seed, "plan", scene.section.number, phrase)
    dice = fixed if scene.section.kind in ("theme", "contrast") else free
    rest = scene.manner.rest + (0.3 if scene.section.kind in ("sparse", "breakdown") else 0.0)
    rest += 0.25 * (0.5 - scene.style.density)
    return dice.pick(AIRY if dice.chance(min(0.95, 1.7 * rest)) else FULL)


def sung(scene: Scene, number: int, turn: Turn, part: Part) -> list[Tone]:
    """The motif on the chords of this place, turned as the plan says."""
    instrument = lead_instrument(scene) if part == "lead" else company_instrument(scene)
    if instrument is None:
        return []
    dice = Dice(scene.seed, "sung", scene.section.number, number, part)
    notes = turned(scene.tune, turn, scene.style.beats_per_bar, dice)
    middle = home(instrument) + HEIGHT[number % 4] + (2 if scene.section.kind == "climax" else 0)
    pitches = placed(scene, number, notes, middle, dice)
    loud = 0.8 if part == "lead" else 0.62 if scene.layers.lead else 0.76
    pan = 0.0 if part == "lead" else 0.4
    tones = []
    for (beat, length, _), pitch in zip(notes, pitches, strict=True):
        gate = length * (0.96 if instrument in SUSTAINED or length < 1 else 1.0)
        tones.append(Tone(beat, gate, pitch, loud, part, instrument, pan))
    return tones


def placed(scene: Scene, number: int, notes: Figure, middle: int, dice: Dice) -> list[int]:
    """Pitches of a line: anchored on a chord tone near `middle`, strong notes drawn to the chords below them."""
    if not notes:
        return []
    place, key = number * STATEMENT_BARS, scene.key
    anchor = key.step(nearest(middle, scene.slot(place, notes[0][0]).chord.tones))
    pitches: list[int] = []
    for index, (beat, length, step) in enumerate(notes):
        tones = scene.slot(place, beat).chord.tones
        pitch = key.pitch(anchor + step)
        last = index == len(notes) - 1
        if last or length >= 1.5 or beat % 2 == 0 or clashes(pitch, tones, key):
            rise = step - notes[index - 1][2] if index else 0
            pitch = drawn(pitch, tones[:3] if last else tones, pitches[-1] if pitches else None, rise)
        pitches.append(folded(pitch, pitches[-1] if pitches else None, middle))
    return approached(scene, notes, pitches, dice)


def clashes(pitch: int, tones: tuple[int, ...], key: Key) -> bool:
    """Whether a borrowed chord tone lies a semitone away: then the scale's own note would be wrong."""
    return pitch % 12 not in tones and any(not key.holds(tone) and (pitch - tone) % 12 in (1, 11) for tone in tones)


def drawn(pitch: int, tones: tuple[int, ...], before: int | None, rise: int) -> int:
    """The chord tone near a pitch; where the motif moves on, not the note before again but the next one that way."""
    near = nearest(pitch, tones)
    if before is None or rise == 0 or near != before:
        return near
    way = 1 if rise > 0 else -1
    return next(before + way * gap for gap in range(1, 13) if (before + way * gap) % 12 in tones)


def nearest(pitch: int, tones: tuple[int, ...]) -> int:
    """The pitch of one of the pitch classes nearest to a pitch; the lower one of two."""
    return min(
        (pitch + move for move in range(-6, 7) if (pitch + move) % 12 in tones),
        key=lambda near: (abs(near - pitch), near),
    )


def folded(pitch: int, before: int | None, middle: int) -> int:
    """Into the lead's range, and never more than an octave from the note before."""
    while pitch > middle + SPAN:
        pitch -= 12
    while pitch < middle - SPAN:
        pitch += 12
    if before is not None and abs(pitch - before) > 9:
        nearer = pitch - 12 if pitch > before else pitch + 12
        return nearer if abs(nearer - before) < abs(pitch - before) and abs(nearer - middle) <= SPAN + 3 else pitch
    return pitch


def approached(scene: Scene, notes: Figure, pitches: list[int], dice: Dice) -> list[int]:
    """Now and then a short note before a long one slides in from a semitone below."""
    for index in range(len(pitches) - 1):
        short = notes[index][1] <= 0.5 and notes[index + 1][1] >= 0.5
        if short and dice.chance(scene.manner.chromatic) and 1 < abs(pitches[index] - pitches[index + 1]) < 5:
            pitches[index] = pitches[index + 1] - 1
    return pitches


def thickened(scene: Scene, number: int, tones: list[Tone]) -> list[Tone]:
    """A keyboard player's right hand: long notes get a chord tone below them."""
    if (
        scene.manner.family != "keys"
        or not tones
        or tones[0].instrument not in ("piano", "electric_piano", "harp", "organ")
    ):
        return tones
    added = []
    for tone in tones:
        if tone.beats < 1 or (scene.section.kind == "sparse" and tone.beats < 2):
            continue
        chord = scene.slot(number * STATEMENT_BARS, tone.beat).chord
        below = next((tone.pitch - gap for gap in range(3, 10) if chord.holds(tone.pitch - gap)), None)
        if below is not None:
            added.append(Tone(tone.beat, tone.beats, below, tone.velocity * 0.72, "lead", tone.instrument, 0.0))
    return tones + added


def second_voice(scene: Scene, number: int, turn: Turn) -> list[Tone]:
    """Under the lead's long notes: the chord tone that lies a third to a sixth below, softly."""
    if scene.section.kind not in ("climax", "variation") or not scene.layers.lead:
        return []
    instrument = company_instrument(scene)
    if instrument is None:
        return []
    voice = []
    for tone in sung(scene, number, turn, "lead"):
        if tone.beats < 1:
            continue
        chord = scene.slot(number * STATEMENT_BARS, tone.beat).chord
        below = next((tone.pitch - gap for gap in range(3, 10) if chord.holds(tone.pitch - gap)), None)
        if below is not None:
            voice.append(Tone(tone.beat, tone.beats, below, tone.velocity * 0.6, "counter", instrument, 0.4))
    return voice
