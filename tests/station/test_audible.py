"""What `/health` is made of: the judge, and the meter that hears what was fed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from radio.contracts import Samples
from radio.mixer.meter import HOPS, QUIETEST_DBFS, Meter
from radio.station.audible import STARTING_S, Seen, reasons
from tests.fakes.signals import noise

FINE = Seen(
    on=True, chunk_age_s=2.0, level_dbfs=-18.0, size_bytes=230_000, renditions=3, playout_late_s=0.02, headroom_s=20.0
)


def test_a_station_that_plays_is_well() -> None:
    assert reasons(FINE) == ()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"chunk_age_s": 13.0}, "The newest chunk is 13.0 s old"),
        ({"chunk_age_s": None}, "There is no chunk"),
        ({"playout_late_s": 3.0}, "Playout is 3.0 s late"),
        ({"headroom_s": 0.0}, "nothing more to play"),
        ({"quiet_s": 12.0, "level_dbfs": -90.0, "size_bytes": 6363}, "nothing but silence for 12 s"),
        ({"size_bytes": 6363}, "as small as silence, although sound was fed"),
    ],
)
def test_each_thing_that_keeps_sound_from_listeners_is_said(wrong: dict[str, Any], words: str) -> None:
    (reason,) = reasons(replace(FINE, **wrong))
    assert words in reason


@pytest.mark.parametrize(
    "honest",
    [
        {"quiet_s": 5.0, "level_dbfs": -95.0, "size_bytes": 6363},
        {"level_dbfs": -55.0, "size_bytes": 43_000},
        {"headroom_s": 0.6},
        {"chunk_age_s": 8.0},
    ],
)
def test_a_pause_a_quiet_piece_and_a_late_chunk_are_no_trouble(honest: dict[str, Any]) -> None:
    assert reasons(replace(FINE, **honest)) == ()


def test_a_sleeping_station_owes_nobody_any_sound() -> None:
    assert reasons(Seen(on=False)) == ()


def test_a_start_may_take_its_time_but_not_for_ever() -> None:
    assert reasons(Seen(on=True, starting_s=STARTING_S)) == ()
    (reason,) = reasons(Seen(on=True, starting_s=STARTING_S + 30, error="no engine can be loaded"))
    assert "started 90 s ago" in reason
    assert "no engine can be loaded" in reason


def fed(sound: Samples, block: int, start: int = 0) -> Meter:
    meter = Meter()
    meter.begin(start)
    for at in range(0, len(sound), block):
        meter.fed(start + at, sound[at : at + block])
    return meter


@pytest.mark.parametrize("block", [1, 777, 4800, 480_000])
def test_a_level_is_the_same_in_whatever_blocks_the_sound_was_fed(block: int) -> None:
    sound = noise(0, 20_000 if block == 1 else 480_000, 7, 0.1)
    assert fed(sound, block).level_dbfs(0, len(sound)) == pytest.approx(-20.0, abs=0.2)


def test_a_level_is_of_the_asked_stretch_alone() -> None:
    sound = np.concatenate((noise(0, 96_000, 7, 0.1), noise(0, 96_000, 7, 0.001), np.zeros((96_000, 2), np.float32)))
    meter = fed(sound, 4800, start=48_000)
    assert meter.level_dbfs(48_000, 144_000) == pytest.approx(-20.0, abs=0.2)
    assert meter.level_dbfs(144_000, 240_000) == pytest.approx(-60.0, abs=0.2)
    assert meter.level_dbfs(240_000, 336_000) == QUIETEST_DBFS
    assert meter.level_dbfs(960_000, 1_056_000) is None, "never fed"


def test_silence_is_counted_from_the_last_sound() -> None:
    sound = np.concatenate((noise(0, 48_000, 7, 0.001), np.zeros((480_000, 2), np.float32)))
    meter = fed(sound, 4800)
    assert meter.silent_s(48_000) == 0.0
    assert meter.silent_s(528_000) == pytest.approx(10.0)
    meter.begin(600_000)
    assert meter.silent_s(648_000) == pytest.approx(1.0), "a new start owes nothing to what was before"


def test_sound_that_is_fed_again_to_a_new_encoder_counts_the_same() -> None:
    sound = noise(0, 196_608, 7, 0.1)
    meter = fed(sound, 4800)
    before = meter.level_dbfs(0, 196_608)
    meter.fed(0, sound)
    assert meter.level_dbfs(0, 196_608) == pytest.approx(before)


def test_the_meter_does_not_grow_and_forgets_what_is_long_past() -> None:
    meter = Meter()
    quiet = np.zeros((4800, 2), np.float32)
    for hop in range(2 * HOPS):
        meter.fed(4800 * hop, quiet)
    assert meter.level_dbfs(0, 196_608) is None
    assert meter.level_dbfs(4800 * (2 * HOPS - 40), 4800 * 2 * HOPS) == QUIETEST_DBFS
