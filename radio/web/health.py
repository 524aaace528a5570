"""`/health`: live, ready, and audible. Green only if sound really reaches the playlist, or nobody asked for any."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from radio.station.conductor import Conductor
from radio.web.session import TheConductor

router = APIRouter(tags=["operation"])
SILENT_CHUNKS = 3
"""Without a new chunk for so many chunk lengths the station is not audible."""


def health(conductor: Conductor) -> dict[str, Any]:
    """What a probe wants to know. `live`: this process answers; `ready`: the engine is warm; `audible`: chunks flow."""
    silent_s = conductor.broadcast.chunk_age_s if conductor.broadcast.on_air else None
    audible = silent_s is not None and conductor.state in ("playing", "bridging")
    audible = audible and (silent_s or 0.0) < SILENT_CHUNKS * conductor.chunk_s
    expected = conductor.on and conductor.state != "generating"
    return {
        "live": True,
        "ready": bool(conductor.production.engine),
        "audible": audible,
        "healthy": audible or not expected,
        "state": conductor.state,
        "seconds_since_chunk": None if silent_s is None else round(silent_s, 2),
        "headroom_seconds": round(conductor.headroom_s, 2),
        "error": conductor.production.error,
    }


@router.get("/health")
async def see(conductor: TheConductor) -> JSONResponse:
    """200 while all is as it should be, else 503."""
    body = health(conductor)
    return JSONResponse(body, 200 if body["healthy"] else 503, {"Cache-Control": "no-store"})
