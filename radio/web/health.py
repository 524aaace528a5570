"""`/health`: is this process live, can it be listened to, and is it audible. Green only if sound really reaches the
playlist, or nobody asked for any.

Thin: `station/audible` judges. Reads the conductor, in the event loop, and wakes nothing.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from radio.station.audible import STARTING_S, Seen, reasons
from radio.station.conductor import Conductor
from radio.web.session import TheConductor

router = APIRouter(prefix="/health", tags=["operation"])


def health(conductor: Conductor) -> dict[str, Any]:
    """The whole truth. `ready`: a listener is answered at once, or woken for; `audible`: sound reaches the playlist."""
    seen = look(conductor)
    found = reasons(seen)
    playing = seen.on and seen.starting_s is None
    return {
        "live": True,
        "ready": ready(conductor),
        "audible": playing and not found,
        "healthy": not found,
        "reasons": list(found),
        "state": conductor.state,
        "newest_chunk": _newest_chunk(conductor, seen) if playing else None,
        "seconds_since_chunk": None if seen.chunk_age_s is None else round(seen.chunk_age_s, 2),
        "playout_lateness_seconds": round(seen.playout_late_s, 3),
        "headroom_seconds": round(seen.headroom_s, 2),
        "error": seen.error,
    }


def look(conductor: Conductor) -> Seen:
    """How things stand."""
    broadcast = conductor.broadcast
    playing = conductor.state in ("playing", "bridging")
    newest = broadcast.newest
    return Seen(
        on=conductor.on,
        starting_s=conductor.starting_s,
        chunk_s=conductor.chunk_s,
        chunk_age_s=broadcast.chunk_age_s if playing else None,
        level_dbfs=broadcast.level_dbfs,
        quiet_s=broadcast.quiet_s,
        size_bytes=newest.size_bytes if newest else 0,
        renditions=broadcast.renditions,
        playout_late_s=conductor.playout.late_s,
        headroom_s=conductor.headroom_s,
        error=conductor.production.error,
        encoder_trouble=broadcast.trouble,
    )


def ready(conductor: Conductor) -> bool:
    """A playing station is. An idle one is once an engine is there that could play, or slept and gave it back; after a
    minute in any case, because only listeners can wake it."""
    if conductor.on:
        return conductor.starting_s is None
    up_s = conductor.clock.monotonic() - conductor.began_s
    return bool(conductor.production.engine) or conductor.idle_reason == "sleeping" or up_s > STARTING_S


def _newest_chunk(conductor: Conductor, seen: Seen) -> dict[str, Any] | None:
    newest = conductor.broadcast.newest
    if newest is None or seen.chunk_age_s is None:
        return None
    level = None if seen.level_dbfs is None else round(seen.level_dbfs, 1)
    return {"age_seconds": round(seen.chunk_age_s, 2), "level_dbfs": level, "sequence": newest.sequence}


@router.get("")
async def see(conductor: TheConductor) -> JSONResponse:
    """200 while all is as it should be, else 503 and the reasons."""
    body = health(conductor)
    return _answer(body, fine=body["healthy"])


@router.get("/live")
async def live() -> JSONResponse:
    """For a probe that starts a hung server again: 200 from a process whose event loop runs."""
    return _answer({"live": True}, fine=True)


@router.get("/ready")
async def see_ready(conductor: TheConductor) -> JSONResponse:
    """For a probe that sends listeners here: 200 once they can be answered."""
    is_ready = ready(conductor)
    return _answer({"ready": is_ready, "state": conductor.state}, fine=is_ready)


def _answer(body: dict[str, Any], *, fine: bool) -> JSONResponse:
    return JSONResponse(body, 200 if fine else 503, {"Cache-Control": "no-store"})
