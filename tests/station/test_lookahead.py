"""When the next segment is asked for: what is learned from the seconds that segments took, and what follows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from radio.errors import SettingsError
from radio.settings import load
from radio.station.generation.lookahead import CEILING_S, FLOOR_S, UNKNOWN_S, Aim, Lookahead, Policy

POLICY = Policy()
MINUTE, STRIDE = 60.0, 45.0


def learned(*seconds: float, audio_s: float = MINUTE) -> Lookahead:
    lookahead = Lookahead()
    for each in seconds:
        lookahead = lookahead.learn(each, audio_s)
    return lookahead


def aim(lookahead: Lookahead, policy: Policy = POLICY, *, cold: bool = False, restart_s: float = 0.0) -> Aim:
    return lookahead.aim(policy, MINUTE, STRIDE, cold=cold, restart_s=restart_s)


def test_a_quick_engine_is_asked_late_and_a_slow_one_early() -> None:
    assert aim(learned(1.0)).ask_below_s == FLOOR_S
    assert FLOOR_S < aim(learned(12.0)).ask_below_s < aim(learned(20.0)).ask_below_s <= CEILING_S


def test_there_is_room_for_a_failed_attempt_a_restart_and_a_second_try() -> None:
    lookahead = learned(*[8.0] * 10)
    assert aim(lookahead).ask_below_s > 2 * lookahead.expected_s(MINUTE)
    assert aim(lookahead, restart_s=3.0).ask_below_s == pytest.approx(aim(lookahead).ask_below_s + 3.0)
    assert aim(lookahead, restart_s=600.0).ask_below_s < aim(lookahead).ask_below_s + 10, "a long load has a stand-in"


def test_jitter_raises_the_aim_and_a_long_calm_lowers_it() -> None:
    calm, jittery = learned(*[10.0] * 12), learned(*[5.0, 15.0] * 6)
    assert calm.expected_s(MINUTE) < 13.0
    assert jittery.expected_s(MINUTE) > 15.0
    assert aim(jittery).ask_below_s > aim(calm).ask_below_s
    for _ in range(20):
        jittery = jittery.learn(10.0, MINUTE)
    assert aim(jittery).ask_below_s <= aim(calm).ask_below_s


def test_one_stray_segment_is_remembered_for_a_while_and_then_forgotten() -> None:
    lookahead = learned(30.0, *[1.0] * 5)
    assert lookahead.expected_s(MINUTE) >= 30.0
    for _ in range(20):
        lookahead = lookahead.learn(1.0, MINUTE)
    assert lookahead.expected_s(MINUTE) < 1.5


def test_few_observations_are_believed_with_room_to_spare() -> None:
    bounds = [learned(*[4.0] * count).expected_s(MINUTE) / 4.0 for count in (1, 2, 3, 16)]
    assert bounds == sorted(bounds, reverse=True)
    assert 2.0 < bounds[0] < 2.5
    assert bounds[-1] < 1.3


@pytest.mark.parametrize("count", [2, 3, 6, 16])
def test_nineteen_of_twenty_segments_take_no_longer_than_expected(count: int) -> None:
    """Lognormal seconds with a spread of a quarter, as measured engines have."""
    dice = np.random.default_rng(count)
    over = 0
    for _ in range(600):
        lookahead = learned(*np.exp(dice.normal(1.0, 0.25, count)))
        over += float(np.exp(dice.normal(1.0, 0.25))) > lookahead.expected_s(MINUTE)
    assert over / 600 < 0.05


def test_lengths_are_comparable_long_before_the_parts_are_known() -> None:
    opening = Lookahead().learn(3.6, 36.0)
    assert opening.expected_s(60.0) == pytest.approx(opening.expected_s(36.0) * 60 / 36), "as if all went by length"
    minute = Lookahead().learn(6.0, 60.0)
    assert minute.expected_s(32.0) == minute.expected_s(60.0), "as if length did not matter"


def test_a_fixed_part_and_a_part_by_length_are_told_apart() -> None:
    lookahead = Lookahead()
    for audio_s in (36.0, 60.0, 60.0, 60.0, 32.0, 60.0):
        lookahead = lookahead.learn(2.0 + 0.1 * audio_s, audio_s)
    ratio = lookahead.expected_s(32.0) / lookahead.expected_s(60.0)
    assert ratio == pytest.approx((2.0 + 3.2) / (2.0 + 6.0), rel=0.02)


def test_the_first_segment_of_a_process_is_expected_to_take_as_long_as_the_last_first_one() -> None:
    lookahead = Lookahead().learn(40.0, MINUTE, cold=True)
    for _ in range(5):
        lookahead = lookahead.learn(4.0, MINUTE)
    assert lookahead.expected_s(MINUTE) < 8.0
    assert lookahead.expected_s(MINUTE, cold=True) >= 40.0
    assert aim(lookahead, cold=True).ask_below_s > aim(lookahead).ask_below_s > 40.0, "a second try is a cold one"


def test_an_unknown_engine_is_neither_trusted_nor_feared() -> None:
    assert Lookahead().expected_s(MINUTE) == UNKNOWN_S
    assert FLOOR_S < aim(Lookahead()).ask_below_s < STRIDE
    assert "not known" in aim(Lookahead()).why


def test_an_engine_slower_than_real_time_is_asked_as_early_as_the_ceiling_allows() -> None:
    slow = aim(learned(60.0, 62.0, 61.0), Policy(ceiling_s=90.0))
    assert slow.ask_below_s == 90.0
    assert "slower than real time" in slow.why
    assert "ceiling of 90 s" in slow.why


@pytest.mark.parametrize("seconds", [1e-9, 0.0, 0.5, 7.0, 100.0, 1e9])
def test_the_aim_stays_between_floor_and_ceiling_whatever_was_seen(seconds: float) -> None:
    policy = Policy(floor_s=20.0, ceiling_s=50.0)
    for cold in (False, True):
        assert 20.0 <= aim(learned(seconds, 3.0), policy, cold=cold).ask_below_s <= 50.0
    assert 20.0 <= aim(Lookahead(), policy).ask_below_s <= 50.0


def test_the_reason_is_said_in_words_for_people() -> None:
    assert aim(learned(*[1.6] * 16)).why == "one segment takes 2.0 s at worst; room for a second try; floor 12 s"
    assert aim(learned(50.0, 20.0, 30.0)).why.endswith("room for a second try; ceiling 120 s")


def test_a_number_of_ready_segments_can_be_asked_for_instead() -> None:
    two = aim(learned(1.0), Policy(prefetch=2))
    assert (two.ask_below_s, two.why) == (2 * STRIDE, "2 segments should always lie ready")
    one = aim(learned(25.0, 25.0), Policy(prefetch=1))
    assert one.ask_below_s > STRIDE, "a slow engine is asked in time all the same"


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"prefetch_target": 9}, "at most 8 segments of 60 s can lie ready"),
        ({"prefetch_target": 0}, r"prefetch_target \(PREFETCH_TARGET\) is '0'"),
        ({"headroom_floor": 50.0, "headroom_ceiling": 40.0}, r"floor \(50 s\) cannot be above its ceiling \(40 s\)"),
        ({"headroom_ceiling": 300.0, "segment_seconds": 200.0}, "more than fits into memory"),
    ],
)
def test_more_than_fits_into_memory_is_refused_with_a_sentence(flags: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        load(**flags)


def test_the_longest_segments_fit_with_the_usual_ceiling() -> None:
    longest = load(segment_seconds=240, overlap_seconds=60, chunk_seconds=11.946667, prefetch_target=1)
    assert longest.headroom_ceiling == CEILING_S
