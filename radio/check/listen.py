"""Listens to a stream over HTTP as a player would, and hands what it gets to a `Checker`. Runs in the event loop.

One task per rendition looks at its playlist and fetches its new chunks one after another. Decoding blocks, so it runs
in a worker thread, one call at a time. Waiting is done by the clock that is a parameter; while a request is under way
a simulated one stands still.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar
from urllib.parse import urljoin

import httpx

from radio.check.checker import Checker
from radio.check.examine import examine, still_there
from radio.check.fetch import Fetched, FetchFailed, fetch
from radio.check.playlist import MediaPlaylist
from radio.check.reloads import Listed
from radio.check.transport import check_playlist_answer
from radio.contracts import Clock
from radio.errors import CannotListen

PLAYLIST_BYTES = 4 << 20
INIT_BYTES = 4 << 20
CHUNK_BYTES = 64 << 20
START_S = 60.0
"""At the start at most this much of what a live playlist already lists is fetched."""
LOOKS_A_TARGET = 8
"""Looks per target duration while a chunk is due: lateness is known to an eighth of it."""
MOST_FAILURES = 5
"""Failed looks in a row after which a rendition is given up."""

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Session:
    """What all renditions of one listening share."""

    http: httpx.AsyncClient
    checker: Checker
    clock: Clock
    lock: asyncio.Lock
    until: float
    seconds: float
    progress: Callable[[int], None]
    """Called with 1 for each chunk that was heard."""

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the checker outside the event loop, never twice at once."""
        async with self.lock:
            return await asyncio.to_thread(function, *args, **kwargs)


class Listener:
    """Listens to one rendition from `url` until the session's end."""

    def __init__(self, session: Session, rendition: str, url: str) -> None:
        self._session = session
        self._rendition = rendition
        self._url = url

        self._inits: dict[str, str] = {}
        self._looks = 0
        self._failures = 0
        self._heard_s = 0.0
        self._examined = False
        self._present: MediaPlaylist | None = None
        self._gone: tuple[str, float] | None = None
        self._due: float | None = None
        """When the next chunk should be there, by the monotonic clock."""

    async def run(self, first: Fetched | None = None) -> None:
        """Listen. `first` is the playlist, where it was fetched already.

        Raises:
            CannotListen: what stands there is no playlist that can be listened to.
        """
        waiter = self._session.clock.async_waiter()
        try:
            while True:
                playlist = await self._look(first)
                first = None
                over = playlist is not None and playlist.ended
                if over:
                    return
                if self._failures > MOST_FAILURES or self._session.clock.monotonic() >= self._session.until:
                    await self._look_back()
                    return
                await waiter.wait(min(self._session.until, self._next_look(playlist)))
        finally:
            waiter.close()

    async def _look(self, answer: Fetched | None) -> MediaPlaylist | None:
        """One look at the playlist with all that follows from it; None where it could not be had."""
        session, begun = self._session, self._session.clock.utc()
        try:
            answer = answer or await fetch(session.http, self._url, PLAYLIST_BYTES)
        except FetchFailed as trouble:
            self._failures += 1
            await session.call(session.checker.lose_playlist, self._rendition, str(trouble))
            return None
        self._failures = 0
        took_s = session.clock.utc() - begun
        fresh = await session.call(session.checker.add_playlist, self._rendition, text_of(answer), begun, took_s)
        playlist = session.checker.playlist(self._rendition)
        if playlist is not None:
            self._note_gone(answer.url, playlist)
            findings = check_playlist_answer(answer, playlist.target_duration, live=not playlist.ended)
            if self._looks == 0:
                await session.call(session.checker.add_findings, findings, self._rendition)
            if fresh:
                self._due = session.clock.monotonic() + fresh[-1].chunk.duration_s
            await self._chunks(answer, self._wanted(playlist, fresh))
        self._looks += 1
        return playlist

    def _note_gone(self, base: str, playlist: MediaPlaylist) -> None:
        """Remember the last chunk that left the window, and until when it must still be there (§6.2.2)."""
        before, self._present = self._present, playlist
        gone = [chunk for chunk in before.chunks if chunk.sequence < playlist.media_sequence] if before else []
        if gone and before is not None:
            kept_until = self._session.clock.monotonic() + gone[-1].duration_s + before.duration_s
            self._gone = (urljoin(base, gone[-1].uri), kept_until)

    async def _look_back(self) -> None:
        session = self._session
        if self._gone is not None and session.clock.monotonic() < self._gone[1]:
            findings = await still_there(session.http, self._gone[0])
            await session.call(session.checker.add_findings, findings, self._rendition)

    def _wanted(self, playlist: MediaPlaylist, fresh: tuple[Listed, ...]) -> tuple[Listed, ...]:
        """All new chunks; of the first look at a live playlist the newest minute; of a recording the asked length."""
        if self._looks > 0:
            return fresh
        wanted: list[Listed] = []
        seconds = 0.0
        limit_s = self._session.seconds if playlist.ended else min(START_S, self._session.seconds)
        for item in fresh if playlist.ended else reversed(fresh):
            if wanted and seconds >= limit_s:
                break
            wanted.append(item)
            seconds += item.chunk.duration_s
        return tuple(sorted(wanted, key=lambda item: item.chunk.sequence))

    def _next_look(self, playlist: MediaPlaylist | None) -> float:
        """When the next chunk is due; then often, until it is there."""
        now = self._session.clock.monotonic()
        target_s = float(playlist.target_duration or 1) if playlist else 1.0
        often = now + max(0.1, target_s / LOOKS_A_TARGET)
        return often if self._due is None else max(often, self._due)

    async def _chunks(self, playlist: Fetched, wanted: tuple[Listed, ...]) -> None:
        for item in wanted:
            if item.chunk.gap:
                continue
            try:
                await self._chunk(playlist.url, item)
            except FetchFailed as trouble:
                checker = self._session.checker
                await self._session.call(checker.lose_chunk, self._rendition, item.chunk.sequence, str(trouble))

    async def _chunk(self, base: str, item: Listed) -> None:
        session, chunk = self._session, item.chunk
        if chunk.map_uri is not None and chunk.map_uri not in self._inits:
            init = await fetch(session.http, urljoin(base, chunk.map_uri), INIT_BYTES)
            self._inits = {chunk.map_uri: init.url}
            await session.call(session.checker.add_init, self._rendition, chunk.map_uri, init.body)
        begun = session.clock.monotonic()
        url = urljoin(base, chunk.uri)
        answer = await fetch(session.http, url, CHUNK_BYTES)
        took_s = session.clock.monotonic() - begun
        if not self._examined:
            self._examined = True
            await session.call(
                session.checker.add_findings, await examine(session.http, base, url, answer), self._rendition
            )
        await session.call(session.checker.add_chunk, self._rendition, chunk.sequence, answer.body, took_s)
        session.progress(1)


def text_of(answer: Fetched) -> str:
    """A playlist's text.

    Raises:
        CannotListen: it is not text, or it is a web page.
    """
    try:
        text = answer.body.decode("utf-8")
    except UnicodeDecodeError as trouble:
        raise CannotListen(f"{answer.url} is not a playlist: it is no UTF-8 text (RFC 8216 §4).") from trouble
    if text.lstrip()[:1] == "<":
        raise CannotListen(f"{answer.url} is a web page, not an HLS playlist.")
    if not text.strip():
        raise CannotListen(f"{answer.url} is empty.")
    return text
