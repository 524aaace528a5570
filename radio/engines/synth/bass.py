"""Bass lines: patterns over the chord's root, and a walking bass that is made as it goes. Pure."""

from __future__ import annotations

from radio.engines.synth.changes import Slot
from radio.engines.synth.dice import Dice
from radio.engines.synth.figures import Figure
from radio.engines.synth.genres import Family
from radio.engines.synth.scales import Key
from radio.engines.synth.scene import Scene
from radio.engines.synth.sketch import Tone
from radio.engines.synth.style import Instrument

BASS_LINES: dict[str, str] = {
    "long": "r---------------",
    "two halves": "r-------r-------",
    "rise": "r-------f---o---r-------f-------",
    "root and fifth": "r-------f-------r-------f---a---",
    "lofi round": "r-----..r---f---r-----..r-o-f-a-",
    "lofi walk": "r-----r-f---o---r---..r-f---t-a-",
    "lofi push": "r---....r-..o-...r-----r-..f-o-a-",
    "offbeat": "..r-..r-..r-..r-..r-..r-..r-..o-",
    "house groove": "r-..r-.or-..r-.fr-..r-.or-.r..o-",
    "house push": "r--r..r---..r.o.r--r..r---..f.r.",
    "rolling": "..r-..rr..r-..rr..r-..rr..r-..ro",
    "pump": "..r-..r-..r-..ro",
    "acid": "r.o...r.r.o...f.r.o...r.r.or..fo",
    "eighth drive": "r.r.r.r.r.r.r.r.r.r.r.r.r.r.r.f.",
    "octave drive": "r.o.r.o.r.o.r.o.r.o.r.o.r.o.f.o.",
    "gallop drive": "r.rrr.rrr.rrr.rrr.rrr.rrr.rro.fr",
    "reese": "r-----------r---r-------..r-o---",
    "dnb push": "r-----....r-..o-r---..r-....r-f-",
    "dnb roll": "r--r--r-..r--.o-r--r--r-..f-..o-",
    "bossa": "r-----r-f-----f-",
    "chip bounce": "r.r.o.r.r.r.o.f.r.r.o.r.f.f.o.a.",
}
"""Sixteenths: root, fifth, third, octave, approach to the next root, `-` holds, `.` rests."""
FORCE: dict[Family, float] = {"beat": 0.95, "band": 0.72, "calm": 0.7, "keys": 1.0}
"""How hard the bass is played."""
LOWEST: dict[Instrument, int] = {
    "upright_bass": 29,
    "electric_bass": 29,
    "sine_bass": 34,
    "synth_bass": 29,
    "acid_bass": 31,
}
"""The root lies within the octave above this pitch: low, and still heard on small speakers."""


def bass(scene: Scene, place: int) -> list[Tone]:
    instrument = scene.style.bass
    if instrument is None:
        return []
    name = scene.choice("bass", scene.manner.basses)
    if name == "walking" and scene.section.kind != "sparse":
        return walking(scene, place, instrument)
    return patterned(scene, place, BASS_LINES["two halves" if name == "walking" else name], instrument)


def patterned(scene: Scene, place: int, line: str, instrument: Instrument) -> list[Tone]:
    figure = Figure(line)
    tones: list[Tone] = []
    for beat, beats, sign in figure.cells(place, scene.style.beats_per_bar):
        slot = scene.slot(place, beat)
        gate = 0.9 if beats < 1 else 0.98
        loud = (0.64 if sign == "r" else 0.6) * FORCE[scene.manner.family]
        tones.append(Tone(beat, beats * gate, sounding(sign, slot, scene.key, instrument), loud, "bass", instrument))
    if not tones:
        return tones
    return with_changes(scene, place, tones, instrument)


def with_changes(scene: Scene, place: int, tones: list[Tone], instrument: Instrument) -> list[Tone]:
    """A chord that changes under a held note is played too, and the held note ends there."""
    for slot in scene.bars[place][1:]:
        held = next((tone for tone in tones if tone.beat < slot.beat < tone.beat + tone.beats - 0.05), None)
        if held is None:
            continue
        tones.remove(held)
        for beat, end in ((held.beat, slot.beat), (slot.beat, held.beat + held.beats)):
            pitch = root_pitch(scene.slot(place, beat).chord.root, instrument)
            tones.append(Tone(beat, end - beat, pitch, held.velocity, "bass", instrument))
    return tones


def root_pitch(root: int, instrument: Instrument) -> int:
    low = LOWEST.get(instrument, 31)
    return low + (root - low) % 12


def sounding(sign: str, slot: Slot, key: Key, instrument: Instrument) -> int:
    root = root_pitch(slot.chord.root, instrument)
    if sign == "o":
        return root + 12
    if sign == "f":
        fifth = root + (slot.chord.fifth - root) % 12
        return fifth if fifth - root <= 7 else root
    if sign == "t":
        return root + (slot.chord.tones[1] - root) % 12
    if sign == "a":
        return approach(root, slot, key, instrument)
    return root


def approach(now: int, slot: Slot, key: Key, instrument: Instrument) -> int:
    """The scale's neighbour of the next root, on the side from which the line comes."""
    goal = root_pitch(slot.next_root, instrument)
    if goal == now:
        return root_pitch(slot.chord.fifth, instrument)
    moves = (-1, -2) if goal > now else (1, 2)
    return next((goal + move for move in moves if key.holds(goal + move)), goal + moves[0])


def walking(scene: Scene, place: int, instrument: Instrument) -> list[Tone]:
    """A note a beat: root, chord and scale tones on the way, a neighbour of the next root at the end."""
    dice = scene.dice("walk", place)
    tones: list[Tone] = []
    for slot in scene.bars[place]:
        for index, pitch in enumerate(walk(scene.key, slot, instrument, dice)):
            beat = slot.beat + index
            loud = 0.54 if index == 0 else 0.5
            tones.append(Tone(beat, 0.92, pitch, loud, "bass", instrument))
            if index == 1 and dice.chance(0.12):
                tones.append(Tone(beat + 0.5, 0.4, pitch, 0.45, "bass", instrument))
    return tones


def walk(key: Key, slot: Slot, instrument: Instrument, dice: Dice) -> list[int]:
    count = max(1, round(slot.beats))
    root = root_pitch(slot.chord.root, instrument)
    start = root if slot.onset else root_pitch(slot.chord.fifth, instrument)
    goal = root_pitch(slot.next_root, instrument)
    if goal <= start - 5 or (goal < start + 6 and dice.chance(0.5)):
        steps = sorted((third(slot, root) - 12, root - 5, root - 12), reverse=True)
        steps = [pitch if pitch >= 28 else pitch + 12 for pitch in steps]
    else:
        steps = [third(slot, root), root + (slot.chord.fifth - root) % 12, root + 12]
    line = [start, *steps][:count]
    if count > 1 and slot.left - slot.beats < 0.01:
        line[-1] = approach_walking(key, goal, line[-2] if count > 1 else start, dice)
    return line


def third(slot: Slot, root: int) -> int:
    return root + (slot.chord.tones[1] - root) % 12


def approach_walking(key: Key, goal: int, before: int, dice: Dice) -> int:
    """A step into the next root from the side of the line: by a semitone now and then, else by the scale."""
    moves = (1, 2) if before >= goal else (-1, -2)
    if dice.chance(0.3):
        return goal + moves[0]
    return next((goal + move for move in moves if key.holds(goal + move)), goal + moves[0])
