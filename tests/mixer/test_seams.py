"""Seams: what is the same stays the same, what is not keeps its level, and the numbers say what happened."""

from __future__ import annotations

import numpy as np
import pytest

from radio.audio.crossfade import GainLaw
from radio.audio.loudness import loudness_lufs
from radio.audio.truepeak import true_peak_dbtp
from radio.contracts import Samples
from radio.errors import AudioError
from radio.mixer.settings import MixSettings
from tests.fakes.signals import noise, tone
from tests.mixer.rig import LENGTH, SECOND, Desk, levels_db, segment


def chain_of(desk: Desk, count: int, length: int, make: str = "noise", level: float = 0.1) -> None:
    """Push `count` segments of one signal, each re-stating the end of the one before."""

    def source(at: int) -> Samples:
        return noise(at, length, 7, level) if make == "noise" else tone(at, length, level=level)

    desk.push(segment(0, source(0)))
    for index in range(1, count):
        desk.follow(index, source(desk.mixer.next_position_samples))


def test_twenty_seams_of_full_length_leave_a_known_signal_as_it_was() -> None:
    desk = Desk(MixSettings())
    chain_of(desk, 21, 60 * SECOND)
    sound, start = desk.sound, SECOND // 10
    assert desk.longest_block <= SECOND
    beginning = noise(start, SECOND, 7)
    gain = np.vdot(sound[start : start + SECOND], beginning) / np.vdot(beginning, beginning)
    for first in range(start, len(sound) - 10 * SECOND, 10 * SECOND):
        expected = noise(first, 10 * SECOND, 7) * np.float32(gain)
        np.testing.assert_allclose(sound[first : first + 10 * SECOND], expected, atol=2e-6)


def test_a_tone_keeps_its_level_through_every_seam() -> None:
    desk = Desk()
    chain_of(desk, 8, LENGTH, "tone")
    levels = levels_db(desk.sound[SECOND:], 0.1)
    assert np.ptp(levels) < 0.02


@pytest.mark.parametrize("crossfade_s", [1, 3])
def test_unrelated_noise_keeps_its_power(crossfade_s: int) -> None:
    settings = MixSettings(overlap_samples=3 * SECOND, crossfade_samples=crossfade_s * SECOND)
    desk = Desk(settings)
    desk.push(segment(0, noise(0, LENGTH, 0)))
    for index in range(1, 6):
        seam = desk.follow(index, noise(0, LENGTH, index)).seam
        assert seam is not None
        assert abs(seam.correlation) < 0.05
        assert seam.level_dip_db < 0.3
    levels = levels_db(desk.sound[SECOND:], 1.0)
    assert np.abs(levels - np.median(levels)).max() < 0.25


@pytest.mark.parametrize(("law", "dip_db"), [("linear", 2.9), ("equal-power", 0.0)])
def test_a_fixed_law_is_kept_even_where_it_does_not_fit(law: GainLaw, dip_db: float) -> None:
    desk = Desk(MixSettings(3 * SECOND, 3 * SECOND, gain_law=law))
    desk.push(segment(0, noise(0, LENGTH, 0)))
    seam = desk.follow(1, noise(0, LENGTH, 1)).seam
    assert seam is not None
    assert seam.level_dip_db == pytest.approx(dip_db, abs=0.35)


def test_the_crossfade_is_the_last_part_of_the_overlap_and_the_entry_its_end() -> None:
    desk = Desk(MixSettings(overlap_samples=3 * SECOND, crossfade_samples=SECOND))
    desk.push(segment(0, noise(0, LENGTH, 0)))
    mixed = desk.follow(1, noise(9 * SECOND, LENGTH, 0))
    assert mixed.seam is not None
    assert mixed.start_sample == mixed.seam.start_sample == 9 * SECOND
    assert (mixed.seam.fade_start_sample, mixed.seam.fade_end_sample) == (11 * SECOND, 12 * SECOND)
    assert mixed.entry.sample == 12 * SECOND
    assert mixed.entry.position_samples == 12 * SECOND
    assert (mixed.entry.index, mixed.entry.title, mixed.entry.prompt) == (1, "title 1", "prompt 1")
    assert mixed.tail_sample == 18 * SECOND


