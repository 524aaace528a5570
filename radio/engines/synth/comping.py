"""Chords, arpeggios and pads: the harmony as it is played. Pure: a scene and a bar in, tones out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from radio.engines.synth.changes import Slot
from radio.engines.synth.dice import Dice
from radio.engines.synth.figures import FIGURES, Figure
from radio.engines.synth.genres import Family
from radio.engines.synth.guests import arpeggists
from radio.engines.synth.instruments import SUSTAINED
from radio.engines.synth.scene import Scene
from radio.engines.synth.score import Part
from radio.engines.synth.sketch import Tone
from radio.engines.synth.style import Instrument
from radio.engines.synth.voicing import opened

LONGEST_S = 8.0
"""Pads strike again after this long, staggered voice by voice: no note may last over ten seconds."""
LEFT_HAND_LOW = 38
CHORD_FORCE: dict[Family, float] = {"beat": 0.72, "band": 0.82, "calm": 0.6, "keys": 0.62}
PAD_FORCE: dict[Family, float] = {"beat": 0.82, "band": 0.6, "calm": 0.42, "keys": 0.6}
"""Under drums chords and pads are what holds the harmony; in calm music they would cover everything else."""


@dataclass(frozen=True, slots=True)
class Player:
    """Who plays a figure: how loud (0…1), and how wide the notes are spread (0…1)."""

    part: Part
    instrument: Instrument
    velocity: float
    width: float


def chords(scene: Scene, place: int) -> list[Tone]:
    instrument = scene.style.chords or scene.style.pad or scene.style.lead or "piano"
    figure = FIGURES[scene.choice("comp", comps(scene, instrument))]
    return figured(scene, place, figure, Player("chords", instrument, CHORD_FORCE[scene.manner.family], 0.5))


def comps(scene: Scene, instrument: Instrument) -> tuple[str, ...]:
    """Bowed and blown instruments hold where a plucked one would repeat."""
    if instrument in SUSTAINED and scene.manner.family in ("calm", "keys", "band") and scene.style.genre != "classical":
        return ("hold", "halves", "breathe")
    return scene.manner.comps


def arpeggio(scene: Scene, place: int) -> list[Tone]:
    """The moving part, thinned to the style's density by a mask of the tune; in calm music above the chords."""
    style = scene.style
    players = arpeggists(style, scene.manner)
    if not players:
        return []
    instrument = players[scene.section.piece % len(players)]
    figure = FIGURES[scene.choice("arp", scene.manner.arps)]
    calm = scene.manner.family == "calm"
    tones = figured(scene, place, figure, Player("arp", instrument, 0.9 if calm else 0.62, 0.8))
    keep = 0.6 + 0.5 * style.density
    phrase = place // scene.section.phrase_bars
    mask = Dice(scene.tune.material, "mask", phrase % 2)
    kept = [mask.unit() < keep for _ in range(32)]
    heard = [tone for tone in tones if tone.beat == 0 or kept[int(tone.beat * 8) % 32]]
    return [replace(tone, pitch=tone.pitch + 12) for tone in heard] if calm else heard


def figured(scene: Scene, place: int, figure: Figure, player: Player) -> list[Tone]:
    """A bar of a figure on the chords of this place. Chords are rolled upwards on the beat, downwards off it."""
    tones: list[Tone] = []
    for count, (beat, beats, sign) in enumerate(figure.cells(place, scene.style.beats_per_bar)):
        slot = scene.slot(place, beat)
        left = slot.beat + slot.beats - beat
        length = left if figure.pedal else min(beats, max(left, 0.25)) * figure.gate
        pitches = slot.voicing if sign == "o" else (rung(slot, figure, int(sign)),)
        roll = scene.manner.roll_ms if sign == "o" else 0.0
        for index, pitch in enumerate(pitches):
            loud = player.velocity * (1.0 - 0.02 * index) * (0.94 if len(pitches) > 1 else 1.0)
            pan = side(index, len(pitches), count, player.width)
            order = index if beat % 1 < 0.5 else len(pitches) - 1 - index
            tones.append(Tone(beat, length, pitch, loud, player.part, player.instrument, pan, order * roll))
    return tones


def side(index: int, voices: int, count: int, width: float) -> float:
    """Voices of a chord fan out; single notes wander from side to side."""
    if voices > 1:
        return width * (2 * index / (voices - 1) - 1)
    return width * (0.0, 0.7, -0.5, 1.0, -0.8, 0.3, -1.0, 0.5)[count % 8]


def rung(slot: Slot, figure: Figure, index: int) -> int:
    """Pitch of a rung of the figure's ladder."""
    ladder = slot.voicing if figure.ladder == "voicing" else left_hand(slot)
    octave, inside = divmod(index, len(ladder))
    return ladder[inside] + 12 * octave


def left_hand(slot: Slot) -> tuple[int, ...]:
    """Root, fifth, octave, tenth, twelfth: open below, closer above, as overtones lie."""
    root = LEFT_HAND_LOW + (slot.chord.root - LEFT_HAND_LOW) % 12
    fifth = root + ((slot.chord.fifth - root) % 12 or 12)
    tenth = root + 12 + (slot.chord.tones[1] - root) % 12
    colour = slot.chord.tones[3] if len(slot.chord.tones) > 3 else slot.chord.fifth
    top = tenth + ((colour - tenth) % 12 or 12)
    return tuple(sorted((root, fifth, root + 12, tenth, top)))


def pad(scene: Scene, place: int) -> list[Tone]:
    """Held chords that overlap a little; where there is time their voices enter one after another."""
    instrument = scene.style.pad
    if instrument is None:
        return []
    beats = scene.style.beats_per_bar
    hold = max(1, int(LONGEST_S / scene.grid.bar_s))
    stagger = 0.5 if scene.manner.family == "calm" else 0.0
    loud = PAD_FORCE[scene.manner.family]
    tones: list[Tone] = []
    for slot in scene.bars[place]:
        if not slot.onset and (slot.beat > 0 or slot.age % hold):
            continue
        length = min(slot.left, float(hold * beats - slot.beat)) + 0.5
        spread = opened(slot.voicing)
        for index, pitch in enumerate(spread):
            late = stagger * ((index * 2 + place) % len(spread)) if slot.left >= 4 else 0.0
            pan = 0.9 * (2 * index / (len(spread) - 1) - 1) * (-1 if place % 4 >= 2 else 1)
            tones.append(Tone(slot.beat + late, length - late, pitch, loud, "pad", instrument, pan))
    return tones
