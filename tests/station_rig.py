"""A whole station for tests and benches: real generator process, mixer, playout, ffmpeg, publisher and web server."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.slow_host import SlowHost
from radio import settings as radio_settings
from radio.app import Station, build
from radio.clock import FastClock
from radio.contracts import Clock, EngineSpec, Rung
from radio.events import Fact
from radio.generator.host import GeneratorHost
from radio.server import Running, running

FAST_PATIENCE_S = 60.0
SIGNAL = "tests.fakes.signals:SignalEngine"


def engine(kind: str, **options: object) -> EngineSpec:
    """A known signal as the station's engine."""
    return EngineSpec(SIGNAL, {"kind": kind, **options})


Engines = EngineSpec | tuple[Rung, ...] | None
"""One engine, a whole ladder, or what the settings say."""


def make(
    folder: Path,
    clock: Clock,
    engines: Engines = None,
    *,
    keep_parent: Path | None = None,
    speed: float = 0.0,
    **flags: Any,
) -> Station:
    """A station that is not started yet. Call it in the loop that will run it. Its engine makes `speed` seconds of
    music a second, by the station's clock; 0: as many as it can."""

    def slow_host(spec: EngineSpec, report: Callable[[Fact], None], clock: Clock, number: int) -> GeneratorHost:
        return SlowHost(spec, report, clock, number, speed)

    patience_s = FAST_PATIENCE_S if isinstance(clock, FastClock) else 0.08
    if engines is not None:
        flags.setdefault("chain_hops", 10_000)  # known signals go on from where they were; a new chain would not
    settings = radio_settings.load(data_dir=folder, **flags)
    one = (Rung("test", settings.segment_samples, engines),) if isinstance(engines, EngineSpec) else engines or ()
    new_host = slow_host if speed else GeneratorHost
    keep_parent = keep_parent or folder.parent
    return build(settings, clock, known=one, patience_s=patience_s, keep_parent=keep_parent, new_host=new_host)


async def until(true: Callable[[], bool], limit_s: float) -> None:
    """Wait, in real time."""
    async with asyncio.timeout(limit_s):
        while not true():  # noqa: ASYNC110 - many things can make it true
            await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def opened(station: Station) -> AsyncIterator[Station]:
    """Started, and stopped at the end of the block. No web server."""
    task = await station.open()
    try:
        yield station
    finally:
        await station.close(task)


@dataclass(frozen=True, slots=True)
class Served:
    """A station with a web server on a free port."""

    running: Running
    url: str
    client: httpx.AsyncClient

    @property
    def station(self) -> Station:
        return self.running.station


@contextlib.asynccontextmanager
async def served(folder: Path, clock: Clock, engines: Engines = None, **flags: Any) -> AsyncIterator[Served]:
    """A served station and a client for it."""
    settings = radio_settings.load(data_dir=folder, **flags)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with (
            running(settings, listener, lambda _: make(folder, clock, engines, **flags)) as up,
            httpx.AsyncClient(base_url=url, timeout=30.0) as client,
        ):
            yield Served(up, url, client)
