"""A whole station whose parts are stopped, hang, or hand over nonsense: it plays on. Fast clock, real processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from radio.app import Station
from radio.clock import FastClock
from radio.contracts import EngineSpec
from tests.recorder import Recording, record
from tests.station_rig import engine, make, opened
from tests.test_station import assert_unbroken, pass_time

SABOTEUR = "tests.fakes.saboteur:Saboteur"


def encoder_pid(station: Station) -> int:
    running = station.broadcast._running
    assert running is not None
    assert running.encoder.pid is not None
    return running.encoder.pid


def generator_pid(station: Station) -> int:
    pid = station.production.pid
    assert pid is not None
    return pid


@pytest.mark.parametrize("victim", [encoder_pid, generator_pid], ids=["encoder", "generator"])
async def test_a_stopped_process_is_replaced_and_nothing_is_lost(
    tmp_path: Path, victim: Callable[[Station], int]
) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", always_on=True)
    recording = Recording("64k")
    async with opened(station):
        await record(station, recording, 60)
        os.kill(victim(station), signal.SIGSTOP)
        await record(station, recording, 80)
        assert station.conductor.state == "playing"
        restarts = station.broadcast.encoder_restarts, station.production.generator_restarts
    assert restarts == ((1, 0) if victim is encoder_pid else (0, 1))
    assert station.conductor.bridged_s == 0
    assert_unbroken(recording)


async def test_an_ffmpeg_that_is_broken_for_a_while_is_told_and_costs_nothing_once_it_is_back(
    tmp_path: Path,
) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", always_on=True)
    broadcast = station.broadcast
    working = broadcast._new_encoder
    recording = Recording("64k")
    async with opened(station):
        await record(station, recording, 60)

        def broken(*arguments: object) -> object:
            encoder = working(*arguments)  # type: ignore[arg-type]
            encoder._argv = ["/bin/false"]
            return encoder

        broadcast._new_encoder = broken  # type: ignore[assignment]
        os.kill(encoder_pid(station), signal.SIGKILL)
        await pass_time(station, 20)
        assert "encoder was lost" in broadcast.trouble
        assert 1 < broadcast.encoder_restarts < 10
        broadcast._new_encoder = working
        await record(station, recording, 60)
        assert not broadcast.trouble
    assert_unbroken(recording)


async def test_after_an_outage_that_is_longer_than_what_is_kept_the_station_still_comes_back(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", always_on=True)
    broadcast = station.broadcast
    working = broadcast._new_encoder
    async with opened(station):
        await pass_time(station, 30)

        def broken(*arguments: object) -> object:
            encoder = working(*arguments)  # type: ignore[arg-type]
            encoder._argv = ["/bin/false"]
            return encoder

        broadcast._new_encoder = broken  # type: ignore[assignment]
        os.kill(encoder_pid(station), signal.SIGKILL)
        await pass_time(station, 90)
        broadcast._new_encoder = working
        await pass_time(station, 40)
        assert station.conductor.state == "playing"
        assert broadcast.chunk_age_s < 10


@pytest.mark.parametrize("how", ["long", "negative"])
async def test_an_engine_that_hands_over_what_is_no_segment_leaves_music_on_the_air(tmp_path: Path, how: str) -> None:
    spec = EngineSpec(SABOTEUR, {"how": how, "when": tuple(range(1, 1000))})
    station = make(tmp_path, FastClock(), spec, renditions="64k", always_on=True)
    async with opened(station):
        await pass_time(station, 120)
        assert station.conductor.state in ("playing", "bridging")
        assert station.broadcast.chunk_age_s < 10
        assert station.production.retries > 1
