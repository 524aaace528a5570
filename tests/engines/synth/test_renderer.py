"""The renderer: a pure function of the score, clean, bounded, and shaped by the style."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from radio.engines.synth.composer import compose_passages
from radio.engines.synth.renderer import PRE_ROLL_SAMPLES, Renderer
from radio.engines.synth.score import Hit, Note, Passage, Score
from radio.engines.synth.sound import bank
from radio.engines.synth.sound.bank import Bank, sounding
from radio.engines.synth.sound.orchestra import ORCHESTRA
from radio.engines.synth.sound.stage import NOTE_REACH
from radio.engines.synth.style import GENRES, INSTRUMENTS, Genre
from radio.errors import Cancelled
from tests.engines.synth.styles import alone, style

SECOND = 48_000
SOME: tuple[Genre, ...] = ("lofi", "classical", "techno", "chiptune")
F32 = NDArray[np.float32]


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer()


def heard(renderer: Renderer, what: tuple[Passage, ...], start_s: float, end_s: float) -> F32:
    start, end = round(start_s * SECOND), round(end_s * SECOND)
    score = compose_passages(what, start - PRE_ROLL_SAMPLES, end)
    return renderer.render(score, start, end, lambda _: None)


def written(notes: tuple[Note, ...] = (), hits: tuple[Hit, ...] = (), end_s: float = 4, genre: Genre = "jazz") -> Score:
    return Score(0, round(end_s * SECOND), alone(style(genre)), (), notes, hits, (), "")


def played(renderer: Renderer, score: Score) -> F32:
    return renderer.render(score, 0, score.end, lambda _: None)


@pytest.mark.parametrize("genre", GENRES)
def test_rendering_from_later_on_gives_the_same_bits(renderer: Renderer, genre: Genre) -> None:
    music = alone(style(genre, textures=("rain",)))
    whole, part = heard(renderer, music, 30, 45), heard(Renderer(), music, 38.37, 45)
    assert np.array_equal(whole[-len(part) :], part)


@pytest.mark.parametrize("genre", SOME)
def test_an_overlap_is_the_same_in_both_segments(renderer: Renderer, genre: Genre) -> None:
    music = alone(style(genre))
    before, after = heard(renderer, music, 30, 42.1), heard(renderer, music, 36.1, 48)
    assert np.abs(before[-6 * SECOND :] - after[: 6 * SECOND]).max() < 1e-5


@pytest.mark.parametrize("genre", SOME)
def test_an_overlap_is_the_same_where_the_style_changes(renderer: Renderer, genre: Genre) -> None:
    music = (Passage(0, 40 * SECOND, style("drone"), 1), Passage(40 * SECOND, None, style(genre), 2))
    before, after = heard(renderer, music, 30, 48), heard(renderer, music, 38, 50)
    assert np.abs(before[8 * SECOND :] - after[: 10 * SECOND]).max() < 1e-5


def test_what_the_bank_forgot_is_made_again_bit_by_bit() -> None:
    music = alone(style("lofi"))
    forgetful = Renderer()
    forgetful._bank = Bank(1)
    assert np.array_equal(heard(forgetful, music, 8, 13), heard(Renderer(), music, 8, 13))


def test_the_pre_roll_reaches_back_to_everything_that_still_sounds(renderer: Renderer) -> None:
    """A note, struck as early as a held note can be, is heard the same from a score that begins a pre-roll before."""
    for instrument in ("warm_pad", "bells", "choir", "piano"):
        late = Note(20 * SECOND, 10 * SECOND, 64, 0.9, "lead", instrument)
        full = Score(0, 50 * SECOND, alone(style("drone")), (), (late,), (), (), "")
        start = 30 * SECOND
        short = replace(full, start=start - PRE_ROLL_SAMPLES)
        whole = renderer.render(full, 18 * SECOND, 50 * SECOND, lambda _: None)[12 * SECOND :]
        assert np.array_equal(renderer.render(short, start, 50 * SECOND, lambda _: None), whole)
        assert np.abs(whole[:SECOND]).max() > 0
        assert not whole[PRE_ROLL_SAMPLES - 2 * SECOND :].any()


def test_no_instrument_sounds_longer_than_a_stage_looks_back() -> None:
    for instrument in INSTRUMENTS:
        for pitch in (0, 30, 60, 127):
            note = Note(0, 1 << 30, pitch, 1.0, "pad", instrument)
            assert sounding(note, ORCHESTRA[instrument]) <= NOTE_REACH


@pytest.mark.parametrize("genre", GENRES)
def test_a_genre_measures_like_music(renderer: Renderer, genre: Genre) -> None:
    sound = heard(renderer, alone(style(genre)), 40, 70)
    middle, side = sound.mean(1), (sound[:, 0] - sound[:, 1]) / 2
    rms = float(np.sqrt((sound**2).mean()))
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() <= 0.931
    assert abs(float(sound.mean())) < 2e-3
    assert 0.04 < rms < 0.25
    assert 8 < 20 * np.log10(np.abs(sound).max() / rms) < 20
    assert 10 * np.log10((middle**2).mean() / rms**2) > -3
    assert -14 < 10 * np.log10((side**2).mean() / (middle**2).mean()) < 0
    assert 0.05 < float(np.asarray(np.corrcoef(sound.T))[0, 1]) < 0.95
    assert -8.5 < slope(middle) < -4


def test_nothing_in_gives_silence_out(renderer: Renderer) -> None:
    assert not played(renderer, written()).any()


def test_everything_at_once_stays_under_the_ceiling(renderer: Renderer) -> None:
    notes = tuple(Note(0, SECOND, 36 + k, 1.0, "lead", "saw_lead") for k in range(24))
    hits = tuple(Hit(at, drum, 1.0, "techno") for at in (0, 4800) for drum in ("kick", "snare", "crash", "tom_low"))
    sound = played(renderer, written(notes, hits))
    assert np.isfinite(sound).all()
    assert 0.6 < np.abs(sound).max() <= 0.931


def test_a_note_of_one_sample_and_one_of_a_minute_are_harmless(renderer: Renderer) -> None:
    for length in (1, 60 * SECOND):
        for pitch in (12, 115):
            notes = tuple(
                Note(0, length, pitch, 1.0, "lead", instrument)
                for instrument in ("violin", "piano", "warm_pad", "acid_bass")
            )
            sound = played(renderer, written(notes))
            assert np.isfinite(sound).all()


def test_a_kick_pushes_the_pad_down_in_house_and_not_in_classical_music(renderer: Renderer) -> None:
    def dip(genre: Genre) -> float:
        pad = tuple(Note(0, 4 * SECOND, pitch, 0.7, "pad", "organ") for pitch in (60, 64, 67))
        kick = (Hit(2 * SECOND, "kick", 0.0, "house"),)
        calm, pushed = (played(renderer, written(pad, hits, genre=genre)) for hits in ((), kick))
        after = slice(2 * SECOND + 1200, 2 * SECOND + 4800)
        calm, pushed = high(calm)[after], high(pushed)[after]
        return float(20 * np.log10(np.sqrt((pushed**2).mean() / (calm**2).mean())))

    assert dip("house") < -3
    assert abs(dip("classical")) < 0.5


def test_an_echo_comes_back_in_time_on_the_other_side(renderer: Renderer) -> None:
    blip = (Note(0, 2400, 84, 0.9, "lead", "marimba", -0.9),)
    plain = style("techno", space=0.0, bpm=120.0)
    sound = renderer.render(Score(0, 2 * SECOND, alone(plain), (), blip, (), (), ""), 0, 2 * SECOND, lambda _: None)
    again = sound[round(0.375 * SECOND) : round(0.45 * SECOND)]
    assert (again[:, 1] ** 2).mean() > 3 * (again[:, 0] ** 2).mean()


def test_brightness_and_space_are_heard(renderer: Renderer) -> None:
    chord = tuple(Note(0, SECOND, pitch, 0.6, "chords", "piano") for pitch in (52, 59, 64))

    def under(**changes: float) -> F32:
        score = Score(0, 4 * SECOND, alone(style("piano", **changes)), (), chord, (), (), "")
        return played(renderer, score)

    assert slope(under(brightness=1.0).mean(1)) > slope(under(brightness=0.0).mean(1)) + 0.7
    tails = [float((under(space=space)[2 * SECOND :] ** 2).mean()) for space in (0.0, 1.0)]
    assert tails[1] > 20 * tails[0]


def test_the_bank_is_bounded(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    small = Renderer()
    small._bank = Bank(8 << 20)
    heard(small, alone(style("synthwave")), 0, 20)
    assert 0 < small._bank.size_bytes <= 8 << 20
    assert bank.CACHE_BYTES <= 128 << 20


def test_progress_grows_to_one_and_can_cancel(renderer: Renderer) -> None:
    seen: list[float] = []
    score = compose_passages(alone(style("folk")), -PRE_ROLL_SAMPLES, 5 * SECOND)
    renderer.render(score, 0, 5 * SECOND, seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1)

    def stop(done: float) -> None:
        raise Cancelled(f"stopped at {done}")

    with pytest.raises(Cancelled):
        renderer.render(score, 0, 5 * SECOND, stop)


def test_it_looks_for_a_cancel_between_any_two_tones_it_makes() -> None:
    fresh, sizes = Renderer(), [0]
    score = compose_passages(alone(style("folk")), -PRE_ROLL_SAMPLES, 3 * SECOND)
    fresh.render(score, 0, 3 * SECOND, lambda _: sizes.append(len(fresh._bank._tones)))
    assert max(after - before for before, after in itertools.pairwise(sizes)) == 1
    assert sizes[-1] > 10


def test_a_render_that_was_cancelled_anywhere_leaves_no_trace() -> None:
    score = compose_passages(alone(style("folk", textures=("rain",))), -PRE_ROLL_SAMPLES, 3 * SECOND)
    fresh, calls = Renderer(), itertools.count()

    def stop(_: float) -> None:
        if next(calls) % 17 == 16:
            raise Cancelled("stopped")

    for _ in range(3):
        with pytest.raises(Cancelled):
            fresh.render(score, 0, 3 * SECOND, stop)
    again = fresh.render(score, 0, 3 * SECOND, lambda _: None)
    assert np.array_equal(again, Renderer().render(score, 0, 3 * SECOND, lambda _: None))


def high(sound: F32) -> F32:
    """Without the kick: differences twice over."""
    return np.asarray(np.diff(sound, n=2, axis=0))


def slope(middle: F32) -> float:
    """Fall of the long-term spectrum in dB per octave, 60 Hz … 7.7 kHz."""
    frames = middle[: len(middle) // 16_384 * 16_384].reshape(-1, 16_384) * np.hanning(16_384)
    power = (np.abs(np.fft.rfft(frames)) ** 2).mean(0)
    hz = np.fft.rfftfreq(16_384, 1 / SECOND)
    edges = [60 * 2**k for k in range(8)]
    levels = [10 * np.log10(power[(hz >= a) & (hz < 2 * a)].mean() + 1e-20) for a in edges[:-1]]
    return float(np.polyfit(range(len(levels)), levels, 1)[0])
