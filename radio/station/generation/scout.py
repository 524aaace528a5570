"""The scout: looks now and then which rungs of the quality ladder are there, and tells their servers when to rest.

One asyncio task. Models are on disk, planners and API servers on the network, and both come and go while the station
plays; what looking and resting mean is the outside's own business.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Protocol

import structlog

from radio.contracts import Rung
from radio.events import Fact, RungsSeen

EVERY_S = 60.0
SOON_S = 5.0
"""Between looks until one has worked."""
FIRST_LIMIT_S = 4.0
LIMIT_S = 15.0
"""For one look in all; each question in it has a shorter deadline of its own."""
POWER_LIMIT_S = 75.0
"""For a switch: gigabytes of weights are copied to the host's memory and back."""


class Outside(Protocol):
    """Where models are."""

    def unseen(self) -> tuple[Rung, ...]:
        """The ladder of somebody who could not look: only what needs no model is there."""
        ...

    async def rungs(self) -> tuple[Rung, ...]: ...

    async def power(self, needed: bool) -> tuple[str, ...]:
        """Models are needed, or may sleep; what went wrong, as sentences."""
        ...

    def close(self) -> None: ...


class Scout:
    """Runs between `start` and `close`."""

    def __init__(self, outside: Outside, report: Callable[[Fact], None], every_s: float = EVERY_S) -> None:
        self._outside = outside
        self._report = report
        self._every_s = every_s

        self._needed = True
        self._powered: bool | None = None
        self._looked = False
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
            await asyncio.to_thread(self._outside.close)

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            if self._needed:
                await self._see()
            await self._switch()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), self._every_s if self._looked else SOON_S)

    async def _see(self) -> None:
        """Look, and report. Somebody may be waiting for the first look, so it is short and always reports something."""
        try:
            rungs = await asyncio.wait_for(self._outside.rungs(), LIMIT_S if self._looked else FIRST_LIMIT_S)
        except Exception as error:  # noqa: BLE001 - whatever is wrong outside, the station plays, and looks again
            self._log.warning("looking for models failed", why=f"{type(error).__name__}: {error}")
            if not self._looked:
                self._report(RungsSeen(self._outside.unseen()))
            return
        self._looked = True
        self._report(RungsSeen(rungs))

    async def _switch(self) -> None:
        """Put the servers to sleep or wake them, until they have followed: nobody knows how they were left."""
        needed = self._needed
        if needed == self._powered:
            return
        try:
            troubles = await asyncio.wait_for(self._outside.power(needed), POWER_LIMIT_S)
        except Exception as error:  # noqa: BLE001 - the same
            troubles = (f"{type(error).__name__}: {error}",)
        self._powered = None if troubles else needed
        for trouble in troubles:
            self._log.info("a model server did not follow", needed=needed, why=trouble)
