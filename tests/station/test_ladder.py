"""When the station steps down the quality ladder, and when it dares to step up again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from radio.contracts import EngineSpec, Rung
from radio.station.generation import ladder as policy
from radio.station.generation.ladder import Ladder, Trouble


def rung(name: str, *, absent: str = "") -> Rung:
    return Rung(name, 60 * 48_000, None if absent else EngineSpec(f"x:{name}"), absent=absent)


RUNGS = (rung("sft+4B"), rung("sft+1.7B"), rung("turbo"), rung("synth"))


def ladder(*rungs: Rung, now_s: float = 0.0) -> Ladder:
    return Ladder(()).seen(rungs or RUNGS, now_s)


def settled(state: Ladder, now_s: float) -> Ladder:
    for _ in range(policy.SETTLED_SEGMENTS):
        state = state.made(5.0, 45.0, now_s)
    return state


def test_it_begins_on_the_best_rung_that_is_there() -> None:
    assert ladder(rung("sft+4B", absent="not served"), *RUNGS[1:]).rung.name == "sft+1.7B"


def test_with_nothing_there_it_begins_on_the_last_rung() -> None:
    absent = [rung(each.name, absent="no") for each in RUNGS[:-1]]
    assert ladder(*absent, RUNGS[-1]).rung.name == "synth"


@pytest.mark.parametrize("trouble", sorted(policy.AT_ONCE))
def test_what_a_second_try_would_not_mend_steps_down_at_once(trouble: Trouble) -> None:
    state = ladder().failed(trouble, "why", 10.0)
    assert state.rung.name == "sft+1.7B"
    assert state.last is not None
    assert (state.last.from_rung, state.last.to_rung, state.last.trouble, state.last.why) == (
        "sft+4B", "sft+1.7B", trouble, "why",
    )  # fmt: skip


def test_three_failures_in_a_row_step_down_and_a_good_segment_forgives_two() -> None:
    state = ladder().failed("failed", "a", 1.0).failed("failed", "b", 2.0)
    assert state.rung.name == "sft+4B"
    assert state.made(5, 45, 3).failed("failed", "c", 4.0).rung.name == "sft+4B"
    assert state.failed("failed", "c", 3.0).rung.name == "sft+1.7B"
    patient = replace(ladder(), attempts=5)
    for k in range(4):
        patient = patient.failed("failed", "x", k)
    assert patient.rung.name == "sft+4B"
    assert patient.failed("failed", "x", 5.0).rung.name == "sft+1.7B"


def test_two_crashes_step_down() -> None:
    state = ladder().failed("crashed", "a", 1.0)
    assert state.rung.name == "sft+4B"
    assert state.failed("crashed", "b", 2.0).rung.name == "sft+1.7B"


def test_too_slow_twice_in_a_row_steps_down_once_does_not() -> None:
    once = ladder().made(44.0, 45.0, 1.0)
    assert once.rung.name == "sft+4B"
    assert once.made(20.0, 45.0, 2.0).made(44.0, 45.0, 3.0).rung.name == "sft+4B"
    assert once.made(44.0, 45.0, 2.0).rung.name == "sft+1.7B"


def test_segments_that_are_no_good_in_any_attempt_step_down() -> None:
    state = ladder().made(5, 45, 1, poor=True)
    assert state.rung.name == "sft+4B"
    assert state.made(5, 45, 2, poor=True).rung.name == "sft+1.7B"


def test_it_passes_over_rungs_that_are_absent_or_barred() -> None:
    state = ladder(RUNGS[0], rung("sft+1.7B", absent="not served"), *RUNGS[2:])
    assert state.failed("load", "x", 0).rung.name == "turbo"


def test_the_last_rung_is_never_left() -> None:
    state = ladder(RUNGS[-1])
    for k in range(10):
        state = state.failed("load", "x", k)
    assert state.rung.name == "synth"
    assert state.last is None


def test_it_climbs_to_the_best_rung_only_when_its_bar_is_over_and_there_is_room() -> None:
    low = settled(ladder().failed("out_of_memory", "full", 100.0), 101.0)
    assert low.climbed(159.0, 60.0) is low
    assert low.climbed(161.0, policy.STEP_UP_HEADROOM_S - 1) is low
    up = low.climbed(161.0, 60.0)
    assert up.rung.name == "sft+4B"
    assert up.last is not None
    assert up.last.trouble == "trial"


def test_it_does_not_climb_before_the_lower_rung_has_settled() -> None:
    low = ladder().failed("load", "x", 0.0)
    assert low.climbed(1e6, 60.0) is low


def test_each_failed_trial_bars_the_rung_for_twice_as_long_up_to_an_hour() -> None:
    state, now, waits = ladder(RUNGS[0], RUNGS[-1]), 0.0, []
    for _ in range(9):
        state = state.failed("load", "x", now)
        bar = state.bar("sft+4B")
        assert bar is not None
        waits.append(bar.until_s - now)
        now = bar.until_s
        state = settled(state, now).climbed(now, 60.0)
        assert state.rung.name == "sft+4B"
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_one_failure_ends_a_trial() -> None:
    state = settled(ladder().failed("load", "x", 0.0), 1.0).climbed(60.0, 60.0)
    assert state.failed("failed", "y", 61.0).rung.name == "sft+1.7B"


def test_a_trial_that_has_passed_forgets_the_bar() -> None:
    state = settled(ladder().failed("load", "x", 0.0), 1.0).climbed(60.0, 60.0)
    for _ in range(policy.TRIAL_SEGMENTS):
        assert state.bar("sft+4B") is not None
        state = state.made(5.0, 45.0, 61.0)
    assert state.bar("sft+4B") is None


def test_a_rung_that_works_stays_when_its_model_is_no_longer_seen() -> None:
    state = ladder().seen((rung("sft+4B", absent="the server hangs"), *RUNGS[1:]), 5.0)
    assert state.rung.spec is not None


def test_what_is_seen_before_anything_was_made_is_taken_at_once() -> None:
    nothing = ladder(*(rung(each.name, absent="not looked") for each in RUNGS[:-1]), RUNGS[-1])
    assert nothing.rung.name == "synth"
    assert nothing.seen(RUNGS, 5.0).rung.name == "sft+4B"


def test_a_rung_that_works_does_not_move_to_a_server_but_comes_home_from_one() -> None:
    home = Rung("sft", 60 * 48_000, EngineSpec("x:local", heavy=True))
    away = replace(home, spec=EngineSpec("x:server"))
    state = ladder(home, RUNGS[-1]).made(5, 45, 1.0)
    assert state.seen((away, RUNGS[-1]), 2.0).rung.spec == home.spec
    there = ladder(away, RUNGS[-1]).made(5, 45, 1.0)
    assert there.seen((home, RUNGS[-1]), 2.0).rung.spec == home.spec


def test_one_failure_does_not_make_a_rung_that_worked_as_good_as_unseen() -> None:
    state = ladder().made(5, 45, 1.0).failed("failed", "x", 2.0)
    assert state.seen((rung("sft+4B", absent="the server hangs"), *RUNGS[1:]), 3.0).rung.name == "sft+4B"


def test_a_rung_that_appears_is_climbed_to() -> None:
    state = settled(ladder(rung("sft+4B", absent="no"), *RUNGS[1:]), 1.0)
    assert state.seen(RUNGS, 2.0).climbed(2.0, 60.0).rung.name == "sft+4B"


def test_steps_are_counted() -> None:
    state = ladder().failed("load", "x", 0).failed("load", "y", 0)
    assert state.last is not None
    assert state.last.number == 2
    assert replace(state, last=None).failed("load", "z", 0).rung.name == "synth"
