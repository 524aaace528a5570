"""A small HLS server on simulated time, and ways to make it misbehave. An ASGI app: no socket, no sleep."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from radio.check.report import Report
from radio.check.run import Progress, check
from radio.clock import FastClock
from radio.contracts import Clock
from tests.check.streams import CHUNK_S, FFMPEG, FFPROBE, T0, Line, Stream, lines, playlist

Message = MutableMapping[str, Any]
PLAYLIST = "application/vnd.apple.mpegurl"
ENTRY = "http://radio.test/live.m3u8"
OPEN = {"access-control-allow-origin": "*"}


@dataclass(frozen=True)
class Answer:
    """What is sent."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200


Misbehave = Callable[[str, str, Answer], Answer]
"""(method, path, what a good server would send) → what this one sends."""


@dataclass
class Server:
    """`stream` live at /live/main/index.m3u8 (two chunks a step), behind /live.m3u8; `late` seconds by chunk number."""

    stream: Stream
    clock: FastClock
    misbehave: Misbehave = lambda method, path, answer: answer
    multivariant: str = '#EXT-X-STREAM-INF:BANDWIDTH=164000,CODECS="mp4a.40.2"\nlive/main/index.m3u8\n'
    late: dict[int, float] = field(default_factory=dict)
    window: int = 5
    ended: bool = False
    requests: list[tuple[str, str]] = field(default_factory=list)

    async def __call__(self, scope: Message, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        self.requests.append((scope["method"], scope["path"]))
        answer = self.misbehave(scope["method"], scope["path"], self.good(scope["path"]))
        body = b"" if scope["method"] == "HEAD" else answer.body
        headers = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def good(self, path: str) -> Answer:
        folder, _, name = path.rpartition("/")
        if path == "/live.m3u8":
            text = f"#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n{self.multivariant}"
            return Answer(text.encode(), {"content-type": PLAYLIST, "cache-control": "max-age=1", **OPEN})
        if folder != "/live/main":
            return Answer(b"", status=404)
        if name == "index.m3u8":
            text = playlist(self.listed(), ended=self.ended)
            return Answer(text.encode(), {"content-type": PLAYLIST, "cache-control": "max-age=1", **OPEN})
        media = {"init-e.mp4": self.stream.init} | {
            self.stream.uri(k): chunk for k, chunk in enumerate(self.stream.chunks)
        }
        if name not in media:
            return Answer(b"", status=404)
        return Answer(media[name], {"content-type": "audio/mp4", "cache-control": "max-age=600, immutable", **OPEN})

    def listed(self) -> list[Line]:
        """The window now. Simulated time begins when three chunks are out."""
        if self.ended:
            return lines(self.stream)
        now = self.clock.utc()
        ready = [T0 + (k + 1) * CHUNK_S + self.late.get(k, 0.0) for k in range(len(self.stream.chunks))]
        count = max(3, next((k for k, at in enumerate(ready) if at > now), len(ready)))
        return lines(self.stream)[max(0, count - self.window) : count]


def fast_clock() -> FastClock:
    return FastClock(T0 + 3 * CHUNK_S + 0.3)


async def checked(
    server: Server, seconds: float, url: str = ENTRY, progress: Callable[[Progress], None] | None = None
) -> Report:
    """What the checker says of this server."""
    clock: Clock = server.clock
    return await check(
        url,
        seconds,
        ffmpeg=FFMPEG,
        ffprobe=FFPROBE,
        clock=clock,
        progress=progress,
        transport=httpx.ASGITransport(server),
    )
