"""Short versions of the fault bench, the slow engine and the steering bench: real processes, all chunks listened to."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bench.chaos import chaos, listen
from bench.chaos_clock import SteppedWallClock
from bench.chaos_ears import MARGIN, Ears, Taken
from bench.chaos_faults import FAULTS, encoder_pid
from bench.chaos_report import Chaos, chunks, last_index
from bench.chaos_station import Subject
from bench.slow_engine import SLOW, play
from bench.steering import cut, following
from radio.check.checker import Checker
from radio.contracts import SAMPLE_RATE, EngineSpec, Samples
from radio.packager.tools import find_tools
from tests.fakes.signals import noise
from tests.fakes.steered import hertz
from tests.recorder import Recording, decode
from tests.station_rig import Served, served, until

STEERED = EngineSpec("tests.fakes.steered:SteeredEngine", composes=True)
SOME = "half a message,wild,nan,short,silence,kill -9,SIGSTOP,publisher out,fails,clock +"
"""Faults whose stage and kind hold one of these: each stage, and each way to go wrong, at least once."""


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        (lambda sound: sound, (0, 0)),
        (lambda sound: np.roll(sound, 100, axis=0), (8, 0)),
        (lambda sound: np.roll(sound, -3, axis=0), (8, 0)),
        (lambda sound: sound * (np.abs(np.arange(len(sound)) - 50_000) > 4000)[:, None], (0, 2)),
    ],
)
def test_the_benchs_listener_finds_sound_that_is_not_where_it_should_be_and_holes(
    harm: Callable[[Samples], Samples], found: tuple[int, int]
) -> None:
    ears = Ears("64k", "", 196_608, 0)
    meant = noise(0, 196_608 + 2 * MARGIN, 3)
    ears._compare(Taken(1, 0, b"", meant), harm(meant[MARGIN:-MARGIN]), opens=False)
    assert (ears.wrong, ears.silent_windows) == found
    assert bool(ears.said) == (found != (0, 0))


def assert_heard_as_meant(heard: Chaos) -> None:
    """No sample missing, none of it silent, no rule broken, in order."""
    assert heard.end == ""
    assert heard.said == []
    assert heard.broken == []
    assert (heard.wrong, heard.silent, heard.timeline_silent) == (0, 0, 0)
    assert heard.compared == 8 * heard.chunks > 0


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_faults_of_every_stage_one_after_another_are_not_heard(tmp_path: Path) -> None:
    kinds = sum(any(word in f"{fault.stage} {fault.kind}" for word in SOME.split(",")) for fault in FAULTS)
    result = await chaos(tmp_path, kinds, only=SOME, renditions="64k", settle_s=15.0, pause_s=8.0, two=0.0)
    assert [outcome.line for outcome in result.outcomes if not outcome.recovered] == []
    assert len(result.outcomes) == kinds >= 12
    assert {outcome.stage for outcome in result.outcomes} == {"engine", "generator", "encoder", "publisher", "clock"}
    assert_heard_as_meant(result)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_an_engine_slower_than_real_time_is_bridged_and_the_status_says_so(tmp_path: Path) -> None:
    result = await play(tmp_path, 300.0, 0.7, ladder=False, renditions="64k", thorough=False)
    assert result.states["bridging"] > 0
    assert result.bridged_s > 30.0
    assert result.rungs[SLOW] == result.states.total()
    assert_heard_as_meant(result.heard)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_in_real_time_cuts_are_where_their_receipts_say_and_killed_processes_are_not_heard(
    tmp_path: Path,
) -> None:
    recording = Recording("64k")
    async with served(tmp_path, SteppedWallClock(), STEERED, renditions="64k", always_on=True) as up:
        await until(lambda: up.station.conductor.state == "playing", 60)
        under_test, prompts = listener(up, tmp_path), ["tone 700", "tone 1200", "tone 500"]
        said = await steered(up, under_test, recording, prompts)
        for before, prompt, date in zip(["", *prompts], prompts, said, strict=False):
            assert switched(recording, hertz(before), hertz(prompt), date) == pytest.approx(date, abs=0.1)
        harm(under_test)
        index, heard = last_index(under_test), chunks(under_test)
        while last_index(under_test) <= index or chunks(under_test) < heard + 3:
            assert await listen(under_test, 1.0)
        result = Chaos()
        result.take(under_test, 0.0)
        assert_heard_as_meant(result)


def listener(up: Served, folder: Path) -> Subject:
    """Somebody who hears every chunk from now on."""
    tools, clock = find_tools(None), up.station.conductor.clock
    assert isinstance(clock, SteppedWallClock)
    checker = Checker(ffmpeg=tools.ffmpeg, ffprobe=tools.ffprobe, thorough=False)
    return Subject(up.station, clock, checker, folder)


def harm(under_test: Subject) -> None:
    """Encoder and generator at once."""
    for pid in (encoder_pid(under_test), under_test.station.production.pid):
        assert pid is not None
        os.kill(pid, signal.SIGKILL)


async def steered(up: Served, under_test: Subject, recording: Recording, prompts: list[str]) -> list[float]:
    """Steer now to each; the dates that the receipts said last."""
    said = []
    async with following(up.client) as news:
        for prompt in prompts:
            result = await cut(up.client, news, prompt)
            assert result.off_s <= 0.1, result.line
            said.append(result.last_said)
            assert await listen(under_test, 1.0)
            recording.look(up.station)
    return said


def switched(recording: Recording, before: float, after: float, date: float) -> float:
    """When the tone changed from one frequency to the other, by the dates of the chunks, within 2 s of `date`."""
    sound, first = decode(recording.fmp4), next(iter(recording.dates.values()))
    middle = round((date - first) * SAMPLE_RATE)
    start = max(0, middle - 2 * SAMPLE_RATE)
    part = sound[start : middle + 2 * SAMPLE_RATE]
    newer = strength(part, after) > strength(part, before)
    return first + (start + int(np.argmax(newer)) * STEP) / SAMPLE_RATE


STEP = SAMPLE_RATE // 100


def strength(sound: Samples, frequency: float) -> Samples:
    """How strong a tone is, every 10 ms."""
    phase = np.exp(-2j * np.pi * frequency / SAMPLE_RATE * np.arange(len(sound)))
    mixed = (sound[:, 0] * phase)[: len(sound) // STEP * STEP].reshape(-1, STEP)
    level: Samples = np.abs(mixed.mean(axis=1)).astype(np.float32)
    return level
