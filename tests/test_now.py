"""Steering now: the music turns within seconds, where the receipt said, and nothing of the stream is lost by it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from radio.app import Station
from radio.clock import FastClock
from radio.contracts import EngineSpec
from radio.station.generation.production import Production
from radio.station.promises import Promise, When
from radio.station.steering import RESERVE_S
from tests.recorder import Recording, record
from tests.station_rig import engine, make, opened
from tests.test_station import TROUBLE, assert_unbroken, pass_time

RATE = 48_000


def promise(station: Station, number: int) -> Promise:
    found = station.conductor.steering.promises.get(number)
    assert found is not None
    return found


async def test_now_enters_within_seconds_where_the_receipt_said_and_not_a_sample_is_lost(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", always_on=True)
    conductor, recording = station.conductor, Recording("64k")
    async with opened(station):
        await record(station, recording, 60)
        for k in range(4):
            asked = station.playout.air
            receipt = conductor.steer(f"prompt {k}", "now")
            told = receipt.promise
            assert told.entry_sample is not None
            await record(station, recording, 31.7)
            entry = next(e for e in conductor.entries._entries if e.index == told.segment_index)
            assert entry.prompt == f"prompt {k}"
            assert entry.sample == pytest.approx(told.entry_sample, abs=RATE // 10)
            assert entry.sample - asked < (RESERVE_S + 10) * RATE
            assert promise(station, told.number).state == "heard"
        assert conductor.bridged_s == 0
        assert conductor.steering.promises.corrected == 0
    assert_unbroken(recording)


async def test_of_several_words_in_a_row_the_last_ones_win_and_the_others_are_told(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", always_on=True)
    conductor = station.conductor
    async with opened(station):
        await pass_time(station, 50)
        said: list[tuple[str, When]] = [("a", "next"), ("b", "now"), ("c", "now"), ("d", "next"), ("e", "now")]
        receipts = [conductor.steer(prompt, when).promise.number for prompt, when in said]
        await pass_time(station, 60)
        states = [(promise(station, number).state, promise(station, number).superseded_by) for number in receipts]
        assert states[-1] == ("heard", None)
        assert all(state == "superseded" and by is not None for state, by in states[:-1])
        heard = [entry.prompt for entry in conductor.entries._entries]
        assert heard[-1] == "e"
        assert not {"a", "b", "c", "d"} & set(heard)


async def test_a_segment_that_a_cut_took_back_is_never_announced_and_its_index_is_burnt(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", always_on=True)
    recording = Recording("64k")
    async with opened(station):
        await record(station, recording, 50)
        lost = station.conductor.entries.after(station.playout.air)
        assert lost is not None
        number = station.conductor.steer("now", "now").promise.number
        await record(station, recording, 100)
        assert promise(station, number).segment_index > lost.index
        assert all(entry.index != lost.index for entry in station.conductor.entries._entries)
    marks = "".join(recording.playlists)
    shown = {int(index) for index in re.findall(r'DATERANGE:ID="segment-(\d+)', marks)}
    assert lost.index not in shown
    assert promise(station, number).segment_index in shown
    assert_unbroken(recording)


async def test_words_for_now_before_the_first_sound_are_the_opening(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k")
    async with opened(station):
        station.conductor.start("first thoughts")
        station.conductor.steer("second thoughts", "now")
        await pass_time(station, 30)
        first = station.conductor.entries.at(station.playout.air)
        assert first is not None
        assert first.prompt == "second thoughts"


async def test_a_failed_attempt_moves_what_was_promised_and_its_listener_is_told(tmp_path: Path) -> None:
    spec = EngineSpec(TROUBLE, {"how": "raise", "when": tuple(range(3, 12))})
    station = make(tmp_path, FastClock(), spec, renditions="64k", always_on=True)
    recording = Recording("64k")
    async with opened(station):
        await record(station, recording, 60)
        told = station.conductor.steer("now", "now").promise
        await record(station, recording, 120)
        now = promise(station, told.number)
        assert now.state == "making"
        assert now.corrections > 0
        assert now.entry_sample is not None
        assert told.entry_sample is not None
        assert now.entry_sample > told.entry_sample


async def test_the_words_before_those_that_made_the_opening_anew_are_told_so(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k")
    conductor = station.conductor
    async with opened(station):
        conductor.start("first thoughts")
        while station.production.job is None:  # noqa: ASYNC110 - the opening is being made soon
            await asyncio.sleep(0.01)
        number = conductor.steer("second thoughts", "now").promise.number
        await pass_time(station, 30)
        assert promise(station, number - 1).state == "superseded"
        assert promise(station, number).state == "heard"
        assert conductor.steering.pending() is None


@pytest.mark.parametrize("turn_s", [2.0, 8.0])
async def test_words_for_now_wake_a_sleeping_station_however_slow_its_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turn_s: float
) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", idle_seconds=60)
    conductor = station.conductor
    async with opened(station):
        assert await conductor.wake(60)
        await pass_time(station, 200, listening=False)
        assert conductor.idle_reason == "sleeping"
        monkeypatch.setattr(Production, "turn_s", turn_s)
        told = conductor.steer("now", "now").promise
        await pass_time(station, 60)
        assert conductor.state == "playing"
        assert promise(station, told.number).state == "heard"


async def test_who_says_now_all_the_time_cannot_keep_a_slow_engine_from_finishing_anything(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", always_on=True, speed=5)
    conductor = station.conductor
    async with opened(station):
        await pass_time(station, 80)
        before = len(conductor.entries._entries)
        for k in range(60):
            conductor.steer(f"prompt {k}", "now")
            await pass_time(station, 2)
        heard = [entry.prompt for entry in conductor.entries._entries[before:]]
        assert len(heard) >= 3
        assert conductor.bridged_s < 20
