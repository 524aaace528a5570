"""Composes: from a chain and two positions to the score between them.

A pure function of (seed, changes, positions): any split of a stretch gives the same notes, and a bar a day into a
chain costs what the first one costs. Knows nothing of sound. Runs in the generator process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from radio.contracts import Chain
from radio.engines.synth.bass import bass
from radio.engines.synth.comping import arpeggio, chords, pad
from radio.engines.synth.dice import Dice
from radio.engines.synth.drums import drums
from radio.engines.synth.form import PIECE_UNITS, unit_bars
from radio.engines.synth.grid import Grid
from radio.engines.synth.human import accent, force, lateness, swung
from radio.engines.synth.melody import company, lead
from radio.engines.synth.passages import grid_of, passages
from radio.engines.synth.scene import Scene, scene_at
from radio.engines.synth.score import MAX_NOTE_SAMPLES, Hit, Note, Passage, Score
from radio.engines.synth.sketch import Stroke, Tone
from radio.engines.synth.titles import title_of
from radio.engines.synth.weather import washes

MS = 48
"""Samples in a millisecond."""
SHORTEST = 40 * MS


def compose(chain: Chain, start: int, end: int) -> Score:
    """What begins, and every wash that sounds, in [start, end) of a chain."""
    return compose_passages(passages(chain), start, end)


def compose_passages(every: tuple[Passage, ...], start: int, end: int) -> Score:
    """The same from passages, ascending and without gaps."""
    touched = tuple(one for one in every if one.start < end and (one.end is None or one.end > start))
    notes: list[Note] = []
    hits: list[Hit] = []
    lines: list[int] = []
    for passage in touched:
        for sound in sounds(passage, max(start, passage.start), end if passage.end is None else min(end, passage.end)):
            if isinstance(sound, Note):
                notes.append(sound)
            else:
                hits.append(sound)
        lines += bar_lines(passage, start, end)
    every_wash = [wash for one in every if one.start < end for wash in washes(one, start, end)]
    return Score(
        start=start,
        end=end,
        passages=touched,
        bars=tuple(lines),
        notes=tuple(sorted(notes, key=lambda note: (note.start, note.part, note.pitch, note.length))),
        hits=tuple(sorted(hits, key=lambda hit: (hit.start, hit.drum, hit.velocity))),
        washes=tuple(every_wash),
        title=title_at(every, start),
    )


def title_at(every: tuple[Passage, ...], position: int) -> str:
    """The title of the piece that sounds at a position."""
    passage = passage_at(every, position)
    grid = grid_of(passage)
    piece = max(passage.first_bar, grid.bar_at(position)) // (PIECE_UNITS * unit_bars(grid))
    return title_of(passage.seed, passage.style, piece)


def passage_at(every: tuple[Passage, ...], position: int) -> Passage:
    return next((one for one in reversed(every) if one.start <= position), every[0])


def bar_lines(passage: Passage, start: int, end: int) -> Iterator[int]:
    grid = grid_of(passage)
    stop = end if passage.end is None else min(end, passage.end)
    bar = max(passage.first_bar, grid.bar_at(max(start, passage.start)))
    while (line := grid.bar_line(bar)) < stop:
        if line >= start:
            yield line
        bar += 1


def sounds(passage: Passage, start: int, end: int) -> Iterator[Note | Hit]:
    """Notes and hits that begin in [start, end) of a passage. Players are early or late, so bars beside it are read."""
    if passage.style.texture_only or end <= start:
        return
    grid = grid_of(passage)
    for bar in range(max(passage.first_bar, grid.bar_at(start) - 1), grid.bar_at(end) + 2):
        for sound in bar_sounds(passage, grid, bar):
            if start <= sound.start < end:
                yield sound


def bar_sounds(passage: Passage, grid: Grid, bar: int) -> Iterator[Note | Hit]:
    scene = scene_at(passage.seed, passage.style, bar)
    place = bar - scene.section.first_bar
    yield from played(passage, grid, scene, bar, tones_of(scene, place))
    yield from beaten(passage, grid, scene, bar, drums(scene, place))


def tones_of(scene: Scene, place: int) -> Iterator[Tone]:
    layers = scene.layers_at(place)
    if layers.pad:
        yield from pad(scene, place)
    if layers.chords:
        yield from chords(scene, place)
    if layers.arp:
        yield from arpeggio(scene, place)
    if layers.bass:
        yield from bass(scene, place)
    yield from lead(scene, place)
    yield from company(scene, place)


def played(passage: Passage, grid: Grid, scene: Scene, bar: int, tones: Iterable[Tone]) -> Iterator[Note]:
    """Swing, human time and force, and the phrase's swell make notes of tones."""
    style, manner = scene.style, scene.manner
    dice = Dice(passage.seed, "hand", bar)
    swell = scene.lift(bar - scene.section.first_bar)
    for tone in tones:
        beat = swung(tone.beat, style.swing, manner.swing_unit)
        late = tone.late_ms + lateness(dice, manner.timing_ms)
        start = max(passage.start, grid.at(bar, beat) + round(late * MS))
        length = max(SHORTEST, round(tone.beats * grid.beat_samples))
        if passage.end is not None and passage.parting == "clipped":
            length = min(length, max(SHORTEST, passage.end - start))
        loud = tone.velocity * swell * (1.0 if tone.part == "pad" else accent(tone.beat, style.beats_per_bar))
        velocity = force(loud, dice, manner.force)
        yield Note(start, min(length, MAX_NOTE_SAMPLES), tone.pitch, velocity, tone.part, tone.instrument, tone.pan)


def beaten(passage: Passage, grid: Grid, scene: Scene, bar: int, strokes: Iterable[Stroke]) -> Iterator[Hit]:
    style, manner = scene.style, scene.manner
    if style.kit is None:
        return
    dice = Dice(passage.seed, "sticks", bar)
    hard = scene.lift(bar - scene.section.first_bar) * (0.62 + 0.3 * style.energy)
    for stroke in strokes:
        beat = swung(stroke.beat, style.swing, manner.swing_unit)
        late = stroke.late_ms + lateness(dice, manner.timing_ms * 0.5)
        start = max(passage.start, grid.at(bar, beat) + round(late * MS))
        yield Hit(start, stroke.drum, force(stroke.velocity * hard, dice, manner.force), style.kit)
