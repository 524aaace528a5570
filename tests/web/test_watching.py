"""What watches a station gets the truth: `/health`, its probes, `/metrics`, and the docs about them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from radio.app import Station
from radio.clock import FastClock
from radio.contracts import EncodedChunk, EncoderRun
from radio.packager.encoder import HlsEncoder
from radio.station.broadcast import NewEncoder
from radio.web.application import application
from tests.station_rig import engine, make, opened

DOCS = Path(__file__).parents[2] / "docs" / "watching.md"


class Watched:
    """A station on a fast clock, and a client of its web application."""

    def __init__(self, station: Station, client: httpx.AsyncClient) -> None:
        self.station = station
        self.client = client

    async def simulate(self, seconds: float) -> None:
        clock = self.station.conductor.clock
        waiter = clock.async_waiter()
        await waiter.wait(clock.monotonic() + seconds)
        waiter.close()

    async def health(self, path: str = "/health") -> tuple[int, dict[str, Any]]:
        answer = await self.client.get(path)
        return answer.status_code, answer.json()

    async def metrics(self) -> dict[str, Metric]:
        text = (await self.client.get("/metrics")).text
        return {family.name: family for family in text_string_to_metric_families(text)}


@pytest.fixture
async def watched(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Watched]:
    spec = getattr(request, "param", engine("noise"))
    station = make(tmp_path, FastClock(), spec, renditions="64k", always_on=True)
    async with opened(station):
        app = application(station.conductor, station.publisher.store)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            yield Watched(station, client)


async def test_a_station_that_starts_is_live_but_not_ready_and_one_that_plays_is_audible(watched: Watched) -> None:
    await asyncio.sleep(0)
    assert (await watched.health("/health/live"))[0] == 200
    assert (await watched.health("/health/ready"))[0] == 503
    code, body = await watched.health()
    assert (code, body["audible"], body["reasons"]) == (200, False, [])
    await watched.simulate(60)
    code, body = await watched.health()
    assert (code, body["audible"], body["reasons"]) == (200, True, [])
    assert body["newest_chunk"]["level_dbfs"] == pytest.approx(-22, abs=2), "white noise of −16 LUFS"
    assert body["newest_chunk"]["age_seconds"] < 5
    assert (await watched.health("/health/ready"))[0] == 200


def without_ffmpeg(station: Station) -> NewEncoder:
    """From now on encoders do not start; what would bring them back."""
    working = station.broadcast._new_encoder

    def broken(run: EncoderRun, on_chunk: Callable[[EncodedChunk], None]) -> HlsEncoder:
        encoder = working(run, on_chunk)
        encoder._argv = ["/nowhere/ffmpeg"]
        return encoder

    station.broadcast._new_encoder = broken
    return working


async def test_a_start_that_never_comes_to_anything_turns_health_red(watched: Watched) -> None:
    without_ffmpeg(watched.station)
    await watched.simulate(30)
    assert (await watched.health())[0] == 200
    await watched.simulate(60)
    code, body = await watched.health()
    assert code == 503
    (reason,) = body["reasons"]
    assert "has not brought out three chunks yet" in reason
    assert (await watched.health("/health/ready"))[0] == 503


async def test_an_encoder_that_cannot_be_started_again_turns_health_red_and_says_why(watched: Watched) -> None:
    await watched.simulate(60)
    broadcast = watched.station.broadcast
    working = without_ffmpeg(watched.station)
    broadcast._lose("exited")
    await watched.simulate(30)
    code, body = await watched.health()
    assert code == 503
    assert not body["audible"]
    (reason,) = body["reasons"]
    assert "newest chunk is" in reason
    assert "encoder" in reason
    assert (await watched.health("/health/live"))[0] == 200
    broadcast._new_encoder = working
    async with asyncio.timeout(60):
        while (await watched.health())[0] != 200:
            await watched.simulate(5)


@pytest.mark.parametrize("watched", [engine("noise", level=0.003)], indirect=True)
async def test_silence_in_what_was_fed_is_not_audible(watched: Watched) -> None:
    await watched.simulate(30)
    assert (await watched.health())[1]["audible"]
    timeline = watched.station.conductor.timeline
    read = timeline.read
    timeline.read = lambda start, frames: read(start, frames) * 0.0  # type: ignore[method-assign]
    await watched.simulate(30)
    code, body = await watched.health()
    assert code == 503
    assert any("nothing but silence" in reason for reason in body["reasons"])
    assert body["newest_chunk"]["level_dbfs"] == -120


async def test_metrics_parse_as_prometheus_wants_them(watched: Watched) -> None:
    await watched.simulate(150)
    families = await watched.metrics()
    for name, family in families.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert family.documentation, name
        for sample in family.samples:
            assert (sample.name == f"{name}_total") == (family.type == "counter")
            assert sample.value == sample.value, f"{sample.name} is not a number"
    (made,) = [s for s in families["longwave_generation_seconds"].samples if s.name.endswith("_count")]
    assert made.value >= 3
    published = {s.labels["outcome"]: s.value for s in families["longwave_segments"].samples}
    assert published["published"] >= 3
    assert families["longwave_seam_correlation"].samples
    assert families["longwave_headroom_target_seconds"].samples[0].value >= 12


async def test_every_metric_stands_in_the_docs_and_every_metric_of_the_docs_is_there(watched: Watched) -> None:
    await watched.simulate(30)
    written = set(re.findall(r"longwave_\w+", DOCS.read_text(encoding="utf-8")))
    families = await watched.metrics()
    told = {
        f"{name}_total" if family.type == "counter" else name
        for name, family in families.items()
        if name.startswith("longwave_")
    }
    assert written == told


async def test_the_status_says_what_headroom_is_aimed_at_and_why(watched: Watched) -> None:
    await watched.simulate(100)
    body = (await watched.client.get("/session/status")).json()
    target = body["headroom_target"]
    assert target["seconds"] == body["ask_below_seconds"]
    assert (target["floor_seconds"], target["ceiling_seconds"], target["prefetch"]) == (12.0, 120.0, None)
    assert "at worst; room for a second try" in target["why"]
    assert body["warnings"] == []
