"""Playlists and chunks straight from memory: a plain ASGI app in front of the API.

It reads the store's newest moment, knows no encoder and no window, and logs nothing. Runs in the event loop; an answer
is one look-up of the raw path, so no path trick (dots, encoded slashes, NUL) can name anything but an asset.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple

from starlette.responses import Response

from radio.errors import NotReady, RequestError, TooMany, Unknown
from radio.packager.store import OPEN_TO_ALL, Asset, ChunkStore, Headers, Kind
from radio.web.problems import problem
from radio.web.ranges import Slice, byte_range

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

METHODS = b"GET, HEAD, OPTIONS"
PREFLIGHT: Headers = (
    (b"access-control-allow-methods", METHODS),
    (b"access-control-allow-headers", b"Range, If-Range, If-None-Match, Cache-Control, Content-Type"),
    (b"access-control-max-age", b"86400"),
    (b"allow", METHODS),
    *OPEN_TO_ALL,
)
RETRY_S = 2


class ListenerKey(NamedTuple):
    """Who listens, as far as HTTP tells."""

    host: str
    user_agent: bytes


class HlsApp:
    """One station's `/live.m3u8` and `/live/…`; all else goes to `inner`. Nest one per station (`prefix`
    "/stations/<name>").

    `wake` brings a sleeping station on the air and answers True when its playlists are there; it may raise TooMany or
    NotReady. It is cancelled after `wake_timeout_s` real seconds, so what must go on needs a shield. `on_listen(key,
    rendition, kind)` is called for every playlist (rendition "" for the multivariant one) and chunk served to a GET; it
    must be quick.
    """

    def __init__(
        self,
        inner: App,
        store: ChunkStore,
        wake: Callable[[], Awaitable[bool]],
        on_listen: Callable[[ListenerKey, str, Kind], None],
        *,
        prefix: str = "",
        wake_timeout_s: float = 10.0,
    ) -> None:
        self._inner = inner
        self._store = store
        self._wake = wake
        self._on_listen = on_listen
        self._prefix = prefix.encode()
        self._wake_timeout_s = wake_timeout_s

        self._folder = self._prefix + b"/live/"
        self._multivariant = self._prefix + b"/live.m3u8"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = _raw_path(scope)
            if path.startswith(self._folder) or path == self._multivariant:
                await self._answer(scope, receive, send, path[len(self._prefix) :])
                return
        await self._inner(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, path: bytes) -> None:
        method = scope["method"]
        if method == "OPTIONS":
            await _send(send, 204, PREFLIGHT)
            return
        try:
            if method not in {"GET", "HEAD"}:
                raise _WrongMethod(f"{method} is not possible here: use GET or HEAD.")
            asset = await self._found(path, may_wake=method == "GET")
        except RequestError as error:
            await _refusal(error)(scope, receive, send)
            return
        asked = _Asked(scope)
        if method == "GET":
            self._on_listen(_listener(scope, asked.user_agent), asset.rendition, asset.kind)
        await _send_asset(send, asset, asked, with_body=method == "GET")

    async def _found(self, path: bytes, *, may_wake: bool) -> Asset:
        """What is at `path`; a GET of a playlist wakes a sleeping station for it.

        Raises:
            Unknown: there is nothing.
            NotReady: the station is not on the air, and did not come on in time.
        """
        asset = self._store.published.assets.get(path)
        if asset is None and path in self._store.playlists:
            asset = await self._awakened(path) if may_wake else None
            if asset is None:
                raise NotReady("The station is not on the air yet; try again.", RETRY_S)
        if asset is None:
            raise Unknown("There is no such rendition or chunk, or it is too old.")
        return asset

    async def _awakened(self, path: bytes) -> Asset | None:
        """The playlist of a station that was asleep, or None when it does not come on the air in time."""
        try:
            async with asyncio.timeout(self._wake_timeout_s):
                await self._wake()
        except TimeoutError:
            return None
        return self._store.published.assets.get(path)


class _WrongMethod(RequestError):
    """RFC 9110 §15.5.6."""

    status_code = 405


def _refusal(error: RequestError) -> Response:
    """The project's problem body, readable for scripts of other origins and kept in no cache."""
    retry_after_s = error.retry_after_s if isinstance(error, NotReady | TooMany) else None
    response = problem(error.status_code, str(error), retry_after_s)
    response.headers["cache-control"] = "no-store"
    if isinstance(error, _WrongMethod):
        response.headers["allow"] = METHODS.decode()
    response.raw_headers.extend(OPEN_TO_ALL)
    return response


class _Asked:
    """The request headers that matter here."""

    __slots__ = ("gzip", "if_none_match", "if_range", "range", "user_agent")

    def __init__(self, scope: Scope) -> None:
        self.gzip = False
        self.if_none_match = self.if_range = self.range = self.user_agent = b""
        for name, value in scope["headers"]:
            if name == b"user-agent":
                self.user_agent = value
            elif name == b"range":
                self.range = value
            elif name == b"if-none-match":
                self.if_none_match = value
            elif name == b"if-range":
                self.if_range = value
            elif name == b"accept-encoding":
                self.gzip = takes_gzip(value)


def takes_gzip(accept_encoding: bytes) -> bool:
    """Whether gzip is among the codings, with a weight above 0 (RFC 9110 §12.5.3)."""
    for part in accept_encoding.lower().split(b","):
        coding, _, weight = part.partition(b";")
        if coding.strip() in {b"gzip", b"x-gzip"}:
            return weight.replace(b" ", b"").rstrip(b"0.") != b"q="
    return False


async def _send_asset(send: Send, asset: Asset, asked: _Asked, *, with_body: bool) -> None:
    body, etag, headers = asset.body, asset.etag, asset.headers
    if asset.compressible and asked.gzip and not asked.range:
        body, etag, headers = asset.gzipped
    if asked.if_none_match and _matches(asked.if_none_match, etag):  # RFC 9110 §13.1.2
        await _send(
            send, 304, tuple(header for header in headers if header[0] not in {b"content-length", b"content-type"})
        )
        return
    if asked.range and (not asked.if_range or asked.if_range == etag):  # RFC 9110 §13.1.5
        part = byte_range(asked.range, len(body))
        if part is not None:
            await _send_part(send, body, headers, part, with_body=with_body)
            return
    await _send(send, 200, headers, body if with_body else b"")


async def _send_part(send: Send, body: bytes, headers: Headers, part: Slice, *, with_body: bool) -> None:
    """206 with one range, or 416 (RFC 9110 §15.3.7, §15.5.17)."""
    data = body[part.start : part.stop]
    status = 206 if part.satisfiable else 416
    rest = tuple(header for header in headers if header[0] != b"content-length")
    added = ((b"content-length", str(len(data)).encode()), (b"content-range", part.content_range))
    await _send(send, status, rest + added, data if with_body else b"")


def _matches(if_none_match: bytes, etag: bytes) -> bool:
    """Weak comparison with a list of tags (RFC 9110 §8.8.3.2)."""
    tags = [tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")]
    return etag in tags or b"*" in tags


def _raw_path(scope: Scope) -> bytes:
    """The path as it was sent, without the mount point that a proxy was told to put in front."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    root: str = scope.get("root_path", "")
    return raw.removeprefix(root.encode()) if root else raw


def _listener(scope: Scope, user_agent: bytes) -> ListenerKey:
    client = scope.get("client")
    return ListenerKey(client[0] if client else "", user_agent)


async def _send(send: Send, status: int, headers: Headers, body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
