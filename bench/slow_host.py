"""A generator host whose segments take as long as those of a slow engine, by the station's clock.

On a fast clock real work takes no simulated time: here the finished segment is kept back until it would have been made.
Its thread waits on the clock and reports; the other methods are the event loop's.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from radio.contracts import Audio, Clock, EngineSpec, SegmentPlan
from radio.events import Fact, GenerationProgress, SegmentFailed, SegmentMade
from radio.generator.host import GeneratorHost

LOOK_S = 2.0


class SlowHost(GeneratorHost):
    """`speed`: seconds of sound made in a second (the status calls it `real_time_factor`)."""

    def __init__(
        self, spec: EngineSpec, report: Callable[[Fact], None], clock: Clock, number: int, speed: float
    ) -> None:
        super().__init__(spec, self._later, clock, number)
        self._now_s = clock.monotonic
        self._tell = report
        self._process_number = number
        self._speed = speed

        self._made: SegmentMade | None = None
        self._asked_s = self._due_s = 0.0
        self._guard = threading.Lock()
        self._waiter = clock.waiter()
        self._over_now = False
        self._thread = threading.Thread(target=self._wait, name="slow host", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        return super().busy or self._made is not None

    def submit(self, plan: SegmentPlan, context: Audio | None, deadline_s: float) -> None:
        self._asked_s = self._now_s()
        super().submit(plan, context, deadline_s)

    def cancel(self) -> None:
        made = self._take()
        if made is None:
            super().cancel()
        else:
            self._tell(SegmentFailed(made.segment.plan, "cancelled", "the job was cancelled", self._process_number))

    def dismiss(self) -> None:
        self._end()
        super().dismiss()

    def close(self) -> None:
        self._end()
        super().close()

    def _later(self, fact: Fact) -> None:
        """In the reader's thread: a segment waits, other facts go on; progress is told by the clock."""
        if isinstance(fact, GenerationProgress):
            return
        if not isinstance(fact, SegmentMade):
            self._tell(fact)
            return
        seconds = fact.segment.audio.duration_s / self._speed
        with self._guard:
            self._made = SegmentMade(replace(fact.segment, generation_s=seconds))
            self._due_s = self._asked_s + seconds
        self._waiter.wake()

    def _wait(self) -> None:
        while not self._over_now:
            with self._guard:
                made = self._made
            self._waiter.wait(None if made is None else min(self._due_s, self._now_s() + LOOK_S))
            if made is not None and self._now_s() >= self._due_s:
                due = self._take()
                if due is not None:
                    self._tell(due)
            elif made is not None:
                done = 1 - (self._due_s - self._now_s()) / max(self._due_s - self._asked_s, 1e-6)
                self._tell(GenerationProgress(made.segment.plan.index, done))
        self._waiter.close()

    def _take(self) -> SegmentMade | None:
        with self._guard:
            made, self._made = self._made, None
        return made

    def _end(self) -> None:
        self._take()
        self._over_now = True
        self._waiter.wake()
