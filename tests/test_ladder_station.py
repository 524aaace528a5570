"""A whole station on its quality ladder: engines fail, run out of memory, load slowly, and the music goes on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from radio.app import Station
from radio.clock import FastClock, WallClock
from radio.contracts import EngineSpec, Rung
from radio.engines.registry import synth_spec
from radio.station.generation import production
from radio.station.generation.ladder import FIRST_BAR_S
from radio.station.status import status
from tests.recorder import Recording, record
from tests.station_rig import SIGNAL, make, opened, until
from tests.test_station import TROUBLE, assert_unbroken, pass_time

MINUTE = 60 * 48_000
NOISE = EngineSpec(SIGNAL, {"kind": "noise"})
SYNTH = Rung("synth", MINUTE, synth_spec("calm piano"))
LM_4B, LM_1_7B = "acestep-5Hz-lm-4B", "acestep-5Hz-lm-1.7B"


def rung(name: str, how: str | None = None, *, heavy: bool = False, lm: str = "", when: tuple[int, ...] = ()) -> Rung:
    """An engine that goes wrong in one way, or noise that goes on exactly where it was left."""
    options: dict[str, object] = {"how": how, "when": when}
    spec = EngineSpec(TROUBLE, options, heavy=heavy) if how else EngineSpec(SIGNAL, {"kind": "noise"}, heavy=heavy)
    return Rung(name, MINUTE, spec, model=name.partition("+")[0], lm=lm)


def engine_status(station: Station) -> dict[str, Any]:
    found: dict[str, Any] = status(station.conductor)["engine"]
    return found


def rung_status(station: Station, name: str) -> dict[str, Any]:
    return next(each for each in engine_status(station)["ladder"] if each["rung"] == name)


async def test_out_of_memory_on_the_top_rung_is_not_heard_and_the_status_says_where_the_music_comes_from(
    tmp_path: Path,
) -> None:
    ladder = (rung("sft+4B", "memory", lm=LM_4B, when=(2, 3, 4, 5, 6, 7)), rung("sft+1.7B", lm=LM_1_7B), SYNTH)
    station = make(tmp_path, FastClock(), ladder, renditions="64k", always_on=True)
    recording = Recording("64k")
    async with opened(station):
        await record(station, recording, 40)
        assert engine_status(station)["rung"] == "sft+4B"
        await record(station, recording, 110)
        found = engine_status(station)
        assert (found["rung"], found["model"], found["lm"]) == ("sft+1.7B", "sft", LM_1_7B)
        assert found["last_step"]["trouble"] == "out_of_memory"
        assert "no room" in rung_status(station, "sft+4B")["why"]
        assert station.conductor.bridged_s == 0
    assert_unbroken(recording)


async def test_a_rung_that_cannot_be_loaded_is_passed_over_before_the_first_segment(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), (rung("sft", "load"), rung("turbo"), SYNTH), renditions="64k", always_on=True)
    async with opened(station):
        await pass_time(station, 30)
        assert engine_status(station)["rung"] == "turbo"
        assert rung_status(station, "sft")["state"] == "barred"
        assert rung_status(station, "sft")["why"] == "the model file is missing"
        assert station.conductor.entries.at(station.playout.air) is not None


async def test_a_planner_that_does_not_answer_costs_one_rung_and_no_reload(tmp_path: Path) -> None:
    trouble = EngineSpec(TROUBLE, {"how": "planner"})
    ladder = (Rung("sft+4B", MINUTE, trouble, lm=LM_4B), Rung("sft+1.7B", MINUTE, trouble, lm=LM_1_7B), SYNTH)
    station = make(tmp_path, FastClock(), ladder, renditions="64k", always_on=True)
    async with opened(station):
        await pass_time(station, 40)
        found = engine_status(station)
        assert (found["rung"], found["lm"], found["last_step"]["trouble"]) == ("sft+1.7B", LM_1_7B, "planner")
        assert station.production.climber.crew.started == 1


async def test_when_its_bar_is_over_the_better_rung_is_tried_again_and_nobody_hears_it(tmp_path: Path) -> None:
    ladder = (rung("sft", "memory", when=(1,)), rung("turbo"), SYNTH)
    station = make(tmp_path, FastClock(), ladder, renditions="64k", always_on=True)
    recording = Recording("64k")
    async with opened(station):
        await record(station, recording, 60)
        assert engine_status(station)["rung"] == "turbo"
        await record(station, recording, FIRST_BAR_S + 120)
        assert engine_status(station)["rung"] == "sft"
        assert engine_status(station)["last_step"]["trouble"] == "trial"
        assert station.conductor.bridged_s == 0
    assert_unbroken(recording)


async def test_three_failed_segments_in_a_row_step_down(tmp_path: Path) -> None:
    station = make(
        tmp_path, FastClock(), (rung("sft", "raise"), rung("turbo"), SYNTH), renditions="64k", always_on=True
    )
    async with opened(station):
        await pass_time(station, 40)
        assert engine_status(station)["rung"] == "turbo"
        assert "the tensor is sad" in rung_status(station, "sft")["why"]
        assert station.production.retries == 3


async def test_while_a_model_loads_the_synthesiser_opens_and_the_model_takes_over(tmp_path: Path) -> None:
    ladder = (rung("turbo", "load slowly", heavy=True), replace(SYNTH, segment_samples=20 * 48_000))
    station = make(
        tmp_path, WallClock(), ladder, renditions="64k", always_on=True, overlap_seconds=5, crossfade_seconds=5
    )
    async with opened(station):
        await until(lambda: station.conductor.state == "playing", 15)
        assert (engine_status(station)["rung"], engine_status(station)["wanted"]) == ("synth", "turbo")
        assert rung_status(station, "turbo")["state"] == "loading"
        await until(lambda: station.conductor.entries._entries[-1].engine == "signal-noise", 60)
        assert engine_status(station)["rung"] == "turbo"
        assert station.conductor.last_mixed is not None
        assert station.conductor.last_mixed.plan.task == "text2music"
        assert station.conductor.bridged_s == 0


async def test_when_the_first_segment_takes_long_the_synthesiser_opens_and_the_engine_takes_over_warm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(production, "OPENING_LIMIT_S", 1.0)
    ladder = (rung("turbo", "slow first job"), replace(SYNTH, segment_samples=20 * 48_000))
    station = make(
        tmp_path, WallClock(), ladder, renditions="64k", always_on=True, overlap_seconds=5, crossfade_seconds=5
    )
    async with opened(station):
        await until(lambda: station.conductor.state == "playing", 20)
        assert station.conductor.entries._entries[0].engine == "synth"
        await until(lambda: station.conductor.entries._entries[-1].engine == "signal-noise", 60)
        assert station.production.climber.crew.started == 2
        assert station.production.climber.ladder.last is None
        indexes = [entry.index for entry in station.conductor.entries._entries]
        assert indexes == sorted(set(indexes))


async def test_falling_asleep_while_a_segment_is_being_mixed_does_not_make_it_twice(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), (rung("turbo", heavy=True), SYNTH), renditions="64k", always_on=True)
    async with opened(station):
        await pass_time(station, 30)
        made = station.production
        plan = made.orders.next(station.mixing.continuation(), made.climber.rung)
        made.job = production.Job(plan, made.climber.rung, 0.0, mixing=True)
        made.rest()
        assert made.orders.waiting is None
        assert made.job is not None


async def test_an_engine_that_hangs_loses_its_rung_after_a_while_of_bridging(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(production, "LONGEST_BRIDGE_S", 2.0)
    hangs = replace(rung("sft", "hang", when=(1, 2)), segment_samples=20 * 48_000)
    short = replace(rung("turbo"), segment_samples=20 * 48_000)
    station = make(
        tmp_path, WallClock(), (hangs, short, SYNTH), renditions="64k", always_on=True,
        overlap_seconds=5, crossfade_seconds=5,
    )  # fmt: skip
    async with opened(station):
        await until(lambda: station.production.climber.ladder.last is not None, 60)
        assert engine_status(station)["last_step"]["trouble"] == "late"
        await until(lambda: engine_status(station)["rung"] == "turbo" and not station.mixing.bridging, 30)
        assert 2 < station.conductor.bridged_s < 20


async def test_a_sleeping_station_gives_the_models_memory_back_and_loads_it_again_when_woken(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), (rung("turbo", heavy=True), SYNTH), renditions="64k", idle_seconds=60)
    async with opened(station):
        assert await station.conductor.wake(60)
        await pass_time(station, 30)
        await pass_time(station, 300, listening=False)
        assert station.conductor.idle_reason == "sleeping"
        assert station.production.climber.active is None
        assert await station.conductor.wake(60)
        await pass_time(station, 90)
        assert engine_status(station)["rung"] == "turbo"
        assert station.conductor.bridged_s == 0


async def test_a_synthesiser_stays_warm_while_the_station_sleeps(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), (SYNTH,), renditions="64k", idle_seconds=30)
    async with opened(station):
        assert await station.conductor.wake(60)
        await pass_time(station, 200, listening=False)
        assert station.conductor.idle_reason == "sleeping"
        assert station.production.climber.active is not None


@pytest.mark.parametrize("how", ["exit", "memory"])
async def test_with_every_model_failing_the_synthesiser_plays(tmp_path: Path, how: str) -> None:
    ladder = (rung("sft", how), rung("turbo", how), SYNTH)
    station = make(tmp_path, FastClock(), ladder, renditions="64k", always_on=True)
    async with opened(station):
        await pass_time(station, 50)
        assert engine_status(station)["rung"] == "synth"
        await pass_time(station, 130)
        assert station.conductor.state == "playing"
        assert all(entry.engine == "synth" for entry in station.conductor.entries._entries)
        assert station.conductor.bridged_s == 0


async def test_a_models_chain_begins_anew_after_its_hops_and_a_composers_does_not(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), (rung("turbo"),), renditions="64k", always_on=True, chain_hops=2)
    tasks: dict[int, str] = {}
    async with opened(station):
        while len(tasks) < 7:
            await pass_time(station, 20)
            mixed = station.conductor.last_mixed
            if mixed is not None:
                tasks[mixed.plan.index] = mixed.plan.task
    assert [tasks.get(index, "") for index in (3, 6)] == ["text2music", "text2music"]
    assert tasks.get(4) == tasks.get(5) == "repaint"
