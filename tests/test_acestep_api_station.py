"""A whole station whose music comes from the real ACE-Step API server (its own code, only the model is a stand-in)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np

from radio.app import Station
from radio.clock import WallClock
from radio.station.status import status
from tests.engines.acestep_api.real_server import real_server
from tests.recorder import Recording, decode
from tests.station_rig import make, opened, until

KEY = "correct horse"
SEGMENTS = 4


async def listen_until(station: Station, recording: Recording, entries: int, limit_s: float) -> None:
    """Take every chunk until so many segments have entered the timeline."""
    async with asyncio.timeout(limit_s):
        while len(station.conductor.entries._entries) < entries:
            recording.look(station)
            await asyncio.sleep(0.5)


async def test_from_start_to_air_through_failing_jobs_and_a_restart_of_the_server(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    with real_server(folder, key=KEY, fail_every=4) as server:
        station = make(
            tmp_path / "data", WallClock(), renditions="64k", always_on=True, engine="acestep-api",
            acestep_api_url=server.url, acestep_api_key=KEY, acestep_model="turbo", thinking=False,
            segment_seconds=20, overlap_seconds=5, crossfade_seconds=5,
        )  # fmt: skip
        recording = Recording("64k")
        async with opened(station):
            await listen_until(station, recording, 2, 60)
            found = status(station.conductor)["engine"]
            assert (found["name"], found["rung"]) == ("acestep-api", "turbo")
            server.restart()
            await listen_until(station, recording, SEGMENTS, 90)
            recording.look(station)
            made = [entry for entry in station.conductor.entries._entries if entry.engine == "acestep-api"]
            assert len(made) >= SEGMENTS - 1
    sound = decode(recording.fmp4)
    assert len(sound) == len(recording.chunks) * 196_608
    quiet = np.sqrt(
        np.mean(sound[4800:].reshape(-1)[: len(sound[4800:]) // 2400 * 4800].reshape(-1, 4800) ** 2, axis=1)
    )
    assert quiet.min() > 10 ** (-70 / 20), "a hole of 50 ms in what listeners decode"


async def test_a_wrong_key_is_said_and_the_synthesiser_plays(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    with real_server(folder, key=KEY) as server:
        station = make(
            tmp_path / "data", WallClock(), renditions="64k", always_on=True, engine="acestep-api",
            acestep_api_url=server.url, acestep_api_key="wrong", acestep_model="turbo", thinking=False,
        )  # fmt: skip
        async with opened(station):
            await until(lambda: bool(station.conductor.entries._entries), 60)
            found = status(station.conductor)["engine"]
            assert found["rung"] == "synth"
            assert "KEY" in found["ladder"][0]["why"] or "key" in found["ladder"][0]["why"]
