"""The server's heart: it beats down a pipe to its parent, from the event loop, so that a loop that hangs is found out.

One asyncio task. A parent that is gone is found out too: there is nobody left who would hold the socket, so the server
ends, also where the kernel does not see to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator

BEAT_S = 1.0


@contextlib.asynccontextmanager
async def beating(descriptor: int | None, parent_gone: asyncio.Event) -> AsyncIterator[None]:
    """Beat into the pipe `descriptor` (None: there is no parent) until the end of the block."""
    if descriptor is None:
        yield
        return
    os.set_inheritable(descriptor, False)
    os.set_blocking(descriptor, False)
    task = asyncio.create_task(_beat(descriptor, parent_gone), name="heartbeat")
    try:
        yield
    finally:
        task.cancel()


async def _beat(descriptor: int, parent_gone: asyncio.Event) -> None:
    while True:
        try:
            with contextlib.suppress(BlockingIOError):  # a parent that is stopped reads later
                os.write(descriptor, b".")
        except OSError:
            parent_gone.set()
            return
        await asyncio.sleep(BEAT_S)