@pytest.mark.parametrize("late", [-700, -31, 40, 959])
def test_a_segment_that_lies_wrong_is_moved_into_place(late: int) -> None:
    desk = Desk()
    desk.push(segment(0, noise(0, LENGTH, 7)))
    mixed = desk.push(segment(1, noise(9 * SECOND - late, LENGTH, 7), position=9 * SECOND, overlap=3 * SECOND))
    assert mixed.seam is not None
    assert mixed.seam.lag_samples == -late
    assert mixed.seam.correlation > 0.999
    assert mixed.start_sample == 9 * SECOND - late
    assert mixed.entry.sample == 12 * SECOND - late
    sound = desk.sound[SECOND : 17 * SECOND]
    expected = noise(SECOND, 16 * SECOND, 7)
    gain = np.float32(np.vdot(sound, expected) / np.vdot(expected, expected))
    np.testing.assert_allclose(sound, expected * gain, atol=1e-5)
    assert desk.mixer.next_position_samples == 18 * SECOND  # the chain's music does not move with it


def test_a_segment_made_at_another_level_enters_matched() -> None:
    """Both have their loudness gain at its limit, so only the match can make them meet."""
    desk = Desk()
    quiet = noise(0, 30 * SECOND, 7, level=0.05)
    desk.push(segment(0, quiet[:LENGTH]))
    loud = quiet[9 * SECOND : 21 * SECOND] * np.float32(3)
    seam = desk.push(segment(1, loud, position=9 * SECOND, overlap=3 * SECOND)).seam
    assert seam is not None
    before, after = levels_db(desk.sound[8 * SECOND : 9 * SECOND], 1.0)[0], levels_db(desk.sound[9 * SECOND :], 0.1)[0]
    assert after == pytest.approx(before, abs=0.3)
    ramp = levels_db(desk.sound[9 * SECOND : 12 * SECOND], 0.25)
    assert np.abs(np.diff(ramp)).max() < 0.6


def test_the_station_reaches_its_loudness_and_stays_there() -> None:
    desk = Desk()
    for index, level in enumerate([0.06, 0.14, 0.05, 0.12]):
        desk.push(segment(index, noise(0, LENGTH, index, level)))
        assert loudness_lufs(desk.sound[-3 * SECOND :]) == pytest.approx(-16, abs=0.3)


def test_the_loudness_gain_is_limited() -> None:
    desk = Desk()
    assert desk.push(segment(0, noise(0, LENGTH, 1, level=0.01))).gain_db == pytest.approx(6)
    assert desk.push(segment(1, noise(0, LENGTH, 1, level=0.3))).gain_db == pytest.approx(-6, abs=0.01)


def test_the_true_peak_stays_under_the_ceiling() -> None:
    desk = Desk(MixSettings(3 * SECOND, 3 * SECOND, loudness_lufs=-8))
    desk.push(segment(0, noise(0, LENGTH, 0, level=0.2)))
    desk.follow(1, noise(0, LENGTH, 1, level=0.3))
    assert true_peak_dbtp(desk.sound, factor=8) <= -1


def test_sides_in_anti_phase_get_a_short_fade() -> None:
    """10 Hz: half a period is longer than any lag that is tried."""
    desk = Desk(MixSettings(3 * SECOND, 3 * SECOND, anti_phase_fade_samples=SECOND))
    desk.push(segment(0, tone(0, LENGTH, 10)))
    seam = desk.follow(1, -tone(9 * SECOND, LENGTH, 10)).seam
    assert seam is not None
    assert seam.shortened
    assert seam.correlation < -0.2
    assert 0.97 * SECOND < seam.fade_end_sample - seam.fade_start_sample <= SECOND


def test_the_very_first_segment_starts_at_once_and_loses_only_its_first_20_ms() -> None:
    desk = Desk(start=777)
    mixed = desk.push(segment(0, noise(0, LENGTH, 7)))
    assert mixed.seam is None
    assert (mixed.start_sample, mixed.entry.sample, desk.timeline.start) == (777, 777, 777)
    assert abs(desk.sound[0]).max() == 0
    expected = noise(960, SECOND, 7) * np.float32(10 ** (mixed.gain_db / 20))
    np.testing.assert_allclose(desk.sound[960 : 960 + SECOND], expected, rtol=1e-6)


