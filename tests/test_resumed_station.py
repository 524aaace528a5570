"""A station that was stopped, slept, or comes back after lunch; clocks that jump; saved things that are damaged."""

from __future__ import annotations

import asyncio
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from radio.app import Station
from radio.clock import FastClock
from radio.packager.keep import Keep
from radio.station.resume.keeper import SOUND_NAME
from radio.station.resume.resume import MOST_BROKEN
from tests.fakes.signals import noise
from tests.recorder import AAC_DELAY, Recording, decode, record
from tests.station_rig import engine, make, opened

START = 1_790_000_000.0
SHORT: dict[str, Any] = {"segment_seconds": 24, "overlap_seconds": 6, "crossfade_seconds": 6, "renditions": "64k"}


class SteppedClock(FastClock):
    """Its wall clock can be put forward and back."""

    stepped_s = 0.0

    def utc(self) -> float:
        return super().utc() + self.stepped_s


async def life(folder: Path, start_utc: float, seconds: float, recording: Recording) -> Station:
    """One server's life, ended as by SIGTERM."""
    station = make(folder, FastClock(start_utc), engine("noise"), always_on=True, **SHORT)
    async with opened(station):
        await record(station, recording, seconds)
    recording.look(station)  # what was published while it ended
    return station


def forget(folder: Path) -> None:
    """What a reboot takes: all that was in memory."""
    keep = Keep(folder, folder.parent)
    for name in keep.names():
        keep.remove(name)
    keep.close()


def assert_unbroken(recording: Recording) -> None:
    sound = decode(next(iter(recording.init.values())) + b"".join(recording.chunks.values()))
    for start in range(48_000 * 4, len(sound) - 48_000, 48_000):
        window = sound[start : start + 24_000, 0]
        around = noise(start - AAC_DELAY - 480, len(window) + 960, 7)[:, 0]
        assert int(np.argmax(np.correlate(around, window, "valid"))) == 480, f"at {start / 48_000:.1f} s"


