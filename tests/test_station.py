"""A whole station through its days: sleep, steering, and faults of every stage. On a fast clock, real processes."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from radio.app import Station
from radio.clock import FastClock
from radio.contracts import EngineSpec
from radio.errors import StageError
from tests.fakes.signals import noise
from tests.recorder import AAC_DELAY, Recording, decode, record
from tests.station_rig import engine, make, opened

TROUBLE = "tests.fakes.trouble:TroubleEngine"


async def pass_time(station: Station, seconds: float, *, listening: bool = True) -> None:
    """Let simulated time go by."""
    clock = station.conductor.clock
    waiter = clock.async_waiter()
    until = clock.monotonic() + seconds
    while clock.monotonic() < until:
        if listening:
            station.conductor.listened("test", "64k")
        await waiter.wait(min(until, clock.monotonic() + 4.0))
    waiter.close()


def playlist(station: Station) -> str:
    asset = station.publisher.store.published.assets.get(b"/live/64k/index.m3u8")
    return asset.body.decode() if asset else ""


def sequence(text: str) -> int:
    return int(re.findall(r"MEDIA-SEQUENCE:(\d+)", text)[0])


async def test_without_listeners_the_station_sleeps_and_wakes_where_it_was(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", idle_seconds=60)
    async with opened(station):
        assert await station.conductor.wake(60)
        await pass_time(station, 30)
        before, air = sequence(playlist(station)), station.playout.air
        await pass_time(station, 600, listening=False)
        assert (station.conductor.state, station.conductor.idle_reason) == ("idle", "sleeping")
        asleep = station.playout.air
        assert asleep - air < 80 * 48_000
        assert await station.conductor.wake(60)
        assert station.conductor.state == "playing"
        after = playlist(station)
        assert after.startswith("#EXTM3U")
        assert "#EXT-X-DISCONTINUITY\n" in after
        assert sequence(after) > before
        epoch = station.broadcast.epoch
        assert epoch is not None
        assert epoch.first_sample == asleep
        assert station.conductor.bridged_s == 0


async def test_an_always_on_station_starts_by_itself_and_never_sleeps(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", idle_seconds=10, always_on=True)
    async with opened(station):
        await pass_time(station, 120, listening=False)
        assert station.conductor.state == "playing"


async def test_a_steered_prompt_is_in_the_segment_that_the_receipt_names_at_the_time_it_says(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", always_on=True)
    conductor = station.conductor
    async with opened(station):
        await pass_time(station, 50)
        for k in range(3):
            receipt = conductor.steer(f"prompt {k}")
            await pass_time(station, 100)
            entry = next(e for e in conductor.entries._entries if e.index == receipt.promise.segment_index)
            epoch = station.broadcast.epoch
            assert entry.prompt == f"prompt {k}"
            assert epoch is not None
            assert receipt.audible_at == pytest.approx(epoch.date(entry.sample), abs=0.1)
            assert conductor.production.orders.programme.pending is None


async def test_date_ranges_name_what_plays_from_its_entry_on(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", always_on=True)
    recording = Recording("64k")
    async with opened(station):
        await record(station, recording, 150)
    seen = {
        found
        for text in recording.playlists
        for found in re.findall(r'DATERANGE:ID="([^"]+)"[^\n]*START-DATE="([^"]+)"', text)
    }
    assert len(seen) == len({name for name, _ in seen}) >= 3


async def continuous(
    folder: Path, harm: Callable[[Station], None], seconds: float = 120.0
) -> tuple[Station, Recording]:
    """Play, do harm in the middle, play on; what was heard must be the source's noise without a hole."""
    station = make(folder, FastClock(), engine("noise"), renditions="64k", always_on=True)
    recording = Recording("64k")
    async with opened(station):
        await record(station, recording, 60)
        harm(station)
        await record(station, recording, seconds)
        assert station.conductor.state == "playing"
    return station, recording


def assert_unbroken(recording: Recording) -> None:
    """Decode epoch by epoch; every half second is the source's, where the sample count says it is."""
    heard = b"".join(recording.chunks.values())
    first = next(iter(recording.init.values()))
    sound = decode(first + heard)
    assert len(sound) == len(recording.chunks) * 196_608
    for start in range(48_000 * 4, len(sound) - 48_000, 48_000):
        window = sound[start : start + 24_000, 0]
        around = noise(start - AAC_DELAY - 480, len(window) + 960, 7)[:, 0]
        assert int(np.argmax(np.correlate(around, window, "valid"))) == 480, f"at {start / 48_000:.1f} s"


