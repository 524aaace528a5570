"""The scout: looks now and then which rungs of the quality ladder are there, and reports it.

One asyncio task. What looking means is given to it; models are on disk, planners and API servers on the network, and
both come and go while the station plays.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from radio.contracts import Rung
from radio.events import Fact, RungsSeen

EVERY_S = 60.0
LIMIT_S = 15.0
"""For one look in all; each question in it has a shorter deadline of its own."""


class Scout:
    """Runs between `start` and `close`. `look` must not raise: what it cannot see is absent."""

    def __init__(
        self, look: Callable[[], Awaitable[tuple[Rung, ...]]], report: Callable[[Fact], None], every_s: float = EVERY_S
    ) -> None:
        self._look = look
        self._report = report
        self._every_s = every_s

        self._task: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("scout")

    def start(self) -> None:
        """In the event loop that runs the station."""
        self._task = asyncio.create_task(self._run(), name="scout")

    async def close(self) -> None:
        """End the task. Fine to call twice."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        while True:
            try:
                self._report(RungsSeen(await asyncio.wait_for(self._look(), LIMIT_S)))
            except TimeoutError:
                self._log.warning("looking for models took too long", limit_s=LIMIT_S)
            await asyncio.sleep(self._every_s)
