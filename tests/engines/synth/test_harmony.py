"""Chords and voice leading."""

from __future__ import annotations

from itertools import pairwise

import pytest

from radio.engines.synth.harmony import chord
from radio.engines.synth.progressions import BY_GENRE, BY_MODE
from radio.engines.synth.scales import SCALES, Key
from radio.engines.synth.scene import scene_at
from radio.engines.synth.style import GENRES, Genre, Mode
from radio.engines.synth.voicing import MUD_LIMIT, lead
from tests.engines.synth.styles import style

C = Key(0, "major")


def test_tokens_are_read_as_musicians_write_them() -> None:
    assert chord("2", C, "seventh").tones == (2, 5, 9, 0)
    assert chord("5D", C, "triad").tones == (7, 11, 2, 5)
    assert chord("4m", C, "triad").tones == (5, 8, 0)
    assert chord("b7M", C, "triad").tones == (10, 2, 5)
    assert chord("1", Key(9, "minor"), "add9").tones == (9, 0, 4, 11)


def test_a_ninth_that_would_rub_is_left_out() -> None:
    assert chord("3", C, "ninth").tones == (4, 7, 11, 2)


@pytest.mark.parametrize("mode", SCALES)
def test_plain_chords_of_the_libraries_have_perfect_fifths_in_key(mode: Mode) -> None:
    key = Key(4, mode)
    for progression in BY_MODE[mode]:
        for token in progression:
            what = chord(token, key, "triad")
            if token.isdigit():
                assert all(key.holds(tone) for tone in what.tones), (mode, token)
            if token.isdigit() and mode != "pentatonic":
                assert (what.tones[2] - what.root) % 12 == 7, (mode, token)


def test_every_library_can_be_read() -> None:
    for (_, mode), progressions in BY_GENRE.items():
        for progression in progressions:
            assert all(len(chord(token, Key(1, mode), "ninth").tones) >= 3 for token in progression)


def test_two_five_one_moves_by_steps() -> None:
    voicing = None
    moves = []
    for token in ("2", "5D", "1"):
        now = lead(voicing, chord(token, C, "seventh"), voices=4, centre=62, rootless=True)
        if voicing:
            moves += [abs(a - b) for a, b in zip(voicing, now, strict=True)]
        voicing = now
    assert max(moves) <= 2


@pytest.mark.parametrize("genre", GENRES)
def test_voices_move_little_from_chord_to_chord(genre: Genre) -> None:
    moves = []
    for seed in range(6):
        for bar in (0, 40, 90, 200):
            slots = [slot for line in scene_at(seed, style(genre), bar).bars for slot in line if slot.onset]
            for before, now in pairwise(slots):
                if before.chord != now.chord:
                    moves.append([abs(a - b) for a, b in zip(before.voicing, now.voicing, strict=True)])
    each = [move for voices in moves for move in voices]
    assert sum(each) / len(each) <= 3.0
    assert max(each) <= 9


@pytest.mark.parametrize("genre", GENRES)
def test_low_voices_never_stand_close(genre: Genre) -> None:
    for bar in (0, 60, 120):
        for line in scene_at(5, style(genre), bar).bars:
            for slot in line:
                assert all(high - low >= 3 for low, high in pairwise(slot.voicing) if low < MUD_LIMIT - 4)
