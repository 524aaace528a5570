"""The server process: one station behind one web application, until it is told to stop.

Started by `parent`, or by a test, with a listening socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

import structlog
import uvicorn

from radio import leftovers
from radio.app import Station, build
from radio.clock import WallClock
from radio.heartbeat import beating
from radio.settings import Settings
from radio.web.application import application

STOP_S = 1
"""Seconds that open connections get to end; endless ones are cut."""


class WebServer(uvicorn.Server):
    """uvicorn without its signal handlers: who runs it decides when it ends."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True, slots=True)
class Running:
    """A station and its web server, both up."""

    station: Station
    conducting: asyncio.Task[None]
    web: asyncio.Task[None]
    server: WebServer


@contextlib.asynccontextmanager
async def running(
    settings: Settings, listener: socket.socket, make: Callable[[Settings], Station] | None = None
) -> AsyncIterator[Running]:
    """Start a station and its web server; stop both at the end of the block."""
    station = make(settings) if make else build(settings, WallClock())
    conducting = await station.open()
    server = WebServer(_config(application(station.conductor, station.publisher.store)))
    web = asyncio.create_task(server.serve([listener]), name="web")
    try:
        while not server.started and not web.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.005)
        yield Running(station, conducting, web, server)
    finally:
        server.should_exit = True
        await station.close(conducting)
        done, _ = await asyncio.wait([web], timeout=2 * STOP_S)
        if not done:
            web.cancel()


async def serve(settings: Settings, listener: socket.socket, beat: int | None = None) -> None:
    """Run until SIGINT or SIGTERM, or until the parent that reads the pipe `beat` is gone.

    Raises:
        SystemExit: the station broke; the parent starts another server.
    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # The heart begins to beat when the station is there: building it may hold the event loop for seconds, on a slow
    # machine for longer than a silence is allowed.
    async with _own_run(), running(settings, listener) as up, beating(beat, stop):
        stopping = asyncio.create_task(stop.wait(), name="stop")
        await asyncio.wait([stopping, up.web, up.conducting], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        broken = up.conducting.done()
        if broken:
            structlog.get_logger("server").critical("the station broke", exc_info=up.conducting.exception())
    if broken:
        raise SystemExit(1)


@contextlib.asynccontextmanager
async def _own_run() -> AsyncIterator[None]:
    """Take away what dead runs left, and keep a list of what this one might leave."""
    log, run = structlog.get_logger("server"), None
    try:
        found = await asyncio.to_thread(leftovers.clear)
        run = leftovers.Run()
    except OSError as error:
        log.warning("leftovers cannot be looked after", why=str(error))
    else:
        if found.folders or found.processes:
            log.warning("a dead run had left something", folders=found.folders, processes=found.processes)
    try:
        yield
    finally:
        if run is not None:
            run.close()


def _config(app: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=STOP_S,
    )
