"""One log event for each segment: what made it, how it was delivered, or that it was thrown away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import structlog.testing

from radio.app import Station
from radio.clock import FastClock
from radio.contracts import Audio, Chain, Entry, PromptChange, Provenance, Rendered, Segment, SegmentPlan
from radio.events import ChunkPublished, SegmentMixed
from radio.packager.shelf import Deleted
from radio.station.generation.histogram import Histogram
from radio.station.generation.ledger import MOST, Ledger
from tests.fakes.signals import noise
from tests.station_rig import engine, make, opened

FIELDS = {
    "index", "state", "task", "prompt", "title", "context", "chain", "position_seconds", "rung", "engine", "model",
    "lm", "task_id", "seed", "attempt", "started", "ended", "seconds", "real_time_factor", "audio_seconds",
    "size_bytes", "notes", "entry", "good", "correlation", "level_dip_db", "loudness_step_lu", "mixing_cpu_seconds",
    "chunk", "delivery_seconds", "headroom", "files_deleted", "bytes_deleted",
}  # fmt: skip


def plan(index: int) -> SegmentPlan:
    return SegmentPlan(index, "repaint", "rain", 5, 480_000, 48_000, 0, Chain(0, 1, (PromptChange(0, "rain"),)))


def segment(index: int) -> Segment:
    made = Rendered(Audio(noise(0, 4800, 7)), "rain", provenance=Provenance("model", "lm", 77, "task-1"))
    return Segment(plan(index), made, "an engine", 3.0)


def mixed(index: int, sample: int) -> SegmentMixed:
    return SegmentMixed(plan(index), Entry(index, sample, "rain", "rain", "an engine"), None, 0, 0, 0.1)


def chunk(end: int) -> ChunkPublished:
    return ChunkPublished(9, "a", 0.0, end - 196_608, end, 1000)


def told(log: list[Any]) -> list[tuple[int, str]]:
    return [(event["index"], event["state"]) for event in log if event["event"] == "segment"]


def test_a_segment_is_told_when_the_chunk_with_its_entry_is_out_and_only_then() -> None:
    ledger = Ledger(FastClock())
    with structlog.testing.capture_logs() as log:
        ledger.asked(plan(0), "test", "")
        ledger.made(segment(0))
        ledger.mixed(mixed(0, 300_000))
        ledger.published(chunk(300_000), 9.0, Deleted())
        assert told(log) == []
        for _ in range(2):
            ledger.published(chunk(496_608), 9.0, Deleted(4, 4000))
    assert told(log) == [(0, "published")]
    assert log[0]["seed"] == 77, "the one that was really used"
    assert (log[0]["files_deleted"], log[0]["bytes_deleted"], log[0]["size_bytes"]) == (4, 4000, 38_400)


def test_what_a_cut_took_back_is_told_as_thrown_away() -> None:
    ledger = Ledger(FastClock())
    with structlog.testing.capture_logs() as log:
        for index in (1, 2):
            ledger.asked(plan(index), "test", "segment 0")
        ledger.mixed(mixed(1, 900_000))
        ledger.cut(3)
        assert told(log) == [(2, "thrown_away")], "what was being made"
        ledger.asked(plan(3), "test", "timeline")
        ledger.made(segment(3))
        ledger.mixed(mixed(3, 500_000))
        assert told(log)[1:] == [(1, "thrown_away")], "what another was mixed over"
        ledger.stop()
    assert told(log)[2:] == [(3, "thrown_away")]
    assert ledger.outcomes == {"thrown_away": 3, "published": 0}


def test_the_ledger_does_not_grow() -> None:
    ledger = Ledger(FastClock())
    for index in range(3 * MOST):
        ledger.asked(plan(index), "test", "")
    assert len(ledger._records) == MOST


def test_a_histogram_counts_what_is_at_most_each_bound() -> None:
    histogram = Histogram(1, 2.5)
    for value in (0.5, 1.0, 2.0, 9.0):
        histogram.count(value)
    assert histogram.buckets == [("1", 2.0), ("2.5", 3.0), ("+Inf", 4.0)]
    assert histogram.sum == 12.5


async def simulate(station: Station, seconds: float) -> None:
    clock = station.conductor.clock
    waiter = clock.async_waiter()
    await waiter.wait(clock.monotonic() + seconds)
    waiter.close()


async def test_a_station_tells_every_segment_with_everything_about_it(tmp_path: Path) -> None:
    station = make(tmp_path, FastClock(), engine("noise"), renditions="64k", always_on=True)
    with structlog.testing.capture_logs() as log:
        async with opened(station):
            await simulate(station, 180)
    events = [event for event in log if event["event"] == "segment"]
    published = [event for event in events if event["state"] == "published"]
    assert [event["index"] for event in published] == list(range(len(published)))
    assert len(published) >= 4
    assert [event["context"] for event in published] == ["", *(f"segment {k}" for k in range(len(published) - 1))]
    assert all(event.keys() >= FIELDS for event in published)
    assert sum(event["files_deleted"] for event in published) > 0
    assert all(event["delivery_seconds"] >= 0 for event in published)