def bars_of(offset_s: float, seconds: int) -> tuple[int, ...]:
    return tuple(int((offset_s + 2 * k) * SECOND) for k in range((seconds - int(offset_s)) // 2))


def test_a_chain_starts_in_a_short_fade_with_both_bar_lines_in_its_middle() -> None:
    desk = Desk(MixSettings(overlap_samples=10 * SECOND, crossfade_samples=10 * SECOND))
    desk.push(segment(0, noise(0, 40 * SECOND, 0), bars=bars_of(0.7, 40)))
    mixed = desk.push(segment(1, noise(0, 40 * SECOND, 1), bars=bars_of(0.2, 40)))
    assert mixed.seam is not None
    fade = mixed.seam.fade_end_sample - mixed.seam.fade_start_sample
    assert 4 * SECOND <= fade <= 6 * SECOND
    assert mixed.entry.sample in bars_of(0.7, 40)
    assert mixed.entry.sample - mixed.start_sample in bars_of(0.2, 40)
    assert mixed.entry.sample == mixed.seam.fade_start_sample + fade // 2
    assert mixed.seam.fade_end_sample > 37 * SECOND  # the last bar line that leaves room


def test_a_chain_starts_at_the_end_of_the_old_one_where_no_bar_is_known() -> None:
    desk = Desk(MixSettings(overlap_samples=10 * SECOND, crossfade_samples=10 * SECOND))
    desk.push(segment(0, noise(0, 40 * SECOND, 0)))
    mixed = desk.push(segment(1, noise(0, 40 * SECOND, 1)))
    assert mixed.entry.sample == 37.5 * SECOND
    assert mixed.seam is not None
    assert mixed.seam.fade_end_sample == 40 * SECOND
    levels = levels_db(desk.sound[SECOND:], 1.0)
    assert np.abs(levels - np.median(levels)).max() < 0.25


def fading(length: int, fade_s: int) -> Samples:
    x = noise(0, length, 7)
    x[-fade_s * SECOND :] *= np.linspace(1, 0, fade_s * SECOND, dtype=np.float32)[:, None]
    return x


def test_a_segment_that_fades_out_is_left_where_it_was_still_music() -> None:
    desk = Desk()
    mixed = desk.push(segment(0, fading(20 * SECOND, 8)))
    assert mixed.usable_samples % 1920 == 0
    assert 11 * SECOND < mixed.usable_samples < 17 * SECOND
    assert desk.mixer.tail_end == mixed.usable_samples
    position = desk.mixer.next_position_samples
    assert position == mixed.usable_samples - 3 * SECOND
    np.testing.assert_array_equal(desk.mixer.context().samples, fading(20 * SECOND, 8)[position : mixed.usable_samples])
    seam = desk.follow(1, noise(position, LENGTH, 7)).seam
    assert seam is not None
    assert seam.correlation > 0.95
    assert levels_db(desk.sound[SECOND:], 0.5).min() > levels_db(desk.sound[SECOND : 5 * SECOND], 1.0)[0] - 3.5


def test_the_numbers_of_a_seam_tell_a_good_one() -> None:
    desk = Desk()
    chain_of(desk, 3, LENGTH)
    assert desk.mixer.last is not None
    seam = desk.mixer.last.seam
    assert seam is not None
    assert seam.correlation == pytest.approx(1)
    assert seam.level_dip_db < 0.01
    assert abs(seam.loudness_step_lu) < 0.2
    assert seam.click < 3
    assert not seam.shortened


def test_settings_that_make_no_sense_are_refused() -> None:
    for wrong in ({"crossfade_samples": 16 * SECOND}, {"crossfade_samples": 0}, {"cut_fade_samples": 0}):
        with pytest.raises(AudioError):
            MixSettings(**wrong)  # type: ignore[arg-type]
