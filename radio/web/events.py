"""`/session/events`: the status and every receipt, pushed as they change (server-sent events, WHATWG HTML §9.2).

One task of the event loop for each subscriber. Nothing is queued for a slow one: what it gets next is how things are
then.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from radio.errors import TooMany
from radio.mixer.playout import Epoch
from radio.station.conductor import Conductor
from radio.station.promises import Promise
from radio.station.status import receipt_body, status

router = APIRouter(prefix="/session", tags=["session"])
MOST_SUBSCRIBERS = 1_000
RECONNECT_MS = 2_000
LEAST_S = 0.25
"""Between two looks for one subscriber."""
MOST_S = 2.0
"""A status comes at least this often: the page counts from it, and a broken connection is noticed at both ends."""
MOVED_S = 0.1
"""A date that has moved by less is the same."""
RESTLESS = ("position_seconds", "headroom_seconds", "now", "air_date", "uptime_seconds", "generation", "pending")
"""Fields that move all the time, or are told as receipts: not news by themselves."""


class Newsroom:
    """The news of one station, worked out once for all subscribers."""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor

        self.subscribers = 0
        self._made_s = float("-inf")
        self._body: dict[str, Any] = {}
        self._text = ""
        self._receipts_s = float("-inf")
        self._receipts_of: tuple[tuple[Promise, ...], Epoch | None] = (), None
        self._receipts: dict[int, dict[str, Any]] = {}

    def status(self) -> tuple[dict[str, Any], str]:
        """What is news in the status, and the whole of it as JSON."""
        if time.monotonic() - self._made_s > LEAST_S / 2:
            body = status(self._conductor)
            self._text = json.dumps(body, ensure_ascii=False)
            self._body = {name: value for name, value in body.items() if name not in RESTLESS}
            self._made_s = time.monotonic()
        return self._body, self._text

    def receipts(self) -> dict[int, dict[str, Any]]:
        """Every receipt that is remembered, as it stands now, by its number."""
        steering, epoch = self._conductor.steering, self._conductor.broadcast.epoch
        known = self._receipts_of == (steering.promises.all, epoch)
        if not known or time.monotonic() - self._receipts_s > LEAST_S / 2:
            found = {promise.number: receipt_body(steering.receipt(promise)) or {} for promise in steering.promises.all}
            self._receipts, self._receipts_s = found, time.monotonic()
            self._receipts_of = steering.promises.all, epoch
        return self._receipts

    @property
    def change(self) -> asyncio.Event:
        """Set when something may have changed since now."""
        return self._conductor.change


class Subscriber:
    """What one subscriber was told already."""

    def __init__(self, room: Newsroom) -> None:
        self._room = room

        self._receipts: dict[int, dict[str, Any]] = {}
        self._status: dict[str, Any] = {}
        self._status_s = float("-inf")
        self._new = True

    def news(self) -> list[ServerSentEvent]:
        """What has to be told now."""
        events = [self._receipt(body) for body in self._changed_receipts()]
        body, text = self._room.status()
        if body != self._status or time.monotonic() - self._status_s > MOST_S:
            self._status, self._status_s = body, time.monotonic()
            events.append(ServerSentEvent(event="status", raw_data=text, retry=RECONNECT_MS))
        return events

    def _changed_receipts(self) -> list[dict[str, Any]]:
        """Those that are not as they were told; to a new subscriber all that have not been heard, also those that were
        lost: it may have been told of them before it was cut off. What is over changes no more, as dates may."""
        receipts, told = self._room.receipts(), self._receipts
        self._receipts = {number: told.get(number, body) for number, body in receipts.items()}
        changed = [
            body
            for number, body in receipts.items()
            if (number in told and not is_over(told[number]) and not same(told[number], body))
            or (number not in told and not (self._new and body["state"] == "heard"))
        ]
        self._receipts.update({body["id"]: body for body in changed})
        self._new = False
        return changed

    @staticmethod
    def _receipt(body: dict[str, Any]) -> ServerSentEvent:
        return ServerSentEvent(event="receipt", raw_data=json.dumps(body, ensure_ascii=False))


def is_over(body: dict[str, Any]) -> bool:
    return body["state"] in ("heard", "superseded", "dropped")


def same(told: dict[str, Any], body: dict[str, Any]) -> bool:
    """Whether two bodies of a receipt say the same; its seconds run by themselves."""
    timeless = ("audible_at", "audible_in_seconds")
    return not moved(told, body) and all(told[name] == body[name] for name in body if name not in timeless)


def moved(told: dict[str, Any], body: dict[str, Any]) -> bool:
    before, after = told["audible_at"], body["audible_at"]
    if before == after or before is None or after is None:
        return bool(before != after)
    return abs((datetime.fromisoformat(after) - datetime.fromisoformat(before)).total_seconds()) > MOVED_S


def newsroom(request: Request) -> Newsroom:
    """The station's newsroom, if there is room for one more.

    Raises:
        TooMany: there is not.
    """
    room: Newsroom = request.app.state.newsroom
    if room.subscribers >= MOST_SUBSCRIBERS:
        raise TooMany("Too many listen to this station's events. /session/status says the same.", 10.0)
    return room


@router.get("/events", response_class=EventSourceResponse)
async def events(room: Annotated[Newsroom, Depends(newsroom)]) -> AsyncIterator[ServerSentEvent]:
    """`status` is what `/session/status` answers; `receipt` is what `/session/prompt` answered, brought up to date."""
    subscriber = Subscriber(room)
    room.subscribers += 1
    try:
        while True:
            change = room.change
            for event in subscriber.news():
                yield event
            await asyncio.sleep(LEAST_S)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(change.wait(), MOST_S)
    finally:
        room.subscribers -= 1
