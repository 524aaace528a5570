"""Checks a stream from its address alone: finds its renditions, listens, and reports. Runs in the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

import httpx

from radio.check.checker import Checker
from radio.check.fetch import Fetched, FetchFailed, client, fetch, usable
from radio.check.finding import note
from radio.check.listen import PLAYLIST_BYTES, Listener, Session, text_of
from radio.check.m3u8 import parse
from radio.check.playlist import MediaPlaylist, MultivariantPlaylist
from radio.check.report import Report
from radio.check.transport import check_playlist_answer
from radio.clock import WallClock
from radio.contracts import Clock
from radio.errors import CannotListen

MOST_RENDITIONS = 4
"""Listened to at once. Of a stream with pictures only the variant with the lowest bit rate."""
TRIES = 4
LONGEST_RETRY_S = 15


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a check is. Times in seconds."""

    elapsed_s: float
    total_s: float
    chunks: int
    errors: int


async def check(
    url: str,
    seconds: float,
    *,
    ffmpeg: str,
    ffprobe: str,
    progress: Callable[[Progress], None] | None = None,
    clock: Clock | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Report:
    """Listen to the stream at `url` for `seconds`. `progress` is called now and then, in the event loop.

    Raises:
        CannotListen: there is no stream that can be listened to.
        StartError: ffmpeg or ffprobe could not be started.
    """
    address = usable(url)
    time = clock or WallClock()
    checker = Checker(ffmpeg=ffmpeg, ffprobe=ffprobe, url=url)
    begun, chunks = time.monotonic(), 0

    def tell(heard: int) -> None:
        nonlocal chunks
        chunks += heard
        if progress is not None:
            progress(Progress(time.monotonic() - begun, seconds, chunks, checker.errors))

    async with client(transport) as http:
        first = await _woken(http, address, time)
        begun = time.monotonic()
        await _listen(Session(http, checker, time, asyncio.Lock(), begun + seconds, seconds, tell), first)
        return await asyncio.to_thread(checker.finish)


async def _woken(http: httpx.AsyncClient, url: str, clock: Clock) -> Fetched:
    """The first playlist. A station that wakes up says when to come again (503 with Retry-After)."""
    waiter = clock.async_waiter()
    try:
        for tries_left in reversed(range(TRIES)):
            try:
                return await fetch(http, url, PLAYLIST_BYTES)
            except FetchFailed as trouble:
                if trouble.retry_after_s is None or not tries_left:
                    raise CannotListen(f"{url} cannot be listened to: {trouble}.") from trouble
                await waiter.wait(clock.monotonic() + min(trouble.retry_after_s, LONGEST_RETRY_S))
        raise CannotListen(f"{url} cannot be listened to.")
    finally:
        waiter.close()


async def _listen(session: Session, first: Fetched) -> None:
    text = text_of(first)
    playlist = parse(text)
    if isinstance(playlist, MediaPlaylist):
        await Listener(session, "", first.url).run(first)
        return
    session.checker.add_multivariant(text)
    session.checker.add_findings(check_playlist_answer(first, None, live=False))
    try:
        async with asyncio.TaskGroup() as group:
            for name, url in _renditions(session.checker, playlist, first.url).items():
                group.create_task(Listener(session, name, url).run(), name=f"listen to {name}")
    except* CannotListen as troubles:
        raise CannotListen(str(troubles.exceptions[0])) from troubles


def _renditions(checker: Checker, playlist: MultivariantPlaylist, base: str) -> dict[str, str]:
    """Names and addresses of what is listened to; the rest is said in a note."""
    variants = {variant.uri: variant for variant in playlist.variants}
    chosen = list(variants.values())
    if any(variant.has_video for variant in chosen):
        chosen = sorted(chosen, key=lambda variant: variant.bandwidth or 0)[:1]
    addresses = {variant.uri: variant for variant in chosen[:MOST_RENDITIONS]}
    for variant in addresses.values():
        if not variant.has_video:
            checker.name(variant.uri, variant)
    sounds = [item.uri for item in playlist.alternatives if item.attributes.get("TYPE") == "AUDIO" and item.uri]
    names = [*addresses, *sounds][:MOST_RENDITIONS]
    left = len(variants) + len(sounds) - len(names)
    if left:
        checker.add_findings([note("not-listened", f"{left} more renditions were not listened to", "RFC 8216 §4.3.4")])
    if not names:
        raise CannotListen("The multivariant playlist lists nothing to listen to.")
    return {name: urljoin(base, name) for name in names}
