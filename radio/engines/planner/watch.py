"""Waits for a coroutine as an impatient caller: with a deadline, and listening for a cancel all the while.

Runs in the planner's event loop. A thread would do as well; a loop needs none, and a cancelled request closes its
connection, at which a vLLM server stops working on it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import TypeVar

from radio.contracts import Progress
from radio.errors import PlannerError

T = TypeVar("T")
LOOK_S = 0.1
"""How often a cancel is looked for."""
FAREWELL_S = 1.0
"""How long a cancelled request may take to close its connection."""


async def watched(work: Coroutine[None, None, T], limit_s: float, progress: Progress, done: Callable[[], float]) -> T:
    """The result of `work`. `progress` is called with `done()` at least ten times a second.

    Raises:
        PlannerError: `limit_s` have passed.
        Cancelled: `progress` raised it.
    """
    task = asyncio.ensure_future(work)
    deadline_s = time.monotonic() + limit_s
    try:
        while not task.done():
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                raise PlannerError(f"the planner took longer than {limit_s:g} s")
            await asyncio.wait({task}, timeout=min(LOOK_S, left_s))
            progress(done())
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=FAREWELL_S)
