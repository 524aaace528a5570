"""Cuts from outside: what was aired stays, what was promised comes, and what cannot be kept moves by whole beats."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest

from radio.audio.align import correlation
from radio.audio.analysis import click, step_maxima
from radio.contracts import Chain, PromptChange
from radio.events import Bridged, SegmentMixed, SegmentRefused, StageFailed
from radio.mixer.joint import BEAT_SAMPLES, beat_at
from radio.mixer.state import Span
from tests.fakes.signals import noise
from tests.mixer.air import Air
from tests.mixer.rig import CHAIN, LENGTH, SECOND, levels_db, segment

OVERLAP = 3 * SECOND
BEAT = SECOND // 2
OTHER = Chain(1, 2, (PromptChange(0, "other"),))


@pytest.fixture
def air() -> Iterator[Air]:
    """On the air with half a minute of one noise."""
    made = Air()
    made.push(0, noise(0, 40 * SECOND, 7), 0, 0)
    made.open()
    made.listen(0.1)
    yield made
    made.close()


def cut_in(air: Air, seconds: float) -> int:
    """Cut so many seconds after the air position; gives the entry that is promised."""
    cut = air.mixing.cut(air.playout.air + int(seconds * SECOND))
    assert cut is not None
    assert air.mixing.expected_entry() == cut.entry_sample
    return cut.entry_sample


def push_new(air: Air, seed: int = 9) -> None:
    """Push a segment that re-states what leads to the joint and then goes on as another noise."""
    onward = air.mixing.continuation()
    assert onward is not None
    again = onward.context.samples
    new = noise(onward.position_samples + len(again), LENGTH - len(again), seed)
    air.push(1, np.concatenate((again, new)), onward.position_samples, len(again))


def test_before_anything_is_mixed_nothing_can_be_cut() -> None:
    air = Air()
    assert air.mixing.cut(1000) is None
    assert air.mixing.expected_entry() is None
    assert air.mixing.continuation() is None
    air.close()


@pytest.mark.parametrize("left_s", [2.5, 1.2, 0.9, 0.8])
def test_a_segment_that_comes_most_of_a_second_before_its_entry_enters_exactly_there(air: Air, left_s: float) -> None:
    entry = cut_in(air, 3)
    onward = air.mixing.continuation()
    assert onward is not None
    assert onward.chain == CHAIN
    assert onward.position_samples == entry - OVERLAP
    air.until(entry - int(left_s * SECOND))
    air.push(1, np.concatenate((onward.context.samples, noise(0, 9 * SECOND, 9))), entry - OVERLAP, OVERLAP)
    mixed = air.mixed()
    assert mixed is not None
    assert mixed.entry.sample == entry
    air.listen(6)
    before, after = air.sound[entry - SECOND : entry], air.sound[entry : entry + SECOND]
    assert correlation(before, noise(entry - SECOND, SECOND, 7)) > 0.99
    assert correlation(after, noise(0, SECOND, 9)) > 0.99
    assert click(step_maxima(air.sound[entry - 2 * SECOND : entry + 2 * SECOND])) < 3
    assert air.playout.late_blocks == 0


@pytest.mark.parametrize("late_s", [0.0, 0.3, 2.0, 7.77])
def test_a_cut_that_its_segment_misses_moves_by_whole_beats(air: Air, late_s: float) -> None:
    entry = cut_in(air, 3)
    onward = air.mixing.continuation()
    assert onward is not None
    air.until(entry + int(late_s * SECOND))
    moved = air.mixing.expected_entry()
    assert moved is not None
    assert moved > entry
    assert (moved - entry) % BEAT == 0
    assert moved - air.playout.air < 1.9 * SECOND
    air.push(1, np.concatenate((onward.context.samples, noise(0, 9 * SECOND, 9))), entry - OVERLAP, OVERLAP)
    mixed = air.mixed()
    assert mixed is not None
    assert mixed.entry.sample == pytest.approx(moved, abs=960)
    assert mixed.seam is not None
    assert BEAT <= mixed.seam.fade_end_sample - mixed.seam.fade_start_sample <= 2 * SECOND
    air.listen(6)
    levels = levels_db(air.sound[SECOND:], 0.5)
    assert np.abs(levels - levels.mean()).max() < 1.5
    assert not any(isinstance(fact, Bridged) for fact in air.drained())


def test_who_plans_anew_after_a_missed_cut_continues_from_where_it_has_moved_to(air: Air) -> None:
    entry = cut_in(air, 3)
    air.until(entry + 5 * SECOND)
    moved, onward = air.mixing.expected_entry(), air.mixing.continuation()
    assert onward is not None
    assert moved is not None
    assert (moved - entry) % BEAT == 0
    assert air.mixing.expected_entry() == moved
    assert onward.position_samples == moved - OVERLAP
    assert correlation(onward.context.samples, noise(moved - OVERLAP, OVERLAP, 7)) > 0.999


def test_past_the_end_of_the_old_music_it_is_a_late_segment_over_a_bridge(air: Air) -> None:
    cut_in(air, 3)
    onward = air.mixing.continuation()
    assert onward is not None
    air.until(45 * SECOND)
    assert air.mixing.bridging
    expected = air.mixing.expected_entry()
    air.push(1, np.concatenate((onward.context.samples, noise(0, 9 * SECOND, 9))), onward.position_samples, OVERLAP)
    mixed = air.mixed()
    assert mixed is not None
    assert expected is not None
    assert mixed.entry.sample == pytest.approx(expected, abs=960)
    assert not air.mixing.bridging


def test_a_cut_without_a_segment_changes_nothing_that_is_heard(air: Air) -> None:
    for _ in range(30):
        cut_in(air, 0.5)
        air.listen(1.03)
    assert correlation(air.sound[SECOND:], noise(SECOND, len(air.sound) - SECOND, 7)) > 0.99999
    assert air.playout.late_blocks == 0


def test_a_cut_leaves_alone_what_is_about_to_be_played(air: Air) -> None:
    cut = air.mixing.cut(0)
    assert cut is not None
    assert cut.sample == air.playout.air + SECOND // 4


def test_a_cut_behind_all_that_is_known_is_reached_by_a_bridge(air: Air) -> None:
    entry = cut_in(air, 60)
    air.until(50 * SECOND)
    assert air.mixing.bridging
    assert air.mixing.expected_entry() == pytest.approx(entry, abs=300)
    push_new(air)
    mixed = air.mixed()
    assert mixed is not None
    assert mixed.entry.sample == pytest.approx(entry, abs=1260)
    air.listen(20)
    levels = levels_db(air.sound[SECOND:], 0.05)
    assert levels.min() > levels[:400].min() - 3


def test_a_cut_while_a_bridge_plays_holds_its_promise(air: Air) -> None:
    air.until(45 * SECOND)
    assert air.mixing.bridging
    entry = cut_in(air, 6)
    air.until(entry - 3 * SECOND)
    push_new(air)
    mixed = air.mixed()
    assert mixed is not None
    assert mixed.entry.sample == pytest.approx(entry, abs=960)


def test_a_cut_throws_away_what_was_pushed_and_not_yet_mixed(air: Air) -> None:
    onward = air.mixing.continuation()
    assert onward is not None
    one = segment(1, noise(onward.position_samples, LENGTH, 7), position=onward.position_samples, overlap=OVERLAP)
    end = air.timeline.end
    air.mixing.push(one, anyway=False)
    cut = air.mixing.cut(20 * SECOND)
    air.listen(1)
    assert cut is not None
    if air.mixed() is None:  # the usual case: it was still being judged
        assert air.timeline.end == 20 * SECOND < end


def test_a_chain_start_after_a_cut_enters_where_it_was_promised(air: Air) -> None:
    entry = cut_in(air, 4)
    air.push(1, noise(0, LENGTH, 9), 0, 0, OTHER)
    mixed = air.mixed()
    assert mixed is not None
    assert mixed.entry.sample == entry
    assert mixed.seam is not None
    assert mixed.seam.fade_end_sample - mixed.seam.fade_start_sample == SECOND


def test_a_cut_back_before_a_chain_start_goes_back_to_the_chain_and_the_place_there(air: Air) -> None:
    air.push(1, noise(0, LENGTH, 9), 0, 0, OTHER)
    here, back = air.mixing.continuation(), cut_in(air, 5)
    there = air.mixing.continuation()
    assert here is not None
    assert there is not None
    assert here.chain == OTHER
    assert there.chain == CHAIN
    assert there.position_samples == back - OVERLAP


def test_a_cut_soon_after_a_start_re_states_no_more_than_was_played() -> None:
    air = Air()
    air.push(0, noise(0, LENGTH, 7), 0, 0)
    air.open()
    air.listen(0.1)
    entry, onward = cut_in(air, 0.5), air.mixing.continuation()
    assert onward is not None
    assert onward.overlap_samples is not None
    assert onward.overlap_samples % 1920 == 0
    assert 0 <= entry - onward.overlap_samples == onward.position_samples < 1920
    assert len(onward.context) == onward.overlap_samples
    air.push(1, noise(onward.position_samples, LENGTH, 7), onward.position_samples, onward.overlap_samples)
    air.listen(5)
    assert correlation(air.sound[SECOND:], noise(SECOND, len(air.sound) - SECOND, 7)) > 0.999
    air.close()


def test_cuts_and_segments_at_random_moments_never_change_what_was_aired(air: Air) -> None:
    """Every segment is a window of the same noise: whatever is cut, what is heard must be that noise, unbroken."""
    chance = random.Random(5)
    for index in range(1, 25):
        if chance.random() < 0.7:
            cut_in(air, chance.uniform(1.5, 8))
        onward = air.mixing.continuation()
        assert onward is not None
        air.listen(chance.choice([0.0, 0.2, 1.0]))
        position = onward.position_samples
        one = segment(index, noise(position, LENGTH, 7), position=position, overlap=OVERLAP)
        air.mixing.push(one, anyway=False)
        air.listen(chance.choice([0.0, 0.001, 0.5, 2.0]))
    air.listen(2)
    assert not [fact for fact in air.drained() if isinstance(fact, StageFailed | SegmentRefused | Bridged)]
    whole = len(air.sound) // BEAT
    parts = zip(np.split(air.sound[: whole * BEAT], whole), np.split(noise(0, whole * BEAT, 7), whole), strict=True)
    assert min(correlation(heard, meant) for heard, meant in list(parts)[2:]) > 0.999
    assert air.playout.late_blocks == 0


def test_the_beat_comes_from_the_bar_lines_else_the_tempo_else_it_is_half_a_second() -> None:
    bars = (0, 96_000, 192_000, 288_000, 360_000, 432_000)
    assert beat_at(Span(0, 0, 0, CHAIN, bars), 100_000) == 24_000
    assert beat_at(Span(0, 0, 0, CHAIN, bars), 400_000) == 18_000
    assert beat_at(Span(0, 0, 0, CHAIN, bars, 32_000.0), 100_000) == 32_000
    assert beat_at(Span(0, 0, 0, CHAIN, (), 30_000.0), 0) == 30_000
    assert beat_at(Span(0, 0, 0, CHAIN, (5,), 3.0), 0) == BEAT_SAMPLES
    assert beat_at(Span(0, 0, 0, CHAIN), 0) == BEAT_SAMPLES
    assert beat_at(None, 0) == BEAT_SAMPLES


def test_news_of_a_mixed_segment_comes_before_the_cut_or_not_at_all(air: Air) -> None:
    push_new(air)
    assert isinstance(air.mixed(), SegmentMixed)
    cut_in(air, 3)
    air.listen(0.5)
    assert air.mixed() is None
