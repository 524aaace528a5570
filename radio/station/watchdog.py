"""The watchdog: sees that the threads of the audio path, and the publisher, come back from what they do.

One asyncio task in real time, whatever the station's clock does: a thread that hangs may be what that clock waits for.
It ends nothing by itself. It reports, and the conductor ends the server, which is the only cure for a thread.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping

from radio.events import Fact, StageFailed

LOOK_S = 1.0
HUNG_S = 20.0
"""A second of mixing takes some milliseconds, and judging a whole segment two seconds; on a slow machine ten."""


class Watchdog:
    """`stages` tell by name for how many real seconds each has been at one piece of work."""

    def __init__(self, stages: Mapping[str, Callable[[], float]], report: Callable[[Fact], None]) -> None:
        self._stages = stages
        self._report = report

        self._seen_s = dict.fromkeys(stages, 0.0)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """In the event loop that runs the station."""
        self._task = asyncio.create_task(self._run(), name="watchdog")

    async def close(self) -> None:
        """Fine to call twice."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def look(self) -> None:
        """Once a second. Only what was seen to hang counts: after a sleep of the whole process nobody has."""
        for name, busy_s in self._stages.items():
            self._seen_s[name] = min(busy_s(), self._seen_s[name] + 2 * LOOK_S)
            if self._seen_s[name] > HUNG_S:
                self._report(StageFailed(name, f"it has not come back for {HUNG_S:.0f} s"))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            self.look()
