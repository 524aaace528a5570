"""Bar lines stand where they should, for ever."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radio.engines.synth.grid import Grid

tempos = st.floats(40, 200).map(lambda bpm: round(bpm, 3))


@given(tempos, st.sampled_from((3, 4)), st.integers(0, 200_000), st.integers(0, 10**9))
def test_a_bar_line_is_within_half_a_sample_of_its_true_place(bpm: float, beats: int, bar: int, start: int) -> None:
    true = start + Fraction(bar * beats * 60 * 48_000 * 1000, round(bpm * 1000))
    assert abs(Grid(start, bpm, beats).bar_line(bar) - true) <= Fraction(1, 2)


@given(tempos, st.sampled_from((3, 4)), st.integers(0, 5 * 10**9))
def test_every_sample_lies_in_exactly_one_bar(bpm: float, beats: int, sample: int) -> None:
    grid = Grid(0, bpm, beats)
    bar = grid.bar_at(sample)
    assert grid.bar_line(bar) <= sample < grid.bar_line(bar + 1)


@given(tempos, st.integers(0, 10**9))
def test_the_next_line_is_a_bar_line_less_than_a_bar_away(bpm: float, sample: int) -> None:
    grid = Grid(0, bpm, 4)
    line = grid.next_line(sample)
    assert line == grid.bar_line(grid.bar_at(line))
    assert 0 <= line - sample < grid.bar_line(1) + 1


def test_before_the_start_the_next_line_is_the_start() -> None:
    assert Grid(1000, 90, 4).next_line(10) == 1000


def test_beats_divide_the_bar() -> None:
    grid = Grid(0, 120, 4)
    assert [grid.at(1, beat) for beat in (0, 1, 2.5)] == [96_000, 120_000, 156_000]
    assert grid.bar_s == pytest.approx(2.0)
