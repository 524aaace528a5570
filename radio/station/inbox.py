"""The conductor's inbox: facts from every thread, read in one task.

Bounded: when nobody reads, old news of progress is dropped first and nothing else ever is in practice.
"""

from __future__ import annotations

import threading
from collections import deque

from radio.contracts import AsyncWaiter
from radio.events import Fact, GenerationProgress

MOST = 4096


class Inbox:
    """`post` from any thread, `drain` in the task that waits on `waiter`."""

    def __init__(self, waiter: AsyncWaiter) -> None:
        self._waiter = waiter

        self._lock = threading.Lock()
        self._facts: deque[Fact] = deque(maxlen=MOST)

    def post(self, fact: Fact) -> None:
        with self._lock:
            newest = self._facts[-1] if self._facts else None
            if isinstance(fact, GenerationProgress) and isinstance(newest, GenerationProgress):
                self._facts.pop()
            self._facts.append(fact)
        self._waiter.wake()

    def drain(self) -> list[Fact]:
        with self._lock:
            facts = list(self._facts)
            self._facts.clear()
        return facts
