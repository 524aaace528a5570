"""Hours of broadcast on a fast clock, listened to by the checker: rules, holes, silence, dates, memory.

`python -m bench.soak --hours 24` runs a whole station (real generator process, mixer, ffmpeg, publisher) in simulated
time; `--renditions` and `--engine` choose how much of it. `tests/test_soak.py` runs 12 minutes of the same.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.report import Measure, conclude
from radio.app import Station, build
from radio.check.checker import Checker
from radio.check.finding import Severity
from radio.check.report import Report
from radio.clock import FastClock
from radio.contracts import EngineSpec, Rung
from radio.packager.tools import find_tools
from radio.settings import load

LOOK_S = 4.096
FAST_PATIENCE_S = 60.0
WARM_UP = 1 / 3
"""The first third of a run fills caches and pools; memory is compared between the other two."""


@dataclass(slots=True)
class Soak:
    """What was seen. `resident_mb` is the whole family's memory (station, generator, ffmpeg), look by look."""

    worst_date_error_s: float = 0.0
    resident_mb: list[float] = field(default_factory=list)
    real_s: float = 0.0
    simulated_s: float = 0.0
    bridged_s: float = 0.0
    late_blocks: int = 0
    segments: int = 0
    report: Report | None = None

    @property
    def memory_growth(self) -> float:
        """The least memory of the last third of the run over that of the third before, less one."""
        marks = self.resident_mb[int(len(self.resident_mb) * WARM_UP) :]
        middle = len(marks) // 2
        return min(marks[middle:]) / min(marks[:middle]) - 1 if middle else 0.0


async def soak(folder: Path, seconds: float, renditions: str, engine: EngineSpec | None, *, thorough: bool) -> Soak:
    """Run a station for `seconds` of simulated time, or until SIGTERM, and check everything it publishes."""
    clock, tools = FastClock(), find_tools(None)
    settings = load(data_dir=folder, renditions=renditions, always_on=True, seed=1)
    station = build(
        settings,
        clock,
        known=(Rung("soak", settings.segment_samples, engine),) if engine else (),
        patience_s=FAST_PATIENCE_S,
    )
    checker = Checker(ffmpeg=tools.ffmpeg, ffprobe=tools.ffprobe, thorough=thorough)
    result, began = Soak(), time.monotonic()
    task = await station.open()
    waiter = clock.async_waiter()
    enough = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, enough.set)
    try:
        while clock.monotonic() < seconds and not enough.is_set():
            await waiter.wait(clock.monotonic() + LOOK_S)
            look(station, checker, result)
    finally:
        waiter.close()
        await station.close(task)
    result.real_s, result.simulated_s = time.monotonic() - began, clock.monotonic()
    result.bridged_s, result.late_blocks = station.conductor.bridged_s, station.playout.late_blocks
    result.segments = station.production.orders.programme.next_index
    result.report = checker.finish()
    return result


def look(station: Station, checker: Checker, result: Soak) -> None:
    """One reload of every rendition, and every chunk that is new; time stands still meanwhile."""
    assets, utc = station.publisher.store.published.assets, station.conductor.clock.utc()
    for rendition in station.settings.rendition_list:
        base = f"/live/{rendition.name}/"
        playlist = assets.get(f"{base}index.m3u8".encode())
        if playlist is None:
            continue
        station.conductor.listened("soak", rendition.name)
        for listed in checker.add_playlist(rendition.name, playlist.body.decode(), utc):
            if listed.chunk.map_uri is not None:
                header = assets[f"{base}{listed.chunk.map_uri}".encode()]
                checker.add_init(rendition.name, listed.chunk.map_uri, header.body)
            media = assets[f"{base}{listed.chunk.uri}".encode()]
            checker.add_chunk(rendition.name, listed.chunk.sequence, media.body)
    epoch, newest = station.broadcast.epoch, station.broadcast.newest
    if epoch is not None and newest is not None:
        error = abs(newest.date_utc - epoch.date(newest.first_sample))
        result.worst_date_error_s = max(result.worst_date_error_s, error)
    result.resident_mb.append(family_mb())


def family_mb() -> float:
    """Resident memory of this process and its children."""
    me = psutil.Process()
    total = me.memory_info().rss
    for child in me.children():
        try:
            total += child.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return float(total / 1e6)


def measures(result: Soak) -> list[Measure]:
    report = result.report
    errors = [finding for finding in report.findings if finding.severity is Severity.ERROR] if report else []
    for finding in errors:
        print(f"{finding.code} ({finding.rendition}, {finding.count} times): {finding.examples[0]}")
    return [
        Measure("simulated", result.simulated_s / 3600, "h"),
        Measure("times real time", result.simulated_s / result.real_s, "x"),
        Measure("segments", result.segments, ""),
        Measure("errors found by the checker", len(errors) if report else 1, "", 0),
        Measure("bridged", result.bridged_s, "s", 0),
        Measure("late blocks", result.late_blocks, "", 0),
        Measure("worst chunk date against the sample clock", result.worst_date_error_s * 1000, "ms", 10),
        Measure("memory growth", result.memory_growth * 100, "%", 2),
        Measure("memory at the end", result.resident_mb[-1], "MB"),
    ]


def main() -> bool:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--renditions", default="64k,128k,256k")
    parser.add_argument("--engine", default="", help="package.module:callable instead of the synthesiser")
    parser.add_argument("--quick", action="store_true", help="without clicks, repeats and loudness")
    chosen = parser.parse_args()
    engine = EngineSpec(chosen.engine) if chosen.engine else None
    with tempfile.TemporaryDirectory() as folder:
        seconds = chosen.hours * 3600
        result = asyncio.run(soak(Path(folder), seconds, chosen.renditions, engine, thorough=not chosen.quick))
    return conclude(f"soak on a fast clock ({chosen.renditions})", measures(result))


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
