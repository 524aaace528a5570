"""What is learned about the speed of each rung, and when it is forgotten."""

from __future__ import annotations

from typing import Any

import structlog.testing

from radio.contracts import EngineSpec, Rung
from radio.station.generation.crew import Member
from radio.station.generation.lookahead import LONGEST_RESTART_S, UNKNOWN_S, Policy
from radio.station.generation.pace import MOST_RUNGS, Pace

MINUTE = 60.0
HERE, SERVER = EngineSpec("here:engine"), EngineSpec("server:engine")


def member(number: int, rung: str = "sft", spec: EngineSpec = HERE) -> Member:
    nobody: Any = None
    return Member(number, Rung(rung, 60 * 48_000, spec), spec, nobody, 0.0)


def make(pace: Pace, who: Member, *seconds: float) -> None:
    for each in seconds:
        pace.made(who, who.rung, each, MINUTE)


def test_each_rung_has_a_speed_of_its_own_and_keeps_it_while_another_plays() -> None:
    pace = Pace(Policy(), 15 * 48_000)
    sft, synth = member(1), member(2, "synth")
    make(pace, sft, 20.0, 20.0, 20.0)
    make(pace, synth, 1.0, 1.0, 1.0)
    assert pace.expected_s(synth, MINUTE) < 2.5
    assert 20.0 < pace.expected_s(member(1), MINUTE) < 40.0
    assert pace.expected_s(None, MINUTE) == UNKNOWN_S


def test_the_first_segment_of_a_new_process_is_a_cold_one() -> None:
    pace = Pace(Policy(), 15 * 48_000)
    make(pace, member(1), 30.0, 5.0, 5.0, 5.0)
    assert pace.expected_s(member(1), MINUTE) < 12.0
    assert pace.expected_s(member(2), MINUTE) >= 30.0
    make(pace, member(2), 28.0)
    assert pace.expected_s(member(2), MINUTE) < 12.0


def test_a_rung_that_comes_back_on_another_engine_is_learned_anew() -> None:
    pace = Pace(Policy(), 15 * 48_000)
    make(pace, member(1), 20.0, 20.0)
    assert pace.expected_s(member(2, spec=SERVER), MINUTE) == UNKNOWN_S


def test_how_long_a_restart_takes_is_counted_in_as_far_as_it_is_waited_for() -> None:
    pace = Pace(Policy(), 15 * 48_000)
    make(pace, member(1), *[8.0] * 6)
    before = pace.aim(member(1)).ask_below_s
    pace.ready(member(1), 600.0)
    assert pace.aim(member(1)).ask_below_s == before + LONGEST_RESTART_S


def test_the_aim_is_said_when_it_moves_and_not_with_every_segment() -> None:
    pace = Pace(Policy(), 15 * 48_000)
    with structlog.testing.capture_logs() as log:
        make(pace, member(1), 1.0, 1.0, 1.0, 1.0, 1.0)
        assert len(log) == 1
        make(pace, member(1), 25.0)
    assert [event["event"] for event in log] == ["headroom aim", "headroom aim"]
    assert "at worst" in log[-1]["why"]


def test_the_pace_does_not_grow() -> None:
    pace = Pace(Policy(), 15 * 48_000)
    for number in range(3 * MOST_RUNGS):
        make(pace, member(number, f"rung {number}"), 1.0)
    assert len(pace._learned) <= MOST_RUNGS
