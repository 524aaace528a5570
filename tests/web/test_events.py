"""`/session/events`: what changes is pushed, and receipts are brought up to date."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from radio.clock import WallClock
from radio.web import events
from tests.station_rig import Served, engine, served, until

LIMIT_S = 30.0


@pytest.fixture
async def station(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path, WallClock(), engine("noise"), renditions="64k") as up:
        yield up


@contextlib.asynccontextmanager
async def pushed(client: httpx.AsyncClient) -> AsyncIterator[AsyncIterator[tuple[str, Any]]]:
    """The events as they come, names and bodies."""
    async with client.stream("GET", "/session/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield parsed(answer)


async def parsed(answer: httpx.Response) -> AsyncIterator[tuple[str, Any]]:
    name = ""
    async for line in answer.aiter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


async def first(news: AsyncIterator[tuple[str, Any]], wanted: str, **fields: object) -> dict[str, Any]:
    """The first event of that name with those fields."""
    async with asyncio.timeout(LIMIT_S):
        async for name, body in news:
            if name == wanted and all(body[field] == value for field, value in fields.items()):
                found: dict[str, Any] = body
                return found
    raise AssertionError("the stream of events ended")


async def test_a_subscriber_hears_at_once_how_things_are_and_then_what_changes(station: Served) -> None:
    async with pushed(station.client) as news:
        told = await first(news, "status")
        assert (told["state"], told["idle_reason"]) == ("idle", "never_started")
        await station.client.post("/session/start")
        assert (await first(news, "status", state="playing"))["segment_index"] == 0


async def test_a_receipt_is_told_from_the_words_to_the_air(station: Served) -> None:
    await station.client.post("/session/start")
    async with pushed(station.client) as news:
        await first(news, "status", state="playing")
        receipt = (await station.client.post("/session/prompt", json={"prompt": "jazz", "when": "now"})).json()
        told = await first(news, "receipt", id=receipt["id"])
        assert told["prompt"] == "jazz"
        heard = await first(news, "receipt", id=receipt["id"], state="heard")
        assert heard["segment_index"] == receipt["segment_index"]


async def test_who_was_superseded_is_told_by_whom(station: Served) -> None:
    await station.client.post("/session/start")
    async with pushed(station.client) as news:
        await first(news, "status", state="playing")
        one = (await station.client.post("/session/prompt", json={"prompt": "jazz"})).json()
        other = (await station.client.post("/session/prompt", json={"prompt": "techno"})).json()
        lost = await first(news, "receipt", id=one["id"], state="superseded")
        assert lost["superseded_by"] == other["id"]


async def test_who_comes_back_hears_what_was_superseded_meanwhile_and_nothing_of_what_was_heard(
    station: Served,
) -> None:
    conductor = station.station.conductor
    await station.client.post("/session/start")
    await until(lambda: conductor.state == "playing", LIMIT_S)
    heard = conductor.steer("rock", "now").promise.number
    await until(lambda: conductor.steering.pending() is None, LIMIT_S)
    one, other = conductor.steer("jazz").promise.number, conductor.steer("techno").promise.number
    told = events.Subscriber(events.Newsroom(conductor)).news()
    bodies = {
        body["id"]: body for body in (json.loads(event.raw_data or "") for event in told if event.event == "receipt")
    }
    assert heard not in bodies
    assert (bodies[one]["state"], bodies[one]["superseded_by"]) == ("superseded", other)
    assert bodies[other]["state"] == "waiting"


async def test_there_is_room_for_so_many_subscribers_and_they_leave_nothing_behind(
    station: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "MOST_SUBSCRIBERS", 1)
    async with pushed(station.client) as news:
        await first(news, "status")
        refused = await station.client.get("/session/events")
        assert refused.status_code == 429
        assert "Retry-After" in refused.headers
    async with asyncio.timeout(LIMIT_S):
        while not await has_room(station.client):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.1)


async def has_room(client: httpx.AsyncClient) -> bool:
    async with client.stream("GET", "/session/events") as answer:
        return answer.status_code == 200
