"""`/session/queue` and `/session/programme`: what plays after this, and who decides. Thin: the desk does the work.

Changes run in the event loop; the outlook, which tries out hours of programme, in a worker thread on a frozen order.
"""

from __future__ import annotations

from datetime import tzinfo
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from radio.station.conductor import Conductor
from radio.station.programme.history import Played
from radio.station.programme.running_order import Coming, RunningOrder
from radio.station.programme.turns import DEFAULT_ITEM_MINUTES, MOST_MINUTES, MOST_QUEUED, Ask, Turn
from radio.station.programme.wishes import Wish
from radio.station.status import iso
from radio.web.session import TheConductor, Words

router = APIRouter(prefix="/session", tags=["programme"])
HISTORY_LINES = 50


class Item(Words):
    """Then this."""

    minutes: float = Field(
        DEFAULT_ITEM_MINUTES, ge=1, le=MOST_MINUTES, allow_inf_nan=False, description="how long it plays"
    )
    drift_minutes: float = Field(
        0.0, ge=0, le=MOST_MINUTES, allow_inf_nan=False, description="minutes of them that lead there from what played"
    )
    seed: int | None = Field(None, ge=0, lt=2**63, description="the same seed makes the same music; unset: another")


@router.get("/queue")
async def see_queue(conductor: TheConductor) -> dict[str, Any]:
    """What listeners asked for: the words that hold now, and what follows them."""
    return queue_body(conductor)


@router.post("/queue")
async def then_this(conductor: TheConductor, item: Item) -> dict[str, Any]:
    """Put a prompt at the end of the queue. It begins when those before it are over."""
    ask = Ask(item.prompt, item.minutes, item.drift_minutes, item.seed)
    queue = conductor.desk.enqueue([ask])
    return {**queue_body(conductor), "id": queue[-1].id}


@router.delete("/queue/{number}")
async def not_this(conductor: TheConductor, number: int) -> dict[str, Any]:
    """Take one item out of the queue, or a listener's words back."""
    conductor.steering.take_back(number)
    return queue_body(conductor)


@router.delete("/queue")
async def nothing_more(conductor: TheConductor) -> dict[str, Any]:
    """Empty the queue. What plays goes on up to the next segment; a listener's words stay."""
    conductor.desk.empty()
    return queue_body(conductor)


@router.get("/programme")
def see_programme(
    conductor: TheConductor, hours: Annotated[float, Query(ge=0, le=48, description="how far to look ahead")] = 6.0
) -> dict[str, Any]:
    """Who decides what plays, what was played, and what will be if nobody says anything."""
    order, now_utc = conductor.desk.order, conductor.clock.utc()
    return {
        "now": iso(now_utc),
        "time_zone": zone_name(order.zone),
        "schedule": bool(order.schedule.shows),
        "auto_dj": order.dj is not None,
        "trouble": conductor.desk.trouble,
        "coming": [coming_body(line) for line in order.coming(now_utc, hours)],
        "played": [played_body(record) for record in order.history[-HISTORY_LINES:]],
    }


def queue_body(conductor: Conductor) -> dict[str, Any]:
    """The answer of everything about the queue."""
    order = conductor.desk.order.advance(conductor.clock.utc())
    return {
        "words": turn_body(order, order.words) if order.words else None,
        "items": [turn_body(order, turn) for turn in order.queue],
        "most_items": MOST_QUEUED,
    }


def turn_body(order: RunningOrder, turn: Turn) -> dict[str, Any]:
    """`minutes` is what is (still) to be played of it, None until something else is due."""
    ends_utc = order.ends(turn)
    return {
        "id": turn.id,
        "prompt": turn.prompt,
        "minutes": None if turn.left_s is None else round(turn.left_s / 60, 2),
        "drift_minutes": round(turn.drift_s / 60, 2),
        "seed": turn.seed,
        "asked_at": iso(turn.asked_utc),
        "begun_at": iso(turn.begun_utc),
        "ends_at": iso(ends_utc),
    }


def coming_body(line: Coming) -> dict[str, Any]:
    return {"begins_at": iso(line.begins_utc), "ends_at": iso(line.ends_utc), **wish_body(line.wish)}


def wish_body(wish: Wish) -> dict[str, Any]:
    """`drift_from` is what the music drifts from in the beginning, None where it does not."""
    return {
        "why": wish.why,
        "prompt": wish.goal,
        "drift_from": wish.origin if wish.toward else None,
        "seed": wish.seed,
        "id": wish.id if wish.why in ("listener", "queue") else None,
        "name": wish.name or None,
    }


def played_body(record: Played) -> dict[str, Any]:
    """`ends_at` is the entry of its last segment so far."""
    return {
        "begins_at": iso(record.utc),
        "ends_at": iso(record.heard_utc),
        "why": record.why,
        "prompt": record.goal,
        "name": record.name or None,
    }


def zone_name(zone: tzinfo | None) -> str | None:
    """None is the machine's own."""
    return str(zone) if zone else None
