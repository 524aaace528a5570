"""The composer's promises: pure, splittable, in key, never the same minute twice."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radio.engines.synth.composer import compose_passages, title_at
from radio.engines.synth.form import PIECE_UNITS, unit_bars
from radio.engines.synth.grid import Grid
from radio.engines.synth.scales import Key
from radio.engines.synth.scene import scene_at
from radio.engines.synth.score import MAX_FADE_SAMPLES, MAX_NOTE_SAMPLES, Passage, Score
from radio.engines.synth.style import GENRES, Genre, Mode, Style
from tests.engines.synth.styles import HOUR, MINUTE, SECOND, alone, score, style

MODES: tuple[Mode, ...] = (
    "major", "minor", "dorian", "mixolydian", "lydian", "phrygian", "harmonic_minor", "pentatonic",
)  # fmt: skip


def in_key(what: Style, written: Score) -> float:
    key = Key(what.tonic, what.mode)
    return sum(key.holds(note.pitch) for note in written.notes) / len(written.notes)


def fingerprint(written: Score) -> list[tuple[int, int, str]]:
    """A minute as one hears it: notes by tenth of a second, pitch and part, counted from the minute's start."""
    return [((note.start - written.start) // 4800, note.pitch, note.part) for note in written.notes]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(GENRES), st.integers(0, HOUR), st.integers(1, 20 * SECOND), st.integers(1, 20 * SECOND))
def test_two_windows_are_the_whole(genre: Genre, start: int, first: int, second: int) -> None:
    passages = (*alone(replace(style(genre), textures=("rain",)), 3),)
    left = compose_passages(passages, start, start + first)
    right = compose_passages(passages, start + first, start + first + second)
    whole = compose_passages(passages, start, start + first + second)
    assert left.notes + right.notes == whole.notes
    assert left.hits + right.hits == whole.hits
    assert left.bars + right.bars == whole.bars
    assert set(left.washes) | set(right.washes) == set(whole.washes)


def test_the_same_question_has_the_same_answer_after_a_restart() -> None:
    first = score(style("jazz"), 5 * MINUTE, 6 * MINUTE)
    scene_at.cache_clear()
    assert score(style("jazz"), 5 * MINUTE, 6 * MINUTE) == first


def test_another_seed_is_other_music() -> None:
    assert score(style(), seed=1).notes != score(style(), seed=2).notes


@pytest.mark.parametrize("genre", GENRES)
def test_everything_lies_in_the_window_and_is_playable(genre: Genre) -> None:
    written = score(style(genre), 7 * MINUTE, 12 * MINUTE)
    assert all(written.start <= note.start < written.end for note in written.notes)
    assert all(written.start <= hit.start < written.end for hit in written.hits)
    assert all(0 < note.length <= MAX_NOTE_SAMPLES for note in written.notes)
    assert all(26 <= note.pitch <= 100 for note in written.notes)
    assert all(0 < note.velocity <= 1 and -1 <= note.pan <= 1 for note in written.notes)
    assert all(0 < hit.velocity <= 1 for hit in written.hits)


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("mode", MODES)
def test_nine_notes_of_ten_lie_in_the_key(genre: Genre, mode: Mode) -> None:
    what = style(genre, mode=mode, tonic=5)
    assert in_key(what, score(what, 0, 4 * MINUTE)) >= 0.9


@pytest.mark.parametrize("genre", GENRES)
@pytest.mark.parametrize("beats", [3, 4])
def test_something_sounds_at_every_second(genre: Genre, beats: int) -> None:
    written = score(style(genre, beats_per_bar=beats), 0, 12 * MINUTE)
    spans = sorted((note.start, note.start + note.length) for note in written.notes)
    sounding = 0
    for start, end in spans:
        assert start - sounding <= SECOND
        sounding = max(sounding, end)
    assert sounding >= written.end - SECOND


@pytest.mark.parametrize("genre", ["ambient", "lofi", "techno"])
def test_three_hours_have_no_two_identical_minutes(genre: Genre) -> None:
    minutes = [tuple(fingerprint(score(style(genre), k * MINUTE, (k + 1) * MINUTE))) for k in range(180)]
    assert len(set(minutes)) == 180


@pytest.mark.parametrize("genre", GENRES)
def test_far_minutes_are_not_near_copies(genre: Genre) -> None:
    minutes = [set(fingerprint(score(style(genre), k * MINUTE, (k + 1) * MINUTE))) for k in range(0, 60, 4)]
    for index, one in enumerate(minutes):
        assert all(len(one & other) < 0.6 * len(one | other) for other in minutes[:index])


def test_a_day_into_a_chain_costs_what_the_start_costs() -> None:
    made = 0

    def count(start: int) -> int:
        nonlocal made
        scene_at.cache_clear()
        score(style("house"), start, start + MINUTE)
        made = scene_at.cache_info().misses
        return made

    assert count(24 * HOUR) <= count(0) + 4


def test_bars_keep_their_distance_for_a_day() -> None:
    bars = score(style(bpm=87.3), 24 * HOUR, 24 * HOUR + MINUTE).bars
    length = 4 * 60 * 48_000 / 87.3
    assert all(abs(bar - round(bar / length) * length) <= 0.51 for bar in bars)


def test_a_new_style_begins_on_a_bar_line_of_the_old_one() -> None:
    old, new = style("lofi"), style("techno")
    grid = Grid(0, old.bpm, 4)
    line = grid.next_line(30 * SECOND)
    both = (Passage(0, line, old, 1), Passage(line, None, new, 2))
    written = compose_passages(both, 0, MINUTE)
    before = [note for note in written.notes if note.start < line]
    alone_before = compose_passages((Passage(0, None, old, 1),), 0, line).notes
    assert [replace(note, length=0) for note in before] == [replace(note, length=0) for note in alone_before]
    assert all(note.start + note.length <= line + 2000 for note in before)
    assert line in written.bars
    assert any(hit.start - line < 100 and hit.drum == "kick" for hit in written.hits if hit.start >= line)


def test_textures_alone_are_only_washes() -> None:
    written = score(style("ambient", texture_only=True, textures=("rain", "thunder")))
    assert not written.notes
    assert not written.hits
    assert {wash.texture for wash in written.washes} == {"rain", "thunder"}


def test_washes_cover_the_passage_and_glide() -> None:
    written = score(style("ambient", textures=("waves",)), 10 * MINUTE, 13 * MINUTE)
    washes = written.washes
    assert washes[0].start <= written.start
    assert washes[-1].end >= written.end
    assert all(now.start == before.end - before.fade for before, now in itertools.pairwise(washes))
    assert all(wash.fade <= MAX_FADE_SAMPLES for wash in washes)


@pytest.mark.parametrize("genre", GENRES)
def test_sections_change_what_plays(genre: Genre) -> None:
    what = style(genre, kit=style(genre).kit or "hand")
    unit = unit_bars(Grid(0, what.bpm, 4))
    casts = {scene_at(4, what, number * unit).layers for number in range(4 * PIECE_UNITS)}
    assert len(casts) >= 5


def test_the_theme_of_a_passage_returns() -> None:
    what = style("piano")
    unit = unit_bars(Grid(0, what.bpm, 4))
    tunes = [scene_at(4, what, piece * PIECE_UNITS * unit).tune for piece in range(7)]
    themes = {tune.material for tune in tunes}
    assert 3 <= len(themes) < 7


def test_titles_stay_for_a_piece_and_then_change() -> None:
    passages = alone(style("synthwave"))
    titles = [title_at(passages, minute * MINUTE) for minute in range(60)]
    changes = sum(a != b for a, b in itertools.pairwise(titles))
    assert 8 <= changes <= 30
    assert all(3 <= len(title) <= 40 for title in titles)


def test_genres_differ_in_what_they_play() -> None:
    def profile(genre: Genre) -> tuple[float, ...]:
        written = score(style(genre), 0, 5 * MINUTE)
        starts = {part: sum(note.part == part for note in written.notes) / 300 for part in ("lead", "arp", "bass")}
        return (*starts.values(), len(written.hits) / 300, sum(note.length for note in written.notes) / MINUTE)

    profiles = [profile(genre) for genre in GENRES]
    for index, one in enumerate(profiles):
        for other in profiles[:index]:
            assert max(abs(a - b) / (abs(a) + abs(b) + 0.2) for a, b in zip(one, other, strict=True)) > 0.1


def test_house_has_four_on_the_floor_and_drum_and_bass_does_not() -> None:
    def kicks(genre: Genre) -> set[int]:
        what = style(genre)
        step = 60 * 48_000 / what.bpm / 4
        written = score(what, 0, 20 * SECOND)
        return {round(hit.start / step) % 16 for hit in written.hits if hit.drum == "kick" and hit.velocity > 0.25}

    assert kicks("house") >= {0, 4, 8, 12}
    assert {0, 10} <= kicks("dnb")
    assert 4 not in kicks("dnb")


def test_swing_delays_the_offbeats_only() -> None:
    some, full = (score(style("jazz", swing=swing), 0, MINUTE) for swing in (0.4, 1.0))
    beat = 60 * 48_000 / 130
    both = zip(some.hits, full.hits, strict=True)
    lates = [(b.start - a.start) / beat for a, b in both if a.drum == b.drum == "ride"]
    assert max(lates) == pytest.approx(0.6 / 6, abs=0.03)
    assert min(abs(late) for late in lates) < 0.01


def test_jazz_that_does_not_swing_is_a_bossa() -> None:
    assert any(hit.drum == "rim" for hit in score(style("jazz", swing=0.0)).hits)
    assert not any(hit.drum == "rim" for hit in score(style("jazz", swing=0.7)).hits)


def test_no_drums_means_no_drums() -> None:
    assert not score(style("techno", kit=None)).hits