def remount(folder: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", str(folder)], check=True, capture_output=True)


def numbers(recording: Recording) -> list[int]:
    return [int(re.findall(r"-(\d+)\.m4s", name)[0]) for name in recording.chunks]


async def test_after_a_reboot_and_lunch_the_music_goes_on_where_nobody_has_heard_it_yet(tmp_path: Path) -> None:
    recording, folder = Recording("64k"), tmp_path / "data"
    first = await life(folder, START, 50, recording)
    index = first.conductor.production.orders.programme.next_index
    forget(folder)
    second = await life(folder, START + 3600, 40, recording)
    assert second.conductor.bridged_s == 0
    assert second.conductor.production.orders.programme.next_index > index
    assert len(recording.init) == 2
    assert_unbroken(recording)
    dates, found = list(recording.dates.values()), numbers(recording)
    assert dates == sorted(dates)
    assert dates[-1] > START + 3600
    assert found == sorted(set(found))


async def test_a_stopped_station_stays_stopped_and_its_playlist_ended(tmp_path: Path) -> None:
    recording, folder = Recording("64k"), tmp_path / "data"
    station = make(folder, FastClock(START), engine("noise"), **SHORT)
    async with opened(station):
        assert await station.conductor.wake(60)
        await record(station, recording, 30)
        station.conductor.stop()
        recording.look(station)
    again = make(folder, FastClock(START + 40), engine("noise"), **SHORT)
    async with opened(again):
        await record(again, recording, 10)
        assert recording.playlists[-1].endswith("#EXT-X-ENDLIST\n")
        assert (again.conductor.state, again.conductor.idle_reason) == ("idle", "stopped")
        before = station.conductor.production.orders.programme.next_index
        again.conductor.start()
        await record(again, recording, 30)
        assert again.conductor.state == "playing"
        entry = again.conductor.entries.at(again.playout.air)
        assert entry is not None
        assert entry.index >= before


async def test_damaged_sound_is_told_of_and_the_station_plays_with_its_numbers_going_on(tmp_path: Path) -> None:
    recording, folder = Recording("64k"), tmp_path / "data"
    await life(folder, START, 40, recording)
    forget(folder)
    data = bytearray((folder / SOUND_NAME).read_bytes())
    data[len(data) // 2] ^= 16
    (folder / SOUND_NAME).write_bytes(data)
    station = make(folder, FastClock(START + 60), engine("noise"), always_on=True, **SHORT)
    async with opened(station):
        await record(station, recording, 30)
        assert station.conductor.state == "playing"
        assert any("the saved sound cannot be used" in warning for warning in station.conductor.warnings)
    found = numbers(recording)
    assert found == sorted(set(found))


async def test_after_servers_that_died_of_what_they_went_on_with_the_music_starts_anew(tmp_path: Path) -> None:
    recording, folder = Recording("64k"), tmp_path / "data"
    first = await life(folder, START, 30, recording)
    for k in range(MOST_BROKEN):
        poisoned = make(folder, FastClock(START + 31), engine("noise"), always_on=True, **SHORT)
        assert poisoned.conductor.idle_reason == "sleeping", "it goes on"
        await asyncio.sleep(0.05)
        assert poisoned.saved.value.attempts == k + 1
        breaks(poisoned)
    station = make(folder, FastClock(START + 35), engine("noise"), always_on=True, **SHORT)
    async with opened(station):
        await record(station, recording, 30)
        assert station.conductor.state == "playing"
        assert any("servers died" in warning for warning in station.conductor.warnings)
        entry = station.conductor.entries.at(station.playout.air)
        assert entry is not None
        assert entry.index >= first.conductor.production.orders.programme.next_index
    found = numbers(recording)
    assert found == sorted(set(found))


def breaks(station: Station) -> None:
    """A stage broke before it came far."""
    station.mixing.close()
    station.playout.close()
    station.keeper.close(broke=True)


async def test_a_wall_clock_that_steps_back_changes_nothing_and_one_that_steps_ahead_opens_one_epoch(
    tmp_path: Path,
) -> None:
    clock, recording = SteppedClock(START), Recording("64k")
    station = make(tmp_path / "data", clock, engine("noise"), always_on=True, **SHORT)
    async with opened(station):
        await record(station, recording, 30)
        clock.stepped_s = -3600.0
        await record(station, recording, 60)
        assert len(recording.init) == 1
        clock.stepped_s = 7200.0
        await record(station, recording, 60)
        assert len(recording.init) == 2
        assert station.broadcast.encoder_restarts == 1
        assert station.conductor.state == "playing"
    assert_unbroken(recording)
    dates, found = list(recording.dates.values()), numbers(recording)
    assert dates == sorted(dates)
    assert dates[-1] > START + 7200
    assert found == sorted(set(found))


async def test_a_server_that_starts_with_its_clock_an_hour_behind_goes_on_without_going_back(tmp_path: Path) -> None:
    recording, folder = Recording("64k"), tmp_path / "data"
    await life(folder, START, 40, recording)
    await life(folder, START - 3600, 30, recording)
    assert_unbroken(recording)
    dates, found = list(recording.dates.values()), numbers(recording)
    assert dates == sorted(dates)
    assert found == list(range(found[0], found[0] + len(found)))


async def test_a_read_only_data_folder_is_told_of_and_a_killed_servers_music_goes_on_even_so(small_disk: Path) -> None:
    recording, folder = Recording("64k"), small_disk / "data"
    folder.mkdir()
    remount(small_disk, "ro")
    for k in range(2):
        clock = FastClock(START + 35 * k)
        station = make(folder, clock, engine("noise"), always_on=True, keep_parent=small_disk.parent, **SHORT)
        async with opened(station):
            await record(station, recording, 30)
            assert station.conductor.state == "playing"
            assert any("Read-only file system" in warning for warning in station.conductor.warnings)
    assert_unbroken(recording)


async def test_a_disk_that_fills_up_is_told_of_once_and_again_when_it_is_over(small_disk: Path) -> None:
    recording, folder = Recording("64k"), small_disk / "data"
    station = make(folder, FastClock(START), engine("noise"), always_on=True, keep_parent=small_disk.parent, **SHORT)
    async with opened(station):
        await record(station, recording, 40)
        warnings = station.conductor.warnings
        assert any("the sound cannot be saved: No space left" in warning for warning in warnings)
        remount(small_disk, "size=64m")
        await record(station, recording, 60)
        assert station.conductor.warnings == []
    assert (folder / SOUND_NAME).stat().st_size > 1_000_000
    assert_unbroken(recording)
