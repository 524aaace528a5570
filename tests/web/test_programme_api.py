"""The queue and the programme over HTTP, on a station that really plays."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from radio.clock import WallClock
from radio.station.programme.turns import MOST_QUEUED, Ask
from tests.station_rig import Served, engine, served


@pytest.fixture
async def station(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path, WallClock(), engine("noise"), renditions="64k", prompt="calm") as up:
        yield up


async def body(station: Served, method: str, path: str, wanted: int = 200, **request: Any) -> dict[str, Any]:
    answer = await station.client.request(method, path, **request)
    assert answer.status_code == wanted, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_queue_of_a_station_that_nobody_asked_anything_is_empty(station: Served) -> None:
    assert await body(station, "GET", "/session/queue") == {"words": None, "items": [], "most_items": MOST_QUEUED}


async def test_items_stand_in_the_queue_in_order_and_can_be_taken_out(station: Served) -> None:
    first = await body(station, "POST", "/session/queue", json={"prompt": "piano"})
    second = await body(
        station, "POST", "/session/queue", json={"prompt": "drone", "minutes": 30, "drift_minutes": 10, "seed": 7}
    )
    assert [item["prompt"] for item in second["items"]] == ["piano", "drone"]
    assert second["items"][0] | {"asked_at": None} == {
        "id": first["id"], "prompt": "piano", "minutes": 20.0, "drift_minutes": 0.0, "seed": None, "asked_at": None,
        "begun_at": None, "ends_at": None,
    }  # fmt: skip
    left = await body(station, "DELETE", f"/session/queue/{first['id']}")
    assert [item["id"] for item in left["items"]] == [second["id"]]
    assert (await body(station, "DELETE", "/session/queue"))["items"] == []


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({}, "nothing in this prompt"), ({"prompt": " "}, "nothing"), ({"prompt": "a" * 2001}, "2000"),
    ({"prompt": "a", "minutes": 0}, "minutes"), ({"prompt": "a", "minutes": 1e9}, "minutes"),
    ({"prompt": "a", "minutes": 5, "drift_minutes": 10}, "drift"), ({"prompt": "a", "seed": -1}, "seed"),
    ({"prompt": "a", "colour": 1}, "colour"), ({"prompt": "\ud800"}, "prompt"),
)  # fmt: skip


async def test_what_cannot_be_is_refused_in_a_sentence_and_changes_nothing(station: Served) -> None:
    for wrong, says in WRONG:
        content, kind = json.dumps(wrong), {"content-type": "application/json"}
        answer = await body(station, "POST", "/session/queue", 422, content=content, headers=kind)
        assert says in answer["detail"]
    assert (await body(station, "GET", "/session/queue"))["items"] == []
    await body(station, "DELETE", "/session/queue/77", 404)
    await body(station, "GET", "/session/programme?hours=1000", 422)
    station.station.conductor.desk.enqueue([Ask("piano")] * MOST_QUEUED)
    assert "100" in (await body(station, "POST", "/session/queue", 409, json={"prompt": "piano"}))["detail"]


async def test_words_may_hold_for_minutes_and_drift_from_this_to_that(station: Served) -> None:
    drift = {"prompt": "piano", "minutes": 30, "drift_minutes": 10, "from_prompt": "techno"}
    receipt = await body(station, "POST", "/session/prompt", json=drift)
    assert receipt["prompt"] == "piano"
    words = (await body(station, "GET", "/session/queue"))["words"]
    assert (words["prompt"], words["minutes"], words["drift_minutes"]) == ("piano", 30.0, 10.0)
    coming = (await body(station, "GET", "/session/programme"))["coming"]
    assert [(line["prompt"], line["drift_from"]) for line in coming] == [("piano", "techno"), ("calm", None)]
    for wrong in ({"drift_minutes": 40}, {"drift_minutes": None}, {"minutes": 0}, {"from_prompt": "\ud800"}):
        content, kind = json.dumps({**drift, **wrong}), {"content-type": "application/json"}
        await body(station, "POST", "/session/prompt", 422, content=content, headers=kind)
    assert (await body(station, "DELETE", f"/session/queue/{words['id']}"))["words"] is None


async def test_the_outlook_shows_what_is_queued_and_then_the_default(station: Served) -> None:
    await body(station, "POST", "/session/queue", json={"prompt": "piano", "minutes": 20})
    found = await body(station, "GET", "/session/programme?hours=2")
    assert [(line["why"], line["prompt"]) for line in found["coming"]] == [("queue", "piano"), ("default", "calm")]
    assert found["coming"][1]["ends_at"] is None
    assert (found["schedule"], found["auto_dj"], found["trouble"], found["played"]) == (False, False, None, [])


async def test_what_is_queued_plays_at_the_next_segment_and_a_stop_empties_the_queue(tmp_path: Path) -> None:
    short = {"segment_seconds": 20, "overlap_seconds": 2, "crossfade_seconds": 2}
    async with served(tmp_path, WallClock(), engine("noise"), renditions="64k", prompt="calm", **short) as station:
        await station.client.get("/live.m3u8")
        await body(station, "POST", "/session/queue", json={"prompt": "piano", "minutes": 20})
        item = await begun(station)
        assert item["ends_at"] > item["begun_at"]
        played = (await body(station, "GET", "/session/programme"))["played"]
        assert [(line["why"], line["prompt"]) for line in played] == [("default", "calm"), ("queue", "piano")]
        await body(station, "POST", "/session/stop")
        assert (await body(station, "GET", "/session/queue"))["items"] == []


async def begun(station: Served) -> dict[str, Any]:
    """Wait until the queue's first item plays."""
    async with asyncio.timeout(60):
        while True:
            item: dict[str, Any] = (await body(station, "GET", "/session/queue"))["items"][0]
            if item["begun_at"]:
                return item
            await asyncio.sleep(0.05)


async def test_words_that_are_taken_back_before_a_segment_is_made_for_them_are_not_played(station: Served) -> None:
    conductor = station.station.conductor
    receipt = conductor.steer("piano")  # no segment is asked for before this test waits
    words = conductor.desk.order.words
    assert words is not None
    conductor.steering.take_back(words.id)
    told = conductor.steering.promises.get(receipt.promise.number)
    assert told is not None
    assert told.state == "dropped"
    assert conductor.production.orders.programme.pending is None
