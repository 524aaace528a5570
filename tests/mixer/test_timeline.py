"""The timeline gives back exactly what was put in, from where it was put."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radio.errors import AudioError
from radio.mixer.timeline import Timeline
from tests.fakes.signals import noise


def filled(sizes: list[int], start: int = 0) -> Timeline:
    timeline, at = Timeline(start), start
    for size in sizes:
        timeline.append(noise(at, size, 1))
        at += size
    return timeline


@settings(deadline=None)
@given(st.lists(st.integers(1, 500), min_size=1, max_size=8), st.integers(0, 4000), st.integers(0, 4000))
def test_any_read_is_the_sound_at_that_place(sizes: list[int], offset: int, frames: int) -> None:
    timeline = filled(sizes, start=1000)
    found = timeline.read(1000 + offset, frames)
    count = max(0, min(frames, sum(sizes) - offset))
    assert len(found) == count
    if count:
        np.testing.assert_array_equal(found, noise(1000 + offset, count, 1))


def test_a_read_beyond_the_end_is_short_and_one_before_the_start_is_refused() -> None:
    timeline = filled([100], start=50)
    assert len(timeline.read(140, 100)) == 10
    assert timeline.read(500, 10).shape == (0, 2)
    with pytest.raises(IndexError, match="forgotten"):
        timeline.read(49, 1)


def test_the_sound_before_a_sample_is_as_long_as_it_is_held() -> None:
    timeline = filled([100, 100], start=50)
    timeline.forget_before(120)
    np.testing.assert_array_equal(timeline.before(230, 60), noise(170, 60, 1))
    np.testing.assert_array_equal(timeline.before(230, 500), noise(120, 110, 1))
    assert not len(timeline.before(100, 10))


def test_what_is_forgotten_is_gone_and_the_rest_stays_in_its_place() -> None:
    timeline = filled([100, 100, 100])
    timeline.forget_before(150)
    assert (timeline.start, timeline.end) == (150, 300)
    np.testing.assert_array_equal(timeline.read(150, 150), noise(150, 150, 1))
    timeline.forget_before(10_000)
    assert (timeline.start, timeline.end) == (300, 300)
    timeline.forget_before(0)
    assert timeline.start == 300


def test_a_cut_takes_back_the_end_and_sound_goes_on_from_there() -> None:
    timeline = filled([100, 100])
    timeline.truncate(130)
    assert timeline.end == 130
    timeline.append(noise(130, 70, 1))
    np.testing.assert_array_equal(timeline.read(0, 200), noise(0, 200, 1))
    timeline.truncate(500)
    assert timeline.end == 200
    timeline.forget_before(100)
    with pytest.raises(IndexError):
        timeline.truncate(99)


def test_it_is_bounded() -> None:
    timeline = Timeline(limit_samples=150)
    timeline.append(noise(0, 100, 1))
    assert timeline.room_samples == 50
    with pytest.raises(BufferError, match="150"):
        timeline.append(noise(0, 51, 1))
    timeline.forget_before(60)
    timeline.append(noise(100, 51, 1))
    assert timeline.end == 151


def test_it_holds_nothing_but_stereo_float32_and_lets_nobody_write_to_it() -> None:
    timeline = Timeline()
    wrongs: list[Any] = [np.zeros((5, 1), np.float32), np.zeros((5, 2)), np.zeros(5, np.float32)]
    for wrong in wrongs:
        with pytest.raises(AudioError):
            timeline.append(wrong)
    timeline.append(np.zeros((0, 2), np.float32))
    assert timeline.end == 0
    timeline.append(noise(0, 10, 1))
    with pytest.raises(ValueError, match="read-only"):
        timeline.read(0, 10)[0] = 1


def test_a_reader_beside_a_writer_never_sees_wrong_sound() -> None:
    timeline, wrong = Timeline(limit_samples=20_000), list[int]()
    whole = noise(0, 100_000, 1)

    def write() -> None:
        for first in range(0, 100_000, 500):
            while timeline.room_samples < 500:
                pass
            timeline.append(whole[first : first + 500].copy())

    writer = threading.Thread(target=write)
    writer.start()
    at = 0
    while at < 100_000:
        block = timeline.read(at, 333)
        if not np.array_equal(block, whole[at : at + len(block)]):
            wrong.append(at)
        at += len(block)
        timeline.forget_before(at)
    writer.join()
    assert not wrong


def test_what_was_claimed_for_the_air_cannot_be_taken_back() -> None:
    timeline = Timeline(100)
    timeline.append(noise(0, 1000, 1))
    assert timeline.claim(600) == 600
    assert timeline.claim(300) == 300
    assert timeline.claimed == 600
    with pytest.raises(IndexError, match="played"):
        timeline.truncate(599)
    assert timeline.end == 1100
    timeline.truncate(600)
    assert timeline.end == 600
    assert timeline.claim(5000) == 600
