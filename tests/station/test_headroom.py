"""The headroom that a whole station keeps: as the settings ask, and as its generator turns out. On a fast clock."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import structlog.testing

from radio.app import Station
from radio.clock import FastClock
from tests.station_rig import engine, make, opened

STRIDE_S = 45.0


async def simulate(station: Station, seconds: float) -> float:
    """Let time pass; the least headroom meanwhile, looked at every two seconds."""
    conductor, least_s = station.conductor, float("inf")
    waiter = conductor.clock.async_waiter()
    until = conductor.clock.monotonic() + seconds
    while conductor.clock.monotonic() < until:
        await waiter.wait(conductor.clock.monotonic() + 2.0)
        least_s = min(least_s, conductor.headroom_s)
    waiter.close()
    return least_s


async def test_segments_lie_ready_as_asked_and_words_throw_them_away(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", always_on=True, prefetch_target=2)
    conductor = station.conductor
    with structlog.testing.capture_logs() as log:
        async with opened(station):
            await simulate(station, 20)
            assert await simulate(station, 100) > 2 * STRIDE_S - 3, "but for the moment in which the next one is made"
            assert conductor.production.aim.why == "2 segments should always lie ready"
            before = conductor.production.orders.programme.next_index
            conductor.steer("something else", "now")
            await simulate(station, 60)
            assert conductor.headroom_s > 2 * STRIDE_S - 3
            assert conductor.bridged_s == 0
    told = {(event["index"], event["state"]) for event in log if event["event"] == "segment"}
    assert (before - 1, "thrown_away") in told
    assert (before, "published") in told


async def test_after_a_restart_the_first_segment_is_expected_to_be_a_slow_one(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", always_on=True, headroom_floor=20.0)
    async with opened(station):
        await simulate(station, 60)
        production = station.production
        assert production.pid is not None
        assert "first of its process" not in production.aim.why
        os.kill(production.pid, signal.SIGKILL)
        while production.pid is None or "first of its process" not in production.aim.why:
            await simulate(station, 1)
        assert await simulate(station, 100) > 15, "asked for at the floor that was set"
        assert "first of its process" not in production.aim.why
        assert station.conductor.losses == {("generator", "exited"): 1}