async def test_a_killed_encoder_is_replaced_and_nothing_is_lost_or_repeated(tmp_path: Path) -> None:
    def harm(station: Station) -> None:
        running = station.broadcast._running
        assert running is not None
        assert running.encoder.pid is not None
        os.kill(running.encoder.pid, signal.SIGKILL)

    station, recording = await continuous(tmp_path, harm)
    assert station.broadcast.encoder_restarts == 1
    assert len(recording.init) == 2
    assert_unbroken(recording)


async def test_a_killed_generator_is_replaced_before_anybody_hears_it(tmp_path: Path) -> None:
    def harm(station: Station) -> None:
        pid = station.production.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    station, recording = await continuous(tmp_path, harm)
    assert station.production.generator_restarts == 1
    assert station.conductor.bridged_s == 0
    assert_unbroken(recording)


async def test_a_data_folder_that_vanishes_does_not_touch_the_broadcast(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    def harm(_: Station) -> None:
        folder.rename(tmp_path / "elsewhere")  # in one step: somebody may be writing

    station, recording = await continuous(folder, harm)
    assert station.saved.trouble
    assert_unbroken(recording)


async def test_a_bad_segment_is_made_again_with_its_index_and_another_seed(tmp_path: Path) -> None:
    spec = EngineSpec(TROUBLE, {"how": "nan", "when": (2,)})
    station = make(tmp_path, FastClock(), spec, renditions="64k", always_on=True)
    async with opened(station):
        while station.conductor.last_mixed is None or station.conductor.last_mixed.entry.index < 2:
            await pass_time(station, 2)
        assert station.production.retries == 1
        assert station.conductor.last_mixed.plan.attempt == 2
        assert station.conductor.bridged_s == 0


async def test_an_engine_that_stops_working_leaves_music_on_the_air(tmp_path: Path) -> None:
    station = make(
        tmp_path,
        FastClock(),
        EngineSpec(TROUBLE, {"how": "raise", "when": tuple(range(1, 1000))}),
        renditions="64k",
        always_on=True,
    )
    recording = Recording("64k")
    async with opened(station):
        await record(station, recording, 180)
        assert station.conductor.state == "bridging"
        assert station.conductor.bridged_s > 60
        assert station.conductor.production.error == "ValueError: the tensor is sad"
    sound = decode(recording.fmp4)[48_000:]
    levels = np.sqrt((sound[: len(sound) // 2400 * 2400].reshape(-1, 2400 * 2) ** 2).mean(1))
    assert 20 * np.log10(levels.min()) > -40


async def test_stopping_and_starting_again_goes_on_with_the_numbers(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k")
    async with opened(station):
        assert await station.conductor.wake(60)
        await pass_time(station, 60)
        index = station.conductor.production.orders.programme.next_index
        station.conductor.stop()
        ended = playlist(station)
        assert ended.rstrip().endswith("ENDLIST")
        await pass_time(station, 10, listening=False)
        assert playlist(station) == ended
        station.conductor.start("at once")
        assert playlist(station) == ""
        station.conductor.stop()
        await pass_time(station, 40, listening=False)
        assert playlist(station) == ""
        assert await station.conductor.wake(60)
        assert sequence(playlist(station)) > sequence(ended)
        assert station.conductor.entries._entries[0].index >= index


async def test_numbers_go_on_after_a_restart_of_the_server(tmp_path: Path) -> None:
    first, index = "", -1
    for life in range(2):
        station = make(tmp_path, FastClock(start_utc=1_790_000_000.0 + 300 * life), engine("noise"), renditions="64k")
        async with opened(station):
            assert await station.conductor.wake(60)
            text = playlist(station)
            if life:
                assert sequence(text) > sequence(first)
                assert "#EXT-X-DISCONTINUITY\n" in text
                assert station.conductor.entries.at(station.playout.air) is not None
            await pass_time(station, 60)
            assert station.conductor.entries._entries[-1].index > index
            first, index = playlist(station), station.conductor.entries._entries[-1].index


async def test_a_broken_stage_ends_the_conductor_so_that_a_new_server_can_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(_: object) -> int:
        raise RuntimeError("a bug")

    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", always_on=True)
    task = await station.open()
    await pass_time(station, 20)
    monkeypatch.setattr(station.mixing, "_missing", break_down)
    station.mixing.nudge()
    with pytest.raises(StageError, match="mixing failed"):
        await asyncio.wait_for(task, 30)
    await station.close(task)
