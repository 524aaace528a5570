"""Known signals go through the whole station, over many seams, and come out of decoded HLS as the same signal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from radio.app import Station
from radio.clock import FastClock
from radio.contracts import SAMPLE_RATE, EngineSpec, Samples
from tests.fakes.signals import noise
from tests.recorder import AAC_DELAY, Recording, aac, decode, record
from tests.station_rig import engine, make, opened

SEAMS = 21
STRIDE_S = 45.0
SETTLING_S = 30
SECONDS = SEAMS * STRIDE_S + 50.0


async def broadcast(folder: Path, spec: EngineSpec, rendition: str) -> tuple[Recording, Station]:
    """Let a station play over all those seams, in simulated time, and record it."""
    station = make(folder, FastClock(), spec, renditions=rendition, always_on=True)
    recording = Recording(rendition)
    async with opened(station):
        await record(station, recording, SECONDS)
        assert station.conductor.last_mixed is not None
        assert station.conductor.last_mixed.entry.index >= SEAMS
        assert station.conductor.bridged_s == 0
        assert station.playout.late_blocks == 0
    return recording, station


def rms_db(samples: Samples, window: int) -> np.ndarray:
    """Level of each whole window."""
    whole = samples[: len(samples) // window * window].astype(np.float64)
    power: np.ndarray = (whole**2).reshape(-1, window * 2).mean(1)
    return np.asarray(10 * np.log10(power + 1e-20))


@pytest.mark.slow
async def test_noise_comes_out_sample_by_sample(tmp_path: Path) -> None:
    recording, _ = await broadcast(tmp_path, engine("noise"), "256k")
    heard = decode(recording.fmp4)
    assert len(heard) == len(recording.chunks) * 196_608
    worst = 1.0
    for start in range(SAMPLE_RATE, len(heard) - 2 * SAMPLE_RATE, 5 * SAMPLE_RATE // 2):
        window = heard[start : start + SAMPLE_RATE // 2, 0]
        around = noise(start - AAC_DELAY - 960, len(window) + 1920, 7)[:, 0]
        correlation = np.correlate(around, window, "valid")
        lag = int(np.argmax(correlation)) - 960
        assert lag == 0, f"{start / SAMPLE_RATE:.1f} s: moved by {lag} samples"
        source = around[960:-960]
        worst = min(worst, float(np.corrcoef(source, window)[0, 1]))
    assert worst > 0.9


@pytest.mark.slow
async def test_a_tone_stays_level_through_every_seam(tmp_path: Path) -> None:
    recording, _ = await broadcast(tmp_path, engine("tone", level=0.2), "128k")
    heard = decode(recording.fmp4)[SAMPLE_RATE:]
    levels = rms_db(heard, SAMPLE_RATE // 20)
    assert np.ptp(levels) < 0.2


@pytest.mark.slow
async def test_unrelated_noise_keeps_its_power_through_every_seam(tmp_path: Path) -> None:
    recording, _ = await broadcast(tmp_path, engine("unrelated"), "128k")
    heard = rms_db(decode(recording.fmp4), SAMPLE_RATE)[1:]
    level = 10 ** (float(np.median(heard)) / 20)
    plain = rms_db(aac(noise(0, SETTLING_S * SAMPLE_RATE, 99, level), "128k"), SAMPLE_RATE)[1 : SETTLING_S - 1]
    reference = np.full(len(heard), np.median(plain))
    reference[: len(plain)] = plain  # an encoder that starts cold is quieter for some seconds, without any seam
    difference = heard - np.median(heard) - (reference - np.median(plain))
    assert np.abs(difference).max() < 0.5


@pytest.mark.slow
async def test_dates_follow_the_sample_clock(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), engine("tone"), renditions="64k", always_on=True)
    recording = Recording("64k")
    async with opened(station):
        await record(station, recording, 300.0)
        epoch = station.broadcast.epoch
        assert epoch is not None
        for k, date in enumerate(recording.dates.values()):
            assert date == pytest.approx(epoch.date(epoch.first_sample + k * 196_608 - AAC_DELAY), abs=0.001)
            assert date <= station.conductor.clock.utc()
