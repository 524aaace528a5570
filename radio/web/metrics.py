"""`/metrics`: Prometheus. The numbers are read from the conductor when they are asked for; nothing is counted twice."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.responses import Response

from radio.station.conductor import Conductor
from radio.web.session import TheConductor

router = APIRouter(tags=["operation"])


class StationCollector(Collector):
    """One station's numbers."""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor

    def collect(self) -> Iterator[Metric]:
        yield from self._gauges()
        yield from self._counters()
        yield from self._seam()
        yield self._listeners()
        yield from self._ladder()

    def _gauges(self) -> Iterator[Metric]:
        conductor = self._conductor
        production, broadcast = conductor.production, conductor.broadcast
        values = {
            "headroom_seconds": ("final timeline ahead of the air position", conductor.headroom_s),
            "ask_below_seconds": (
                "headroom below which the next segment is asked for",
                production.ask_below_s,
            ),
            "real_time_factor": ("seconds of music made per second", production.real_time_factor or 0.0),
            "chunk_age_seconds": ("since the newest chunk", broadcast.chunk_age_s if broadcast.on_air else 0.0),
            "playout_lateness_seconds": ("how late the last block was", conductor.playout.lateness_s),
            "on": ("1 while the station is on", float(conductor.on)),
            "audible": ("1 while sound reaches the playlist", float(conductor.state in ("playing", "bridging"))),
        }
        for name, (words, value) in values.items():
            yield GaugeMetricFamily(f"longwave_{name}", words, value)

    def _counters(self) -> Iterator[Metric]:
        conductor = self._conductor
        production = conductor.production
        values = {
            "bridged_seconds": ("sound that the mixer made itself", conductor.bridged_s),
            "late_blocks": ("blocks for which nothing was ready", conductor.playout.late_blocks),
            "segments": ("segment indexes used", production.orders.programme.next_index),
            "generation_retries": ("segments made again", production.retries),
            "generator_restarts": ("generator processes started again", max(0, production.generator_restarts)),
            "encoder_restarts": ("encoders started again", conductor.broadcast.encoder_restarts),
        }
        for name, (words, value) in values.items():
            yield CounterMetricFamily(f"longwave_{name}", words, value)

    def _seam(self) -> Iterator[Metric]:
        mixed = self._conductor.last_mixed
        if mixed is None or mixed.seam is None:
            return
        seam = mixed.seam
        for name in ("correlation", "level_dip_db", "loudness_step_lu", "match_gain_db", "click"):
            yield GaugeMetricFamily(f"longwave_seam_{name}", "of the newest seam", getattr(seam, name))

    def _ladder(self) -> Iterator[Metric]:
        climber = self._conductor.production.climber
        rungs = GaugeMetricFamily("longwave_rung", "1 for the rung that makes the music", labels=["rung"])
        playing = climber.active.rung.name if climber.active and climber.active.engine else ""
        for rung in climber.ladder.rungs:
            rungs.add_metric([rung.name], float(rung.name == playing))
        yield rungs
        steps = CounterMetricFamily("longwave_ladder_steps", "steps on the ladder", labels=["direction", "reason"])
        for labels, count in sorted(climber.steps.items()):
            steps.add_metric(list(labels), count)
        yield steps

    def _listeners(self) -> Metric:
        conductor = self._conductor
        family = GaugeMetricFamily("longwave_listeners", "HLS sessions", labels=["rendition"])
        for rendition, count in conductor.listeners.by_rendition(conductor.clock.monotonic()).items():
            family.add_metric([rendition], count)
        return family


@router.get("/metrics")
async def see(conductor: TheConductor) -> Response:
    """The text format of Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(StationCollector(conductor))
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
