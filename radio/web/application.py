"""The web application: the quick path for playlists and chunks in front, the API and the page behind it.

Runs in the event loop; serves bytes from memory and hands control to the conductor.
"""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.types import ASGIApp

from radio.errors import NotReady
from radio.packager.store import ChunkStore, Kind
from radio.station.conductor import Conductor
from radio.web import audio, events, health, metrics, page, problems, programme, session
from radio.web.bodies import BodyLimit
from radio.web.hls import HlsApp, ListenerKey

WAKE_LIMIT_S = 10.0
RETRY_AFTER_S = 2.0
MOST_AGENT = 200
"""Bytes of a player's name that tell it from others: it is remembered, and any listener chooses it."""


def application(conductor: Conductor, store: ChunkStore) -> ASGIApp:
    """Everything that one station answers."""
    return HlsApp(BodyLimit(api(conductor)), store, Waker(conductor), Counter(conductor), wake_timeout_s=WAKE_LIMIT_S)


def api(conductor: Conductor) -> FastAPI:
    """The API, its documentation at `/docs`, and the page at `/`."""
    app = FastAPIOffline(
        title="Longwave",
        version=version("longwave"),
        description="An endless AI radio. `/live.m3u8` plays; `/session/prompt` steers.",
        redoc_url=None,
    )
    app.state.conductor = conductor
    app.state.newsroom = events.Newsroom(conductor)
    problems.install(app)
    for module in (session, programme, events, health, metrics, audio):
        app.include_router(module.router)
    page.install(app)
    return app


class Waker:
    """What the HLS path calls when somebody asks for a playlist."""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor

    async def __call__(self) -> bool:
        if await self._conductor.wake(WAKE_LIMIT_S):
            return True
        raise NotReady("The station is starting; its first sound is not ready yet.", RETRY_AFTER_S)


class Counter:
    """What the HLS path calls for everything it serves."""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor = conductor

    def __call__(self, key: ListenerKey, rendition: str, kind: Kind) -> None:
        del kind
        self._conductor.listened(f"{key.host}|{key.user_agent[:MOST_AGENT]!r}", rendition)
