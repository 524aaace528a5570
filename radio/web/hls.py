"""Playlists and chunks from memory. Signatures first; the bodies follow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal, NamedTuple

from radio.packager.store import ChunkStore

Kind = Literal["playlist", "chunk"]


class ListenerKey(NamedTuple):
    """Who listens, as far as HTTP tells: address and user agent."""

    host: str
    user_agent: bytes


class HlsApp:
    """ASGI app in front of `inner`. One station; nest one per station (`prefix` "/stations/<name>", default "").

    `wake` makes a sleeping station play and answers True when its playlists are there; it may raise TooMany or NotReady. It is
    cancelled after `wake_timeout_s`, so shield what must go on. `on_listen(key, rendition, kind)` is called for every
    served playlist (rendition "" for the multivariant one) and chunk; it must be quick.
    """

    def __init__(
        self,
        inner: Any,
        store: ChunkStore,
        wake: Callable[[], Awaitable[bool]],
        on_listen: Callable[[ListenerKey, str, Kind], None],
        *,
        prefix: str = "",
        wake_timeout_s: float = 10.0,
        service: str = "longwave",
    ) -> None: ...
