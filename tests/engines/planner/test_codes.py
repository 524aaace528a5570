"""Audio codes: counted, bounded, and not stuck."""

from __future__ import annotations

import pytest

from radio.engines.planner import codes
from radio.errors import PlannerError


def written(values: list[int]) -> str:
    return "".join(f"<|audio_code_{value}|>" for value in values)


def wandering(count: int) -> list[int]:
    return [100 + (number * 7919) % 63_900 for number in range(count)]


@pytest.mark.parametrize(("samples", "count"), [(60 * 48_000, 300), (9600, 1), (9601, 2), (20 * 48_000, 100)])
def test_codes_cover_a_segment_to_its_end(samples: int, count: int) -> None:
    assert codes.needed(samples) == count


def test_codes_are_read_whatever_stands_between_them() -> None:
    text = " ".join(f"<|audio_code_{value}|>\n" for value in wandering(50))
    assert codes.read(text, (), 50).values == tuple(wandering(50))


def test_codes_beyond_the_quantiser_do_not_count() -> None:
    values = [*wandering(49), 64_000, 65_534, 999_999]
    assert codes.read(written(values), (), 49).values == tuple(wandering(49))
    with pytest.raises(PlannerError, match="wrote 49 audio codes where 60"):
        codes.read(written(values), (), 60)


@pytest.mark.parametrize("period", [1, 2, 3, 4])
def test_a_short_pattern_may_repeat_for_less_than_five_seconds_and_no_longer(period: int) -> None:
    loop = [number % period for number in range(25)]
    assert codes.stuck_period([*wandering(40), *loop[:-1], *wandering(40)]) == 0
    assert codes.stuck_period([*wandering(40), *loop, *wandering(40)]) == period


def test_a_bar_that_repeats_is_music() -> None:
    assert codes.stuck_period(wandering(10) * 30) == 0


def test_nothing_at_all_is_an_error_even_where_little_was_asked() -> None:
    with pytest.raises(PlannerError, match="wrote 0"):
        codes.read("la la la", (1, 2, 3), 4)
