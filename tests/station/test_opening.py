"""A station goes on the air whatever its settings are, and with however little was left when it fell asleep."""

from __future__ import annotations

from pathlib import Path

import pytest

from radio.clock import FastClock
from radio.contracts import SAMPLE_RATE
from tests.station_rig import engine, make, opened
from tests.test_station import pass_time


async def test_a_pre_roll_longer_than_the_opening_segment_gets_another_one(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", chunk_seconds=8.192)
    async with opened(station):
        station.conductor.start()
        await pass_time(station, 60)
        assert station.conductor.state == "playing"


@pytest.mark.parametrize("left_s", [5, 12.1])
async def test_less_than_a_pre_roll_is_enough_to_wake_with(tmp_path: Path, left_s: float) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", idle_seconds=60, headroom_floor=4)
    async with opened(station):
        assert await station.conductor.wake(60)
        await pass_time(station, 200, listening=False)
        assert station.conductor.idle_reason == "sleeping"
        station.playout.air = station.conductor.timeline.end - round(left_s * SAMPLE_RATE)
        station.conductor.start()
        await pass_time(station, 30)
        assert station.conductor.state == "playing"
