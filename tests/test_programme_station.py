"""The programme on a whole station: schedule, listener, queue and auto-DJ decide what really enters, and when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from radio.app import Station
from radio.clock import FastClock
from radio.station.programme.history import Played
from radio.station.programme.moods import MOODS
from radio.station.programme.turns import Ask
from tests.station_rig import engine, make, opened

NOON = 1_800_273_600.0
"""Monday, 2027-01-18, 12:00 UTC."""
STRIDE_S = 25.0
SCHEDULE = """
time_zone = "UTC"
[[show]]
name = "Lunch"
start = "12:00"
end = "12:04"
prompt = "bossa nova, flute"
over_minutes = 1
seed = 7
"""


async def pass_time(station: Station, minutes: float) -> None:
    """Let simulated time go by."""
    clock = station.conductor.clock
    waiter = clock.async_waiter()
    until = clock.monotonic() + minutes * 60
    while clock.monotonic() < until:
        await waiter.wait(min(until, clock.monotonic() + 4.0))
    waiter.close()


def radio_of(tmp_path: Path) -> Station:
    """A station that starts shortly before lunch."""
    schedule = tmp_path / "schedule.toml"
    schedule.write_text(SCHEDULE, encoding="utf-8")
    return make(
        tmp_path, FastClock(NOON - 75), engine("noise"), renditions="64k", always_on=True, prompt="calm",
        schedule=schedule, auto_dj=True, auto_dj_minutes=3, segment_seconds=30, overlap_seconds=5, crossfade_seconds=5,
    )  # fmt: skip


def whys(history: tuple[Played, ...]) -> list[str]:
    return [record.why for record in history]


async def test_shows_words_queue_and_auto_dj_take_turns_as_planned(tmp_path: Path) -> None:
    station = radio_of(tmp_path)
    conductor = station.conductor
    async with opened(station):
        await pass_time(station, 2)
        history = conductor.desk.order.history
        assert whys(history)[-2:] == ["auto_dj", "schedule"]
        assert abs(history[-1].utc - NOON) <= 2 * STRIDE_S
        assert history[-1].origin == history[-2].goal
        conductor.steer("piano, slow", minutes=1)
        conductor.desk.enqueue([Ask("drone, dark", 1)])
        coming = conductor.desk.order.coming(conductor.clock.utc(), 0.1)
        await pass_time(station, 4.25)
        played = conductor.desk.order.history[len(history) :]
        assert whys(played)[:4] == ["listener", "queue", "schedule", "auto_dj"]
        assert [line.wish.why for line in coming][:4] == whys(played)[:4]
        assert abs(played[1].utc - played[0].utc - 60) <= 2 * STRIDE_S
        assert played[2].goal == "bossa nova, flute"
        assert abs(played[3].utc - NOON - 240) <= 2 * STRIDE_S
        assert played[3].goal in {mood.prompt for mood in MOODS}
        prompts = [entry.prompt for entry in conductor.entries.all]
        assert any("with a touch of" in prompt or "equal parts" in prompt for prompt in prompts)
        assert conductor.bridged_s == 0


async def test_after_a_restart_the_programme_goes_on_where_it_was(tmp_path: Path) -> None:
    clock = FastClock(NOON - 600)
    flags: dict[str, Any] = {
        "renditions": "64k", "always_on": True, "prompt": "calm",
        "segment_seconds": 30, "overlap_seconds": 5, "crossfade_seconds": 5,
    }  # fmt: skip
    station = make(tmp_path, clock, engine("noise"), **flags)
    async with opened(station):
        station.conductor.steer("piano, slow", minutes=30)
        station.conductor.desk.enqueue([Ask("drone, dark", 20)])
        await pass_time(station, 0.75)
        before = station.conductor.desk.order
    again = make(tmp_path, FastClock(clock.utc() + 10), engine("noise"), **flags)
    async with opened(again):
        await pass_time(again, 0.75)
        after = again.conductor.desk.order
    assert (after.words, after.queue) == (before.words, before.queue)
    assert after.history[-1].goal == "piano, slow"
