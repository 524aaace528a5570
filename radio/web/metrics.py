"""`/metrics`: Prometheus. The numbers are read from the conductor when they are asked for; nothing is counted twice.

`docs/watching.md` lists them all, and a test holds it to that. Every family is always there, if need be without a
sample, so that an alert on it can be written before it first moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.responses import Response

from radio.mixer.meter import QUIETEST_DBFS
from radio.station.audible import reasons
from radio.station.conductor import Conductor
from radio.station.generation.histogram import Histogram
from radio.station.status import warnings
from radio.web.health import look, ready
from radio.web.session import TheConductor

router = APIRouter(tags=["operation"])
SEAM = {
    "correlation": "How alike both sides of the newest seam were, −1 to 1.",
    "level_dip_db": "Deepest dip of the level in the newest seam, in decibels; positive is a dip.",
    "loudness_step_lu": "Loudness after the newest seam less that before it, in LU.",
    "match_gain_db": "Gain with which the newest segment entered its seam, in decibels.",
    "click": "Largest sample step in the newest fade, relative to its surroundings.",
}
Labelled = Iterable[tuple[tuple[str, ...], float]]
"""Values of the labels, and the number."""


class StationCollector(Collector):
    """One station's numbers."""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor

    def collect(self) -> Iterator[Metric]:
        for name, (words, value) in {**self._truth(), **self._making()}.items():
            yield GaugeMetricFamily(f"longwave_{name}", words, value)
        for name, (words, value) in self._counts().items():
            yield CounterMetricFamily(f"longwave_{name}", words, value)
        yield from self._labelled()
        yield from self._seam()
        ledger = self._conductor.production.ledger
        yield histogram("generation_seconds", "Seconds that engines took for a segment.", ledger.generation_s)
        words = "Seconds from the end of a segment's generation until the chunk with its entry could be fetched."
        yield histogram("delivery_seconds", words, ledger.delivery_s)

    def _truth(self) -> dict[str, tuple[str, float]]:
        """Whether sound reaches the playlist, and what says so."""
        conductor, seen = self._conductor, look(self._conductor)
        playing = seen.chunk_age_s is not None
        newest = conductor.broadcast.newest
        level = QUIETEST_DBFS if seen.level_dbfs is None else seen.level_dbfs
        return {
            "on": ("1 while the station is on.", float(seen.on)),
            "ready": ("1 while a listener would be answered.", float(ready(conductor))),
            "healthy": ("1 while /health is green.", float(not reasons(seen))),
            "audible": ("1 while sound reaches the playlist.", float(playing and not reasons(seen))),
            "bridging": ("1 while the mixer makes the sound itself.", float(conductor.state == "bridging")),
            "chunk_age_seconds": ("Seconds since the newest chunk; 0 off the air.", seen.chunk_age_s or 0.0),
            "chunk_level_dbfs": ("Level of the sound in the newest chunk, RMS in dBFS; −120 is silence.", level),
            "chunk_sequence": ("Sequence number of the newest chunk.", float(newest.sequence if newest else 0)),
            "silence_seconds": ("For how long there was only silence before the newest chunk's end.", seen.quiet_s),
            "playout_lateness_seconds": ("How late the next block of sound is.", seen.playout_late_s),
            "warnings": ("Things that are wrong without having stopped anything.", float(len(warnings(conductor)))),
            "disk_trouble": ("1 while something cannot be saved for a restart.", float(conductor.disk_trouble)),
            "resumed": ("1 if this server went on from the sound that another left.", float(conductor.resumed)),
            "uptime_seconds": ("Seconds since this server began.", conductor.clock.monotonic() - conductor.began_s),
        }

    def _making(self) -> dict[str, tuple[str, float]]:
        """How the music is made."""
        production = self._conductor.production
        return {
            "headroom_seconds": ("Seconds of finished music ahead of the air.", self._conductor.headroom_s),
            "headroom_target_seconds": ("Headroom below which a segment is asked for.", production.ask_below_s),
            "expected_generation_seconds": ("What the next segment takes at worst.", production.expected_s),
            "real_time_factor": ("Seconds of music made in a second, newest.", production.real_time_factor or 0.0),
        }

    def _counts(self) -> dict[str, tuple[str, float]]:
        conductor = self._conductor
        production, steering, deleted = conductor.production, conductor.steering, conductor.broadcast.deleted
        return {
            "bridged_seconds": ("Seconds of sound that the mixer made itself.", conductor.bridged_s),
            "late_blocks": ("Blocks for which nothing was ready in time.", conductor.playout.late_blocks),
            "generation_retries": ("Segments that were made again.", production.retries),
            "cuts": ("Times that music was taken back for a listener's words.", steering.cuts),
            "receipts": ("Receipts given to listeners who steered.", steering.promises.given),
            "receipts_corrected": ("Receipts that had to be corrected.", steering.promises.corrected),
            "deleted_files": ("Files of chunks that were deleted.", deleted.files),
            "deleted_bytes": ("Their bytes.", deleted.size_bytes),
        }

    def _labelled(self) -> Iterator[Metric]:
        conductor = self._conductor
        production, climber = conductor.production, conductor.production.climber
        words = "Segments by what became of them: published, or thrown away by a cut or a stop."
        yield counter("segments", words, ["outcome"], single(production.ledger.outcomes))
        words = "Attempts at a segment that came to nothing."
        yield counter("generation_failures", words, ["reason"], single(production.ledger.failures))
        words = "Processes that were lost, and started again."
        yield counter("restarts", words, ["stage", "reason"], conductor.losses.items())
        yield counter("ladder_steps", "Steps on the quality ladder.", ["direction", "reason"], climber.steps.items())
        playing = climber.active.rung.name if climber.active and climber.active.engine else ""
        rungs = {rung.name: float(rung.name == playing) for rung in climber.ladder.rungs}
        yield gauge("rung", "1 for the rung that makes the music.", ["rung"], single(rungs))
        listeners = conductor.listeners.by_rendition(conductor.clock.monotonic())
        words = "HLS sessions that fetched something lately."
        yield gauge("listeners", words, ["rendition"], single(listeners))

    def _seam(self) -> Iterator[Metric]:
        mixed = self._conductor.last_mixed
        seam = mixed.seam if mixed is not None else None
        for name, words in SEAM.items():
            yield GaugeMetricFamily(f"longwave_seam_{name}", words, None if seam is None else getattr(seam, name))


def single(values: Mapping[Any, float]) -> Labelled:
    """Numbers with one label."""
    return [((str(name),), value) for name, value in values.items()]


def counter(name: str, words: str, labels: list[str], values: Labelled) -> Metric:
    family = CounterMetricFamily(f"longwave_{name}", words, labels=labels)
    for key, value in sorted(values):
        family.add_metric(list(key), value)
    return family


def gauge(name: str, words: str, labels: list[str], values: Labelled) -> Metric:
    family = GaugeMetricFamily(f"longwave_{name}", words, labels=labels)
    for key, value in sorted(values):
        family.add_metric(list(key), value)
    return family


def histogram(name: str, words: str, counted: Histogram) -> Metric:
    return HistogramMetricFamily(f"longwave_{name}", words, buckets=counted.buckets, sum_value=counted.sum)


@router.get("/metrics")
async def see(conductor: TheConductor) -> Response:
    """The text format of Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(StationCollector(conductor))
    ProcessCollector(registry=registry)
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
