"""Late segments, cuts, saved states: the sound never stops, jumps or clicks, and nothing is lost."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from radio.audio.analysis import click, step_maxima
from radio.contracts import Chain, PromptChange
from radio.errors import AudioError
from tests.fakes.signals import noise, tone
from tests.mixer.rig import LENGTH, SECOND, Desk, levels_db, segment

STRIDE = 9 * SECOND


def playing(count: int = 2) -> Desk:
    """A desk with `count` segments of one noise."""
    desk = Desk()
    desk.push(segment(0, noise(0, LENGTH, 7)))
    for index in range(1, count):
        desk.follow(index, noise(index * STRIDE, LENGTH, 7))
    return desk


def test_the_tail_plays_on_as_if_nothing_had_been_withheld() -> None:
    desk, whole = playing(1), playing(2)
    desk.take(desk.mixer.release())
    assert desk.mixer.room_samples == 0
    assert desk.timeline.end > LENGTH - 1.1 * SECOND
    np.testing.assert_allclose(desk.sound, whole.sound[: len(desk.sound)], atol=1e-6)


def test_a_tail_can_be_released_in_parts_and_a_late_segment_still_fits_exactly() -> None:
    desk, whole = playing(1), playing(2)
    desk.take(desk.mixer.release(SECOND // 2))
    desk.take(desk.mixer.release(SECOND // 2))
    assert desk.timeline.end == STRIDE + SECOND - 256
    assert not desk.mixer.bridging
    mixed = desk.follow(1, noise(STRIDE, LENGTH, 7))
    assert mixed.entry.sample == LENGTH
    assert mixed.seam is not None
    assert mixed.seam.fade_start_sample == STRIDE + SECOND
    np.testing.assert_allclose(desk.sound, whole.sound, atol=1e-5)


def test_the_bridge_goes_on_without_a_dip_or_a_click_and_the_late_segment_is_mixed_over_it() -> None:
    desk = playing(2)
    desk.take(desk.mixer.release())
    desk.bridge(20)
    assert desk.mixer.bridging
    assert desk.mixer.room_samples == 0
    entry, start = desk.mixer.next_entry_sample, desk.timeline.end
    assert 2 * SECOND < entry - start < 4 * SECOND
    assert desk.mixer.next_position_samples == 2 * STRIDE
    assert len(desk.mixer.context()) == 3 * SECOND
    given_out = 3 * SECOND - (desk.mixer.tail_end - desk.mixer.final_end)
    np.testing.assert_array_equal(desk.mixer.context().samples[:given_out], desk.sound[-given_out:])
    mixed = desk.follow(2, noise(2 * STRIDE, LENGTH, 7))
    assert abs(mixed.entry.sample - entry) <= 960
    assert not desk.bridging()
    levels = levels_db(desk.sound[SECOND:], 1.0)
    assert np.abs(levels - np.median(levels)).max() < 0.6
    assert click(step_maxima(desk.sound)) < 3
    tail = desk.sound[-2 * SECOND :]
    first = mixed.tail_sample - mixed.start_sample - 256 - len(tail) + 2 * STRIDE
    expected = noise(first, len(tail), 7)
    assert np.vdot(tail, expected) / np.sqrt(np.vdot(tail, tail) * np.vdot(expected, expected)) > 0.9999


def test_asked_for_a_bridge_while_there_is_a_tail_the_mixer_plays_the_tail() -> None:
    desk, whole = playing(1), playing(2)
    while desk.timeline.end < LENGTH:
        desk.take([desk.mixer.bridge(SECOND)])
    assert desk.mixer.bridging
    kept = LENGTH - SECOND - 256
    np.testing.assert_allclose(desk.sound[:kept], whole.sound[:kept], atol=1e-6)


def test_a_chain_start_after_a_bridge_fades_over_it() -> None:
    desk = playing(1)
    desk.take(desk.mixer.release())
    desk.bridge(3)
    start = desk.timeline.end
    mixed = desk.push(segment(1, noise(0, LENGTH, 9)))
    assert 2 * SECOND < mixed.entry.sample - start < 3.1 * SECOND
    levels = levels_db(desk.sound[SECOND:], 1.0)
    assert np.abs(levels - np.median(levels)).max() < 0.6


def test_a_bridge_gives_at_least_what_was_asked_and_needs_something_to_play() -> None:
    desk = playing(1)
    desk.take(desk.mixer.release())
    for frames in (1, 100, 4800, SECOND):
        block = desk.mixer.bridge(frames)
        assert frames <= len(block) <= frames + 32
        desk.take([block])
    with pytest.raises(AudioError, match="half a second"):
        Desk().mixer.bridge(SECOND)


def test_the_same_history_makes_the_same_bridge() -> None:
    one, other = playing(2), playing(2)
    for desk in (one, other):
        desk.take(desk.mixer.release())
        desk.bridge(15)
    np.testing.assert_array_equal(one.sound, other.sound)


def test_what_a_cut_takes_back_plays_again_bit_for_bit() -> None:
    desk = playing(3)
    end, before = desk.timeline.end, desk.sound.copy()
    assert desk.cut(end - 10 * SECOND - 77) == end - 10 * SECOND - 77
    assert desk.timeline.end == desk.mixer.final_end == end - 10 * SECOND - 77
    desk.take(desk.mixer.release())
    assert desk.timeline.end > end
    np.testing.assert_array_equal(desk.sound[:end], before)


def test_a_loud_limited_stretch_survives_a_cut_bit_for_bit() -> None:
    desk = Desk(start=5)
    desk.push(segment(0, tone(0, LENGTH, 50, level=0.12) + noise(0, LENGTH, 1, 0.05)))
    loud = noise(0, LENGTH, 2, 0.2)
    loud[::4000] *= 4
    desk.push(segment(1, loud))
    end, before = desk.timeline.end, desk.sound.copy()
    desk.cut(end - 6 * SECOND)
    desk.take(desk.mixer.release())
    np.testing.assert_array_equal(desk.sound[: len(before)], before)


def test_after_a_cut_the_next_segment_enters_a_second_later_and_re_states_what_leads_there() -> None:
    desk = playing(3)
    cut = desk.cut(desk.timeline.end - 8 * SECOND)
    assert desk.mixer.next_entry_sample == cut + SECOND
    assert desk.mixer.next_position_samples == cut - 2 * SECOND
    context = desk.mixer.context().samples
    assert len(context) == 3 * SECOND
    expected = noise(cut - 2 * SECOND, 3 * SECOND, 7)
    np.testing.assert_allclose(context / expected, (context / expected).mean(), rtol=1e-3)
    position = cut - 2 * SECOND
    mixed = desk.push(segment(9, noise(position, LENGTH, 7), position=position, overlap=3 * SECOND))
    assert mixed.entry.sample == cut + SECOND
    assert mixed.seam is not None
    assert mixed.seam.fade_start_sample == cut
    levels = levels_db(desk.sound[SECOND:], 1.0)
    assert np.abs(levels - np.median(levels)).max() < 0.25
    assert click(step_maxima(desk.sound)) < 3


def test_a_cut_in_what_is_withheld_moves_only_the_place_to_enter() -> None:
    desk = playing(2)
    end = desk.timeline.end
    assert desk.cut(end + SECOND // 4) == end + SECOND // 4
    assert desk.timeline.end == end
    entry = desk.mixer.next_entry_sample
    assert entry == end + SECOND // 4 + SECOND
    context, expected = desk.mixer.context().samples, noise(entry - 3 * SECOND, 3 * SECOND, 7)
    gain = np.vdot(context, expected) / np.vdot(expected, expected)
    np.testing.assert_allclose(context, expected * np.float32(gain), atol=1e-5)
    mixed = desk.push(segment(9, noise(entry - 3 * SECOND, LENGTH, 7), position=entry - 3 * SECOND, overlap=3 * SECOND))
    assert mixed.entry.sample == entry
    assert mixed.seam is not None
    assert mixed.seam.correlation > 0.999


def test_a_cut_can_be_made_again_later_in_the_old_music() -> None:
    desk = playing(3)
    before = desk.sound.copy()
    cut = desk.cut(desk.timeline.end - 8 * SECOND)
    desk.take(desk.mixer.release(4 * SECOND))
    np.testing.assert_array_equal(desk.sound, before[: cut + 4 * SECOND - 256])
    later = desk.cut(cut + 5 * SECOND)
    assert later == cut + 5 * SECOND
    assert desk.mixer.next_entry_sample == later + SECOND
    position = later - 2 * SECOND
    mixed = desk.push(segment(9, noise(position, LENGTH, 7), position=position, overlap=3 * SECOND))
    assert mixed.entry.sample == later + SECOND


def test_a_cut_before_a_chain_start_goes_back_to_the_old_chain() -> None:
    desk, other = playing(2), Chain(1, 2, (PromptChange(0, "other"),))
    mixed = desk.push(segment(2, noise(0, LENGTH, 9), chain=other))
    assert desk.mixer.next_chain == other
    desk.cut(mixed.entry.sample - 5 * SECOND)
    assert desk.mixer.next_chain is not None
    assert desk.mixer.next_chain.number == 0


def test_a_cut_during_a_bridge_keeps_the_place_in_the_music() -> None:
    desk = playing(2)
    desk.take(desk.mixer.release())
    desk.bridge(10)
    end = desk.timeline.end
    assert desk.cut(end - 4 * SECOND) == end
    assert desk.cut(end + 3 * SECOND) == end + 3 * SECOND
    entry = end + 4 * SECOND
    assert desk.mixer.next_entry_sample == pytest.approx(entry, abs=300)
    assert desk.mixer.next_position_samples == 2 * STRIDE
    desk.bridge(2)
    assert desk.mixer.bridging
    assert desk.mixer.next_entry_sample == pytest.approx(entry, abs=300)
    assert desk.follow(2, noise(2 * STRIDE, LENGTH, 7)).entry.sample == pytest.approx(entry, abs=1260)
    assert click(step_maxima(desk.sound)) < 3


def test_a_saved_state_goes_on_bit_for_bit() -> None:
    desk = playing(2)
    state, end = pickle.loads(pickle.dumps(desk.mixer.snapshot())), desk.timeline.end  # noqa: S301 - our own bytes
    desk.follow(2, noise(2 * STRIDE, LENGTH, 7))
    desk.take(desk.mixer.release())
    desk.bridge(4)
    again = Desk()
    again.timeline.append(desk.timeline.read(0, end).copy())
    again.mixer.restore(state)
    assert again.mixer.final_end == end
    again.follow(2, noise(2 * STRIDE, LENGTH, 7))
    again.take(again.mixer.release())
    again.bridge(4)
    np.testing.assert_array_equal(again.sound, desk.sound)


def test_a_segment_that_is_not_playable_changes_nothing() -> None:
    desk = playing(1)
    before = desk.mixer.snapshot()
    bad = noise(STRIDE, LENGTH, 7).copy()
    bad[1000] = np.nan
    with pytest.raises(AudioError, match="not numbers"):
        desk.mixer.push(segment(1, bad, position=STRIDE, overlap=3 * SECOND))
    assert desk.mixer.snapshot() is before


def test_a_mixer_without_any_sound_says_so() -> None:
    mixer = Desk().mixer
    assert mixer.last is None
    assert mixer.next_chain is None
    assert mixer.next_position_samples == 0
    assert mixer.room_samples == 0
    assert not list(mixer.release())
    assert len(mixer.context()) == 0
    assert mixer.cut(100) == 0


def test_a_continuation_with_nothing_to_continue_begins_with_its_new_sound() -> None:
    desk = Desk()
    mixed = desk.push(segment(5, noise(0, LENGTH, 1), position=STRIDE, overlap=3 * SECOND))
    assert mixed.entry.sample == 0
    assert mixed.start_sample == -3 * SECOND
    assert mixed.seam is None
    assert desk.mixer.next_position_samples == 2 * STRIDE
