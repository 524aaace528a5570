"""The real ACE-Step pipeline, on tiny random weights, through generator process, mixer and encoder to decoded HLS."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from radio.app import Station
from radio.clock import FastClock
from radio.contracts import EngineSpec, Rung, Samples
from radio.engines.registry import OURS
from radio.events import SegmentMixed
from tests.recorder import AAC_DELAY, Recording, decode, record
from tests.station_rig import make, opened

pytest.importorskip("torch", reason="needs the extra 'acestep'")
HOPS = 5
SECONDS_A_LOOK = 4.0


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.engines.acestep import tiny

    return tiny.save(tmp_path_factory.mktemp("models") / "acestep-v15-turbo", musical=True)


def tiny_rung(folder: Path, **options: object) -> Rung:
    """The engine as the station would build it, on the CPU."""
    every: dict[str, object] = {"model": "acestep-v15-turbo", "folder": str(folder), "device": "cpu"} | options
    spec = EngineSpec(OURS["acestep"], every | {"warm_up_samples": 960_000, "overlap_samples": 240_000}, heavy=True)
    return Rung("turbo", 60 * 48_000, spec, model="acestep-v15-turbo")


async def broadcast(station: Station, recording: Recording) -> tuple[list[SegmentMixed], Samples]:
    """Listen until enough continuations are on the air; also what was on the timeline, from its first sample on."""
    mixed: list[SegmentMixed] = []
    parts: list[Samples] = []
    taken = station.conductor.timeline.start
    while len([each for each in mixed if each.plan.task == "repaint"]) < HOPS + 1:
        await record(station, recording, SECONDS_A_LOOK)
        last = station.conductor.last_mixed
        if last is not None and (not mixed or mixed[-1] is not last):
            mixed.append(last)
        end = station.conductor.timeline.end
        parts.append(station.conductor.timeline.read(taken, end - taken))
        taken = end
        assert station.conductor.clock.monotonic() < 60 * (HOPS + 4), station.production.error
    return mixed, np.concatenate(parts)


async def test_five_continuations_are_joined_without_a_hole_and_each_overlap_restates_its_context(
    tmp_path: Path, tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    station = make(tmp_path, FastClock(), (tiny_rung(tiny_folder),), renditions="256k", always_on=True, seed=3)
    recording = Recording("256k")
    async with opened(station):
        mixed, timeline = await broadcast(station, recording)
        assert station.conductor.bridged_s == 0
        assert station.production.retries == 0
    seams = [each.seam for each in mixed if each.plan.task == "repaint" and each.seam is not None]
    assert len(seams) >= HOPS
    assert min(seam.correlation for seam in seams) > 0.9
    assert all(seam.lag_samples == 0 for seam in seams)
    assert_same_sound(
        timeline, decode(recording.fmp4), next(seam.fade_end_sample for seam in seams if seam.index == HOPS)
    )


def assert_same_sound(timeline: Samples, heard: Samples, least: int) -> None:
    """Second by second what is decoded is the timeline, at its place; AAC adds its delay."""
    heard = heard[AAC_DELAY:]
    assert len(heard) > least
    seconds = min(len(timeline), len(heard)) // 48_000
    for second in range(1, seconds - 1):
        window = slice(second * 48_000, (second + 1) * 48_000)
        sent, got = timeline[window, 0], heard[window, 0]
        likeness = float(np.dot(sent, got) / (np.linalg.norm(sent) * np.linalg.norm(got) + 1e-12))
        assert likeness > 0.8, f"second {second}: {likeness:.2f}"
        assert 0.7 < float(np.linalg.norm(got) / np.linalg.norm(sent)) < 1.4, f"second {second}"
