"""A named thread of the audio path: it waits, works and waits again until it is closed, and says why when it breaks.

It knows nothing of what the work is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from radio.contracts import Clock
from radio.events import Fact, StageFailed


class StageThread:
    """`work` is called in the thread whenever it is woken and at the monotonic time that `due_s` gives (None: only when
    woken). An error of `work` ends the thread, which is reported."""

    def __init__(
        self,
        name: str,
        clock: Clock,
        due_s: Callable[[], float | None],
        work: Callable[[], None],
        report: Callable[[Fact], None],
    ) -> None:
        self._name = name
        self._due_s = due_s
        self._work = work
        self._report = report

        self._waiter = clock.waiter()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._since_s: float | None = None
        self.closed = False

    def start(self) -> None:
        self._thread.start()

    @property
    def busy_s(self) -> float:
        """For how many real seconds `work` has been at it, or since its last `beat`; 0 while the thread waits."""
        since_s = self._since_s
        return 0.0 if since_s is None else time.monotonic() - since_s

    def beat(self) -> None:
        """Long work goes on: called by `work` itself between its parts."""
        self._since_s = time.monotonic()

    def wake(self) -> None:
        """From any thread."""
        self._waiter.wake()

    def close(self, limit_s: float = 1.0) -> None:
        """End the thread. Fine to call twice, and before it was started."""
        self.closed = True
        self._waiter.wake()
        if self._thread.is_alive():
            self._thread.join(limit_s)
        self._waiter.close()

    def _run(self) -> None:
        try:
            while not self.closed:
                self._since_s = None
                self._waiter.wait(self._due_s())
                self.beat()
                self._work()
        except Exception as error:  # noqa: BLE001 - the thread's last act is to say why it ended
            self._report(StageFailed(self._name, f"{type(error).__name__}: {error}"))
        finally:
            self._since_s = None
