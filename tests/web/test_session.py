"""The session API of a whole running station: start, stop, steer, see."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from radio.clock import WallClock
from radio.contracts import DEFAULT_PROMPT
from tests.fakes.signals import noise
from tests.station_rig import Served, engine, served

STATUS_FIELDS = {
    "state", "idle_reason", "segment_index", "generating_index", "headroom_seconds", "position_seconds", "prompt",
    "pending", "engine", "generation", "seam", "bridged_seconds", "listeners", "uptime_seconds", "error",
}  # fmt: skip


@pytest.fixture
async def station(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path, WallClock(), engine("noise"), renditions="64k,128k") as up:
        yield up


async def see(station: Served) -> dict[str, Any]:
    answer = await station.client.get("/session/status")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


async def until(station: Served, **wanted: object) -> dict[str, Any]:
    """Wait until the status has these values."""
    async with asyncio.timeout(60):
        while True:
            body = await see(station)
            if all(body[name] == value for name, value in wanted.items()):
                return body
            await asyncio.sleep(0.02)


async def test_a_station_nobody_started_is_idle_and_opening_the_page_starts_nothing(station: Served) -> None:
    for path in ("/", "/health", "/metrics", "/session/status", "/docs", "/openapi.json"):
        assert (await station.client.get(path)).status_code == 200, path
    await station.client.head("/live.m3u8")
    body = await see(station)
    assert body["state"] == "idle"
    assert body["idle_reason"] == "never_started"
    assert body.keys() >= STATUS_FIELDS


async def test_starting_leads_to_a_playlist_with_three_chunks(station: Served) -> None:
    answer = await station.client.post("/session/start", json={"prompt": "calm piano"})
    assert answer.status_code == 200
    assert answer.json()["receipt"]["prompt"] == "calm piano"
    body = await until(station, state="playing")
    assert body["prompt"] == "calm piano"
    assert body["segment_index"] == 0
    playlist = (await station.client.get("/live/128k/index.m3u8")).text
    assert playlist.count("#EXTINF") >= 3
    assert "#EXT-X-DISCONTINUITY\n" not in playlist


async def test_a_listener_wakes_the_station_with_the_default_prompt(station: Served) -> None:
    answer = await station.client.get("/live.m3u8")
    assert answer.status_code == 200
    assert answer.text.startswith("#EXTM3U")
    body = await see(station)
    assert body["state"] == "playing"
    assert body["prompt"] == DEFAULT_PROMPT
    assert body["listeners"] == 1


async def test_an_empty_prompt_is_the_default_one(station: Served) -> None:
    await station.client.post("/session/start", json={"prompt": "   "})
    body = await until(station, state="playing")
    assert body["prompt"] == DEFAULT_PROMPT


async def test_steering_names_the_segment_that_follows_the_words(station: Served) -> None:
    await station.client.post("/session/start")
    await until(station, state="playing")
    receipt = (await station.client.post("/session/prompt", json={"prompt": "jazz", "when": "next"})).json()
    assert receipt["prompt"] == "jazz"
    assert receipt["segment_index"] in (1, 2), "the first that is not yet being made"
    assert receipt["audible_in_seconds"] > 0
    pending = (await see(station))["pending"]
    assert pending["prompt"] == "jazz"
    assert pending["audible_at"] == receipt["audible_at"]


async def test_stopping_ends_the_playlist_and_a_start_opens_a_new_epoch(station: Served) -> None:
    await station.client.post("/session/start")
    await until(station, state="playing")
    answer = await station.client.post("/session/stop")
    assert answer.json()["idle_reason"] == "stopped"
    ended = (await station.client.get("/live/64k/index.m3u8")).text
    assert ended.rstrip().endswith("#EXT-X-ENDLIST")
    await station.client.post("/session/start", json={"prompt": "again"})
    body = await until(station, state="playing")
    assert body["segment_index"] >= 1
    playlist = (await station.client.get("/live/64k/index.m3u8")).text
    assert "#EXT-X-ENDLIST" not in playlist
    assert sequence(playlist) > sequence(ended)


def sequence(playlist: str) -> int:
    line = next(line for line in playlist.splitlines() if line.startswith("#EXT-X-MEDIA-SEQUENCE:"))
    return int(line.partition(":")[2])


async def test_stopping_twice_and_stopping_an_idle_station_is_fine(station: Served) -> None:
    for _ in range(2):
        assert (await station.client.post("/session/stop")).status_code == 200


async def test_the_newest_segment_is_a_wav_exactly_as_the_engine_made_it(station: Served) -> None:
    early = await station.client.get("/audio/current.wav")
    assert early.status_code == 503
    assert int(early.headers["retry-after"]) > 0
    await station.client.post("/session/start")
    await until(station, state="playing")
    await until(station, generating_index=None)
    newest = station.station.production.newest.get()
    assert newest is not None
    answer = await station.client.get("/audio/current.wav")
    sound, rate = soundfile.read(io.BytesIO(answer.content), dtype="float32")
    assert rate == 48_000
    assert answer.headers["x-segment-index"] == str(newest.plan.index)
    assert np.abs(sound - noise(newest.plan.position_samples, len(sound), 7)).max() < 2e-7
    part = await station.client.get("/audio/current.wav", headers={"Range": "bytes=40-1000039"})
    assert part.status_code == 206
    assert part.content == answer.content[40:1_000_040]
    assert part.headers["content-range"] == f"bytes 40-1000039/{len(answer.content)}"
    tail = await station.client.get("/audio/current.wav", headers={"Range": "bytes=-7"})
    assert tail.content == answer.content[-7:]
    assert (await station.client.get("/audio/current.wav", headers={"Range": "bytes=99999999-"})).status_code == 416
    same = await station.client.get("/audio/current.wav", headers={"If-None-Match": answer.headers["etag"]})
    assert same.status_code == 304
    head = await station.client.head("/audio/current.wav")
    assert head.headers["content-length"] == str(len(answer.content))


async def test_metrics_are_prometheus_text(station: Served) -> None:
    await station.client.get("/live.m3u8")
    text = (await station.client.get("/metrics")).text
    assert "longwave_audible 1.0" in text
    assert "longwave_headroom_seconds" in text


async def test_health_is_green_when_idle_and_when_sound_flows(station: Served) -> None:
    idle = (await station.client.get("/health")).json()
    assert (idle["live"], idle["audible"], idle["healthy"]) == (True, False, True)
    await station.client.get("/live.m3u8")
    playing = await station.client.get("/health")
    assert playing.status_code == 200
    assert playing.json()["audible"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/session/prompt", b"{", 400),
        ("/session/prompt", b"\xff\xfe", 400),
        ("/session/prompt", b"[]", 422),
        ("/session/prompt", b'{"prompt": 5}', 422),
        ("/session/prompt", b'{"prompt": null}', 422),
        ("/session/prompt", b'{"prompt": "' + b"x" * 2001 + b'"}', 422),
        ("/session/prompt", b'{"prompt": "x", "volume": 11}', 422),
        ("/session/prompt", b'{"prompt": "x", "when": "yesterday"}', 422),
        ("/session/prompt", rb'{"prompt": "\ud800"}', 422),
        ("/session/start", b'{"prompt": {"a": 1}}', 422),
        ("/session/start", b"not json", 400),
        ("/session/nothing", b"", 404),
        ("/session/status", b"", 405),
    ],
)
async def test_bad_input_gets_a_sentence_and_changes_nothing(
    station: Served, path: str, body: bytes, status: int
) -> None:
    answer = await station.client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    problem = answer.json()
    assert problem.keys() == {"detail", "status_code", "operation_id", "service"}
    assert problem["status_code"] == status
    assert len(problem["detail"]) > 10
    assert (await see(station))["state"] == "idle"


@pytest.mark.parametrize(
    "path",
    [
        "/live/999k/index.m3u8",
        "/live/64k/nothing.m4s",
        "/live/64k/../../etc/passwd",
        "/live/64k/%2e%2e%2fx",
        "/live/%00",
        "/nowhere",
    ],
)
async def test_what_is_not_there_is_404_with_a_sentence(station: Served, path: str) -> None:
    await station.client.get("/live.m3u8")
    answer = await station.client.get(path)
    assert answer.status_code == 404
    assert answer.json()["status_code"] == 404


async def test_more_than_a_prompt_can_be_is_refused_before_it_is_kept(station: Served) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 4096

    for content in (b" " * 100_000, endless()):
        headers = {"content-type": "application/json"}
        answer = await station.client.post("/session/prompt", content=content, headers=headers)
        assert (answer.status_code, answer.json()["status_code"]) == (413, 413)
        assert "64 KiB" in answer.json()["detail"]
