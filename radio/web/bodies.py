"""Bodies of requests have a limit: whoever sends more is refused before it is kept in memory.

A plain ASGI app in front of the API, in the event loop. It reads nothing by itself: it counts what the API reads.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.exceptions import HTTPException

from radio.web.problems import problem

MOST_BYTES = 64 * 1024
"""Two prompts of 2000 characters, each written as two escapes, and room."""
TOO_LARGE = f"A request may have at most {MOST_BYTES // 1024} KiB."
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class BodyLimit:
    """`inner` with at most `MOST_BYTES` in a request; more is answered with 413."""

    def __init__(self, inner: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
        elif said(scope) > MOST_BYTES:
            await problem(413, TOO_LARGE)(scope, receive, send)
        else:
            await self._inner(scope, counted(receive), send)


def said(scope: Scope) -> int:
    """The length that the request claims; 0 where it claims none. The server has seen to it that it is a number."""
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(length) if length.isdigit() else 0


def counted(receive: Receive) -> Receive:
    """`receive` for a body that may say nothing of its length.

    Raises:
        HTTPException: 413, once it is too long.
    """
    seen = 0

    async def receive_some() -> MutableMapping[str, Any]:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MOST_BYTES:
            raise HTTPException(413, TOO_LARGE)
        return message

    return receive_some
