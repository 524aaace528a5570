"""The scout: looks now and then which rungs of the quality ladder are there, and tells their servers when to rest.

One asyncio task. What looking and resting mean is given to it; models are on disk, planners and API servers on the
network, and both come and go while the station plays.
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
POWER_LIMIT_S = 75.0
"""For a switch: gigabytes of weights are copied to the host's memory and back."""


class Scout:
    """Runs between `start` and `close`. `look` and `power` must not raise: what cannot be seen is absent, and `power`
    (False: the models may sleep) returns what went wrong as sentences."""

    def __init__(
        self,
        look: Callable[[], Awaitable[tuple[Rung, ...]]],
        power: Callable[[bool], Awaitable[tuple[str, ...]]],
        report: Callable[[Fact], None],
        every_s: float = EVERY_S,
    ) -> None:
        self._look = look
        self._power = power
        self._report = report
        self._every_s = every_s

        self._needed = self._powered = True
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("scout")

    def start(self) -> None:
        """In the event loop that runs the station."""
        self._task = asyncio.create_task(self._run(), name="scout")

    def need(self, needed: bool) -> None:
        """Whether somebody needs the models now. Event loop; returns at once."""
        if needed != self._needed:
            self._needed = needed
            self._changed.set()

    async def close(self) -> None:
        """End the task. Fine to call twice."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            await self._switch()
            if self._needed:
                await self._see()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), self._every_s)

    async def _switch(self) -> None:
        """Put the servers to sleep or wake them, if that is not what they are."""
        needed = self._needed
        if needed == self._powered:
            return
        self._powered = needed
        try:
            for trouble in await asyncio.wait_for(self._power(needed), POWER_LIMIT_S):
                self._log.info("a model server did not follow", needed=needed, why=trouble)
        except TimeoutError:
            self._log.warning("model servers took too long", needed=needed, limit_s=POWER_LIMIT_S)

    async def _see(self) -> None:
        try:
            self._report(RungsSeen(await asyncio.wait_for(self._look(), LIMIT_S)))
        except TimeoutError:
            self._log.warning("looking for models took too long", limit_s=LIMIT_S)
