"""Motifs: they return, they vary, they fit their chords."""

from __future__ import annotations

import itertools

import pytest

from radio.engines.synth.dice import Dice
from radio.engines.synth.instruments import home
from radio.engines.synth.melody import SPAN, plan_of
from radio.engines.synth.motif import turned
from radio.engines.synth.scene import Scene, scene_at
from radio.engines.synth.style import GENRES, Genre
from radio.engines.synth.tune import contour
from tests.engines.synth.styles import MINUTE, score, style


def scenes(genre: Genre) -> list[Scene]:
    return [scene_at(9, style(genre), bar) for bar in range(0, 400, 16)]


@pytest.mark.parametrize("genre", [genre for genre in GENRES if genre != "drone"])
def test_the_motif_is_stated_and_varied(genre: Genre) -> None:
    turns = [turn for scene in scenes(genre) for number in range(0, 8, 4) for turn in plan_of(scene, number)]
    assert turns.count("state") >= len(turns) // 6
    assert len(set(turns)) >= 5
    assert "rest" in turns


@pytest.mark.parametrize("genre", [genre for genre in GENRES if genre != "drone"])
def test_the_lead_stays_in_its_register(genre: Genre) -> None:
    what = style(genre)
    assert what.lead is not None
    middle = home(what.lead)
    notes = [note for note in score(what, 0, 10 * MINUTE).notes if note.part == "lead"]
    assert all(abs(note.pitch - middle) <= SPAN + 12 for note in notes)


def test_most_long_lead_notes_are_chord_tones() -> None:
    hits = total = 0
    what = style("folk")
    written = score(what, 0, 8 * MINUTE)
    beat = 60 * 48_000 / what.bpm
    for note in written.notes:
        if note.part != "lead" or note.length < beat * 1.4:
            continue
        bar = round(note.start / beat * 64) // 256
        scene = scene_at(11, what, bar)
        slot = scene.slot(bar - scene.section.first_bar, note.start / beat % 4)
        hits += slot.chord.holds(note.pitch)
        total += 1
    assert hits / total > 0.9


def test_a_contour_moves_mostly_by_step_and_answers_its_leaps() -> None:
    lines = [contour(Dice(seed), 9) for seed in range(200)]
    moves = [b - a for line in lines for a, b in itertools.pairwise(line)]
    assert sum(abs(move) <= 2 for move in moves) / len(moves) > 0.8
    for line in lines:
        steps = [b - a for a, b in itertools.pairwise(line)]
        assert all(b * a < 0 for a, b in itertools.pairwise(steps) if abs(a) >= 3)


def test_inversion_mirrors_and_a_cadence_ends_long() -> None:
    tune = scene_at(9, style("folk"), 0).tune
    mirror = turned(tune, "invert", 4, Dice(1))
    assert [step for _, _, step in mirror] == [-step for step in tune.contour]
    last = turned(tune, "cadence", 4, Dice(1))[-1]
    assert last[0] == 4
    assert last[1] == 3
