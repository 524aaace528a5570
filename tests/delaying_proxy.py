"""A slow line between a player and a station: every answer late, or all delivery stopped now and then.

It forwards bytes and reads no HTTP: a connection carries one request and one answer at a time, so what comes from the
station first after the player asked is the beginning of an answer. The station answers at once and the answer lies on
the line: a playlist is old when it arrives. Runs an event loop in a thread of its own; seeded.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

PIECE_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Line:
    """`delay_s`: each answer waits for a time between these. `answers`: only so many of them do, None: all.

    `stop_s` of every `stop_every_s` nothing is delivered at all, at the end of each such time.
    """

    delay_s: tuple[float, float] = (0.0, 0.0)
    answers: int | None = None
    stop_s: float = 0.0
    stop_every_s: float = 60.0
    seed: int = 1


@dataclass(slots=True)
class _Asked:
    """Whether the player asked for something that has not begun to arrive."""

    open: bool = False


@dataclass(slots=True)
class Seen:
    """What went over the line: the delays that answers had, and the most connections at a time."""

    delays_s: list[float] = field(default_factory=list)
    connections: int = 0
    most_connections: int = 0


class DelayingProxy:
    """`with DelayingProxy(port, Line(...)) as proxy`: `proxy.url` is the station behind the slow line."""

    def __init__(self, station_port: int, line: Line) -> None:
        self._station_port = station_port
        self.line = line

        self.seen = Seen()
        self.port = 0
        self._random = random.Random(line.seed)
        self._began_s = time.monotonic()
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="slow line", daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(10):
            raise TimeoutError("the proxy did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _connected(self, player: asyncio.StreamReader, to_player: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        self.seen.connections += 1
        self.seen.most_connections = max(self.seen.most_connections, self.seen.connections)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            station, to_station = await asyncio.open_connection("127.0.0.1", self._station_port)
            asked = _Asked()
            ways = [
                asyncio.create_task(self._ask(player, to_station, asked)),
                asyncio.create_task(self._answer(station, to_player, asked)),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                to_station.close()
        to_player.close()
        self.seen.connections -= 1

    async def _ask(self, player: asyncio.StreamReader, to_station: asyncio.StreamWriter, asked: _Asked) -> None:
        while piece := await player.read(PIECE_BYTES):
            asked.open = True
            to_station.write(piece)
            await to_station.drain()

    async def _answer(self, station: asyncio.StreamReader, to_player: asyncio.StreamWriter, asked: _Asked) -> None:
        while piece := await station.read(PIECE_BYTES):
            if asked.open:
                asked.open = False
                await asyncio.sleep(self._delay_s())
            await asyncio.sleep(self._stopped_s())
            to_player.write(piece)
            await to_player.drain()

    def _delay_s(self) -> float:
        if self.line.answers is not None and len(self.seen.delays_s) >= self.line.answers:
            return 0.0
        delay_s = self._random.uniform(*self.line.delay_s)
        self.seen.delays_s.append(delay_s)
        return delay_s

    @property
    def stops(self) -> int:
        """How often delivery has stood still."""
        return int((time.monotonic() - self._began_s) // self.line.stop_every_s)

    def _stopped_s(self) -> float:
        """How long delivery still stands still."""
        into_s = (time.monotonic() - self._began_s) % self.line.stop_every_s
        return self.line.stop_every_s - into_s if into_s >= self.line.stop_every_s - self.line.stop_s else 0.0
