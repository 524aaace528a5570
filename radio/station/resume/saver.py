"""The saver: one thread that writes files, so that a disk that hangs, is full or gone never stops the broadcast.

Of several jobs of one name the newest wins, so what waits is bounded. It knows nothing of what is written. `put` and
`wait` may be called from any thread.
"""

from __future__ import annotations

import threading  # the thread is here so that nobody else waits for a disk
import time
from collections.abc import Callable

SLOW_S = 5.0
"""A write that takes longer than this is told of."""

Job = Callable[[], None]
"""Writes something. What it raises as OSError is told of until the next job of that name goes well."""


class Saver:
    """`troubles` are sentences about what could not be done."""

    def __init__(self, name: str) -> None:
        self._name = name

        self._ready = threading.Condition()
        self._waiting: dict[str, tuple[str, Job]] = {}
        self._doing: str | None = None
        self._since_s = 0.0
        self._troubles: dict[str, str] = {}
        self._thread: threading.Thread | None = None
        self._closed = False

    def put(self, name: str, what: str, job: Job) -> None:
        """Do `job` soon. `what` begins the sentence if it fails ("the state cannot be saved"). The thread starts with
        the first job."""
        with self._ready:
            if self._closed:
                return
            self._waiting[name] = what, job
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._ready.notify_all()

    def wait(self, limit_s: float) -> bool:
        """Wait until all that was put is done. False when that takes too long; then nobody waits again for the job that
        hangs."""
        with self._ready:
            if self._hangs(limit_s):
                return False
            return self._ready.wait_for(lambda: not self._waiting and self._doing is None, limit_s)

    def close(self, limit_s: float = 1.0) -> bool:
        """Do what was put and end the thread, within the limit; one that hangs is left to the process's end."""
        done = self.wait(limit_s)
        with self._ready:
            self._closed = True
            self._waiting.clear()
            self._ready.notify_all()
        return done

    @property
    def troubles(self) -> list[str]:
        """What is wrong now."""
        with self._ready:
            found = list(self._troubles.values())
            if self._hangs(SLOW_S):
                found.append(f"the {self._doing} has been waiting for the disk for {SLOW_S:.0f} s and longer")
            return found

    def _hangs(self, limit_s: float) -> bool:
        return self._doing is not None and time.monotonic() - self._since_s > limit_s

    def _run(self) -> None:
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                name = next(iter(self._waiting))
                what, job = self._waiting.pop(name)
                self._doing, self._since_s = name, time.monotonic()
            try:
                job()
            except OSError as error:
                self._told(name, f"{what}: {error.strerror or error}")
            except Exception as error:  # noqa: BLE001 - a bug in what is saved must not end the saving
                self._told(name, f"{what}: {type(error).__name__}: {error}")
            else:
                self._told(name, None)
            with self._ready:
                self._doing = None
                self._ready.notify_all()

    def _told(self, name: str, trouble: str | None) -> None:
        with self._ready:
            self._troubles.pop(name, None)
            if trouble is not None:
                self._troubles[name] = trouble
