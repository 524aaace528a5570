"""`/audio/current.wav`: the newest segment as the engine made it. A running download keeps its segment."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from radio.contracts import Segment
from radio.errors import NotReady
from radio.web.ranges import byte_range
from radio.web.session import TheConductor
from radio.web.wav import WavFile

router = APIRouter(prefix="/audio", tags=["audio"])


@router.head("/current.wav", include_in_schema=False)
@router.get("/current.wav", response_class=Response)
async def current(conductor: TheConductor, request: Request) -> Response:
    """24-bit WAV, 48 kHz stereo. Ranges and conditional requests work; 503 before the first segment."""
    segment = conductor.production.newest.get()
    if segment is None:
        raise NotReady("No segment has been made yet.", 5.0)
    file, headers = WavFile(segment.audio), _headers(segment)
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    fresh = request.headers.get("if-range") in (None, headers["ETag"])
    part = byte_range(request.headers.get("range", "").encode("latin-1"), len(file)) if fresh else None
    if part is not None:
        headers["Content-Range"] = part.content_range.decode()
        if not part.satisfiable:
            return Response(status_code=416, headers=headers)
    start, end = (part.start, part.stop) if part else (0, len(file))
    headers["Content-Length"] = str(end - start)
    pieces: Iterator[bytes] = iter(()) if request.method == "HEAD" else file.pieces(start, end)
    return StreamingResponse(pieces, 206 if part else 200, headers, media_type="audio/wav")


def _headers(segment: Segment) -> dict[str, str]:
    plan = segment.plan
    return {
        "X-Segment-Index": str(plan.index),
        "ETag": f'"{plan.chain.seed:x}-{plan.index}-{plan.attempt}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-cache",
        "Content-Disposition": f'inline; filename="longwave-{plan.index}.wav"',
    }
