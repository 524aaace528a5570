"""Clocks: the wall's, and a discrete-event one that runs hours in minutes.

`FastClock` moves only when everybody who takes part waits for it: each waiter counts as busy except while it
waits, and anything else that takes real time (a model run, an encoder that is behind) takes a `hold`.
Deadlines on real processes are not its business: those stay real.
Used from every thread; owns none.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable


class NoHold:
    """A hold on a clock that cannot be held."""

    def release(self) -> None:
        """Do nothing."""


class WallClock:
    """Real time."""

    def monotonic(self) -> float:
        return time.monotonic()

    def utc(self) -> float:
        return time.time()

    def hold(self) -> NoHold:
        return NoHold()

    def waiter(self) -> WallWaiter:
        return WallWaiter()

    def async_waiter(self) -> WallAsyncWaiter:
        return WallAsyncWaiter()


class WallWaiter:
    """An event with a deadline in monotonic seconds."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def wait(self, deadline: float | None) -> bool:
        timeout = None if deadline is None else max(0.0, deadline - time.monotonic())
        woken = self._event.wait(timeout)
        self._event.clear()
        return woken

    def wake(self) -> None:
        self._event.set()

    def close(self) -> None:
        """Nothing to give back."""


class WallAsyncWaiter:
    """The same for one asyncio task. Make it inside the running loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()

    async def wait(self, deadline: float | None) -> bool:
        timeout = None if deadline is None else max(0.0, deadline - time.monotonic())
        try:
            await asyncio.wait_for(self._event.wait(), timeout)
        except TimeoutError:
            return False
        self._event.clear()
        return True

    def wake(self) -> None:
        call_in(self._loop, self._event.set)

    def close(self) -> None:
        """Nothing to give back."""


def call_in(loop: asyncio.AbstractEventLoop, callback: Callable[[], object]) -> None:
    """`call_soon_threadsafe` that forgives a loop which has already ended."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(callback)


class FastHold:
    """One unit of 'somebody is busy'."""

    def __init__(self, clock: FastClock) -> None:
        self._clock = clock
        self._held = True

    def release(self) -> None:
        self._clock._release(self)


class FastClock:
    """Simulated time. `start_utc` is the date at which it begins (seconds since the Unix epoch)."""

    def __init__(self, start_utc: float = 1_790_000_000.0) -> None:
        self._start_utc = start_utc

        self._now = 0.0
        self._busy = 0
        self._lock = threading.Lock()
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, FastSleeper]] = []

    def monotonic(self) -> float:
        with self._lock:
            return self._now

    def utc(self) -> float:
        return self._start_utc + self.monotonic()

    def hold(self) -> FastHold:
        with self._lock:
            self._busy += 1
        return FastHold(self)

    def waiter(self) -> FastWaiter:
        return FastWaiter(self)

    def async_waiter(self) -> FastAsyncWaiter:
        return FastAsyncWaiter(self)

    def _release(self, hold: FastHold) -> None:
        with self._lock:
            if hold._held:
                hold._held = False
                self._busy -= 1
                self._advance()

    def _sleep(self, sleeper: FastSleeper, deadline: float | None) -> None:
        """The sleeper stops being busy until its deadline or its wake. Called by the sleeper."""
        with self._lock:
            if sleeper.pending_wake or (deadline is not None and deadline <= self._now):
                sleeper.finish(sleeper.pending_wake)
                return
            sleeper.asleep = True
            if deadline is not None:
                heapq.heappush(self._sleepers, (deadline, next(self._order), sleeper))
                sleeper.deadline = deadline
            self._busy -= 1
            self._advance()

    def _wake(self, sleeper: FastSleeper) -> None:
        with self._lock:
            if sleeper.closed:
                return
            if not sleeper.asleep:
                sleeper.pending_wake = True
                return
            self._sleepers = [item for item in self._sleepers if item[2] is not sleeper]
            heapq.heapify(self._sleepers)
            self._rouse(sleeper, woken=True)

    def _close(self, sleeper: FastSleeper) -> None:
        with self._lock:
            if sleeper.closed:
                return
            sleeper.closed = True
            self._sleepers = [item for item in self._sleepers if item[2] is not sleeper]
            heapq.heapify(self._sleepers)
            if sleeper.asleep:
                sleeper.asleep = False
                sleeper.finish(True)
            else:
                self._busy -= 1
            self._advance()

    def _rouse(self, sleeper: FastSleeper, *, woken: bool) -> None:
        sleeper.asleep = False
        self._busy += 1
        sleeper.finish(woken)

    def _advance(self) -> None:
        while self._busy == 0 and self._sleepers:
            deadline, _, sleeper = heapq.heappop(self._sleepers)
            self._now = max(self._now, deadline)
            self._rouse(sleeper, woken=False)


class FastSleeper(ABC):
    """What both kinds of fast waiter share: the clock's view of one participant."""

    def __init__(self, clock: FastClock) -> None:
        self._clock = clock
        self.deadline: float | None = None
        self.asleep = False
        self.pending_wake = False
        self.closed = False
        with clock._lock:
            clock._busy += 1

    @abstractmethod
    def finish(self, woken: bool) -> None:
        """Called under the clock's lock: end the wait that is on."""

    def wake(self) -> None:
        self._clock._wake(self)

    def close(self) -> None:
        self._clock._close(self)


class FastWaiter(FastSleeper):
    """One thread on a fast clock."""

    def __init__(self, clock: FastClock) -> None:
        super().__init__(clock)
        self._done = threading.Event()
        self._woken = False

    def finish(self, woken: bool) -> None:
        self.pending_wake = False
        self._woken = woken
        self._done.set()

    def wait(self, deadline: float | None) -> bool:
        self._done.clear()
        self._clock._sleep(self, deadline)
        self._done.wait()
        return self._woken


class FastAsyncWaiter(FastSleeper):
    """One asyncio task on a fast clock. Make it inside the running loop."""

    def __init__(self, clock: FastClock) -> None:
        super().__init__(clock)
        self._loop = asyncio.get_running_loop()
        self._done = asyncio.Event()
        self._woken = False

    def finish(self, woken: bool) -> None:
        self.pending_wake = False
        self._woken = woken
        call_in(self._loop, self._done.set)

    async def wait(self, deadline: float | None) -> bool:
        self._done.clear()
        self._clock._sleep(self, deadline)
        try:
            await self._done.wait()
        except asyncio.CancelledError:
            self.wake()
            raise
        return self._woken
