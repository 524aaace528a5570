"""How long a generator may be silent, and when it has been for too long.

Pure: told what happened and when, in real monotonic seconds, it says what is overdue. It knows no process.

Three things are watched. A beat comes from a thread of the worker about once a second: without one the process is
stopped, or something holds the interpreter for ever. A job has a deadline, and an engine that is known to report
progress does so. A cancelled job stops.
"""

from __future__ import annotations

from dataclasses import dataclass

from radio.contracts import EngineSpec

PAUSES = 8.0
"""Times the longest pause between two signs of progress that an engine was ever seen to make."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Real seconds. `loading_beat_s` instead of `beat_s` until the engine is warm: a library that is being loaded holds
    the interpreter. `stall_s` is the least that counts as a hang of a known engine, `cancel_s` of a cancelled job."""

    loading_beat_s: float = 20.0
    beat_s: float = 5.0
    stall_s: float = 10.0
    cancel_s: float = 5.0


HEAVY = Patience(loading_beat_s=60.0, beat_s=10.0, stall_s=30.0, cancel_s=10.0)
"""A model's: gigabytes are read, kernels compiled, and killing it costs a load."""


def patience(spec: EngineSpec) -> Patience:
    return HEAVY if spec.heavy else Patience()


class Vigil:
    """Begins with the start of the process, whose engine must be ready after `load_s`."""

    def __init__(self, patience: Patience, load_s: float, now_s: float) -> None:
        self._patience = patience
        self._load_s = load_s

        self._deadline_s: float | None = now_s + load_s
        self._heard_s = now_s
        self._warm = False
        self._working = False
        self._moved_s = now_s
        self._pause_s = 0.0
        self._known_pause_s: float | None = None
        self._stop_by_s: float | None = None
        self._allowed_s = load_s

    def heard(self, now_s: float) -> None:
        """Any message is a sign of life."""
        self._heard_s = now_s

    def ready(self) -> None:
        """The engine is warm."""
        self._warm, self._deadline_s = True, None

    def began(self, deadline_s: float, now_s: float) -> None:
        """A job is on its way. The process was idle, so the last beat may be almost as old as allowed."""
        self._deadline_s, self._allowed_s = now_s + deadline_s, deadline_s
        self._working, self._moved_s, self._pause_s, self._stop_by_s = True, now_s, 0.0, None

    def moved(self, now_s: float) -> None:
        """The job shows progress."""
        self._pause_s = max(self._pause_s, now_s - self._moved_s)
        self._moved_s = now_s

    def cancelled(self, now_s: float) -> None:
        """The job should stop. An engine looks for that when it reports progress."""
        if self._working and self._stop_by_s is None:
            self._stop_by_s = now_s + max(self._patience.cancel_s, 3 * (self._known_pause_s or 0.0))

    def ended(self, now_s: float, *, whole: bool) -> None:
        """The job is over; a `whole` one tells how the engine reports."""
        if self._working and whole:
            self.moved(now_s)
            self._known_pause_s = max(self._known_pause_s or 0.0, self._pause_s)
        self._working, self._deadline_s, self._stop_by_s = False, None, None

    def slept(self, seconds: float, now_s: float) -> None:
        """Whoever keeps the vigil was not there for so long, or the process had no processor: it cannot be blamed."""
        self._heard_s = min(now_s, self._heard_s + seconds)
        self._moved_s = min(now_s, self._moved_s + seconds)
        self._deadline_s = None if self._deadline_s is None else self._deadline_s + seconds
        self._stop_by_s = None if self._stop_by_s is None else self._stop_by_s + seconds

    def overdue(self, now_s: float) -> str:
        """What is the matter, as a sentence's end; empty while nothing is."""
        silence_s = self._patience.beat_s if self._warm else self._patience.loading_beat_s
        if now_s - self._heard_s > silence_s:
            return f"it gave no sign of life for {silence_s:g} s"
        if self._deadline_s is not None and now_s > self._deadline_s:
            return f"it missed its deadline of {self._allowed_s:g} s"
        if self._stop_by_s is not None and now_s > self._stop_by_s:
            return "it did not stop when its job was cancelled"
        if self._working and self._known_pause_s is not None:
            stall_s = max(self._patience.stall_s, PAUSES * self._known_pause_s)
            if now_s - self._moved_s > stall_s:
                return f"it made no progress for {stall_s:.0f} s"
        return ""
