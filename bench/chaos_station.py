"""The station that chaos is done to: a real one, with an engine that goes wrong on command, and its listeners.

Runs in the event loop. On a fast clock, deadlines on real processes stay real: `keep_looking` wakes the conductor in
real time, because a process that is stopped holds the clock, and with it everybody who would notice.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.chaos_clock import SteppedClock, SteppedFastClock, SteppedWallClock
from bench.chaos_ears import Ears
from radio.app import NewHost, Station, build
from radio.check.checker import Checker
from radio.contracts import Audio, Clock, EngineSpec, Rung, SegmentPlan
from radio.events import Fact
from radio.generator.host import GeneratorHost
from radio.packager.tools import find_tools
from radio.settings import Settings, load

ENGINE = "bench.chaos_engine:ChaosEngine"
JOB_LIMIT_S = 8.0
"""Real seconds a job may take here: its usual limit is for machines of which nothing is known."""
FAST_PATIENCE_S = 2.0
LOOK_S = 1.0
NUDGE_S = 0.5
SEGMENT_S = 30.0
OVERLAP_S = 6.0
"""A segment every 24 s, so that many faults fit into an hour."""


class ImpatientHost(GeneratorHost):
    """Gives a job less time."""

    def submit(self, plan: SegmentPlan, context: Audio | None, deadline_s: float) -> None:
        super().submit(plan, context, min(deadline_s, JOB_LIMIT_S))


def impatient(spec: EngineSpec, report: Callable[[Fact], None], clock: Clock, number: int) -> GeneratorHost:
    return ImpatientHost(spec, report, clock, number)


@dataclass(slots=True)
class Subject:
    """The station under test, and all that listens to it. `folder` is the bench's: the data folder and the orders."""

    station: Station
    clock: SteppedClock
    checker: Checker
    folder: Path
    ears: dict[str, Ears] = field(default_factory=dict)
    newest_s: float = 0.0
    gap_s: float = 0.0
    """The longest time between two new chunks since it was last set to 0."""
    task: asyncio.Task[None] | None = None
    """The conductor's, while the station is open."""

    @property
    def end(self) -> str:
        """Why the station ended by itself; empty while it goes on."""
        if self.task is None or not self.task.done():
            return ""
        return f"the conductor ended: {self.task.exception()!r}"

    @property
    def now_s(self) -> float:
        return self.clock.monotonic()

    def look(self) -> None:
        """One reload of every rendition, all that is new decoded and compared: not in the event loop, whose station
        it would hold up."""
        station, utc = self.station, self.clock.highest_utc()
        assets = station.publisher.store.published.assets
        for rendition in station.settings.rendition_list:
            base = f"/live/{rendition.name}/"
            playlist = assets.get(f"{base}index.m3u8".encode())
            if playlist is None:
                continue
            for listed in self.checker.add_playlist(rendition.name, playlist.body.decode(), utc):
                init = assets[f"{base}{listed.chunk.map_uri}".encode()].body
                media = assets[f"{base}{listed.chunk.uri}".encode()].body
                self.checker.add_init(rendition.name, str(listed.chunk.map_uri), init)
                self.checker.add_chunk(rendition.name, listed.chunk.sequence, media)
                self._hear(rendition.name, listed.chunk.sequence, init, media)
        self.gap_s = max(self.gap_s, self.now_s - self.newest_s)

    def _hear(self, rendition: str, sequence: int, init: bytes, media: bytes) -> None:
        station = self.station
        if rendition not in self.ears:
            first = station.broadcast.epoch.first_sample if station.broadcast.epoch else 0
            tools = find_tools(None)
            self.ears[rendition] = Ears(rendition, tools.ffmpeg, station.settings.chunk_samples, first)
        self.ears[rendition].add(sequence, init, media, station.conductor.timeline)
        self.gap_s = max(self.gap_s, self.now_s - self.newest_s) if self.newest_s else 0.0
        self.newest_s = self.now_s


def subject(folder: Path, *, real_time: bool, renditions: str, voice: str, seed: int) -> Subject:
    """A station with an engine that takes orders. Built, not yet open."""
    engine = EngineSpec(ENGINE, {"folder": str(folder), "voice": voice})
    settings = load(
        data_dir=folder / "data", renditions=renditions, always_on=True, seed=seed, chain_hops=10_000,
        segment_seconds=SEGMENT_S, overlap_seconds=OVERLAP_S, crossfade_seconds=OVERLAP_S,
    )  # fmt: skip
    rungs = (Rung("chaos", settings.segment_samples, engine),)
    return of(settings, folder, rungs, impatient, real_time=real_time)


def of(
    settings: Settings,
    folder: Path,
    rungs: tuple[Rung, ...],
    new_host: NewHost,
    *,
    real_time: bool = False,
    thorough: bool = False,
) -> Subject:
    """A station with these rungs and somebody who listens to it."""
    clock: SteppedClock = SteppedWallClock() if real_time else SteppedFastClock()
    patience_s = 0.08 if real_time else FAST_PATIENCE_S
    station = build(settings, clock, known=rungs, patience_s=patience_s, new_host=new_host)
    tools = find_tools(None)
    checker = Checker(ffmpeg=tools.ffmpeg, ffprobe=tools.ffprobe, thorough=thorough)
    return Subject(station, clock, checker, folder)


async def keep_looking(subject: Subject) -> None:
    """Real time for a conductor whose clock may be held."""
    while True:
        await asyncio.sleep(NUDGE_S)
        subject.station.conductor._waiter.wake()


@contextlib.asynccontextmanager
async def running(subject: Subject) -> AsyncIterator[None]:
    """Open, with the real time's nudges; closed at the end."""
    subject.task = await subject.station.open()
    nudging = asyncio.create_task(keep_looking(subject))
    try:
        yield
    finally:
        nudging.cancel()
        await subject.station.close(subject.task)
