"""The station's side of the generator process: start it, give it one job at a time, hear how it went.

It starts and ends the process when told to, ends one that has hung, and never decides to restart it: it reports facts.
A reader thread waits on the line, copies finished sound out of the shared memory and keeps the vigil; the public
methods are for one other thread (the event loop's). Nothing that comes over the line can end the reader unheard.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess

from radio.contracts import Audio, Clock, EngineSpec, Hold, Rendered, Segment, SegmentPlan
from radio.errors import WrongState
from radio.events import Fact, GenerationProgress, GeneratorExited, GeneratorReady, SegmentFailed, SegmentMade
from radio.generator import worker
from radio.generator.line import Line, connected
from radio.generator.memory import SoundMemory
from radio.generator.pulse import Pulse
from radio.generator.vigil import Patience, Vigil, patience
from radio.generator.wire import Beat, Cancel, Done, Failed, Job, Progress, Ready, checked
from radio.processes import born

POLL_S = 0.25
AWAY_S = 2.0
"""A reader that comes so much later than it wanted was asleep, with the whole server."""
MOST_STARVED = 0.75
"""At most this share of the time is forgiven for want of a processor: a hung process with busy threads is found out."""
MOST_AT_ONCE = 1000
"""Messages between two looks at the time."""
SEND_S = 1.0
END_S = 1.0
"""How long a generator may take to end by itself before it is killed."""


class GeneratorHost:
    """One generator process. `report` is called from the reader thread, but for a job that could not be handed over."""

    def __init__(
        self,
        spec: EngineSpec,
        report: Callable[[Fact], None],
        clock: Clock,
        number: int = 0,
        allowed: Patience | None = None,
    ) -> None:
        self._spec = spec
        self._report = report
        self._clock = clock
        self._number_of_process = number

        self._lock = threading.Lock()
        self._ending = threading.Lock()
        self._memory = SoundMemory()
        own, childs = connected()
        self._line = Line(own, SEND_S)
        self._process: BaseProcess = multiprocessing.get_context("spawn").Process(
            target=worker.main, args=(childs, self._memory, spec, os.getpid()), name="generator"
        )
        self._childs: socket.socket | None = childs
        self._reader = threading.Thread(target=self._read, name="generator-reader", daemon=True)
        self._vigil = Vigil(allowed or patience(spec), spec.load_s, time.monotonic())
        self._pulse: Pulse | None = None
        self._end_by_s: float | None = None
        self._plan: SegmentPlan | None = None
        self._number = 0
        self._hold: Hold | None = None
        self._engine = ""
        self._closing = self._closed = self._over = False

    def start(self) -> None:
        """Start the process; `GeneratorReady` or `GeneratorExited` is reported when its engine is warm or dead.

        Raises:
            OSError: the machine has no room for a process. Nothing is left of it then.
        """
        hold = self._hold = self._clock.hold()
        try:
            self._process.start()
        except OSError:
            hold.release()
            self.close()
            raise
        if self._process.pid is not None:
            born(self._process.pid)
            self._pulse = Pulse(self._process.pid)
        if self._childs is not None:
            self._childs.close()
            self._childs = None
        self._reader.start()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    @property
    def busy(self) -> bool:
        return self._plan is not None

    @property
    def ready(self) -> bool:
        return bool(self._engine)

    def submit(self, plan: SegmentPlan, context: Audio | None, deadline_s: float) -> None:
        """Ask for `plan`; exactly one of `SegmentMade`, `SegmentFailed` or `GeneratorExited` will be reported.

        Raises:
            WrongState: a job is running, or the engine is not ready, or it has just ended.
        """
        with self._lock:
            if self.busy or not self.ready or self._over:
                raise WrongState("the generator does one job at a time, once its engine is ready")
            trouble = self._write(context)
            if not trouble:
                self._number += 1
                self._plan = plan
                self._vigil.began(deadline_s, time.monotonic())
                self._hold = self._clock.hold()
                self._send(Job(self._number, plan, 0 if context is None else len(context)))
        if trouble:
            self._report(SegmentFailed(plan, "failed", trouble, self._number_of_process))

    def cancel(self) -> None:
        """Ask the running job to stop at its next sign of progress. Its `SegmentFailed` still comes; a job that does
        not stop costs the process."""
        with self._lock:
            if self.busy:
                self._vigil.cancelled(time.monotonic())
                self._send(Cancel(self._number))

    def dismiss(self) -> None:
        """End the process without waiting for it; the reader thread sees to it and gives the memory back."""
        with self._lock:
            self._closing = True
            self._end_by_s = time.monotonic() + END_S
        with self._ending:
            if self._process.is_alive():
                self._process.terminate()

    @property
    def gone(self) -> bool:
        """Nothing is left of it."""
        return not self._reader.is_alive()

    def close(self) -> None:
        """End the process and give its memory back. Fine to call twice."""
        if self._closed:
            return
        self._closing = self._closed = True
        if self._reader.is_alive():
            self._end_process(END_S, ask=True)
        else:
            self._line.close()
        if self._childs is not None:
            self._childs.close()
        if self._reader.is_alive() and self._reader is not threading.current_thread():
            self._reader.join(END_S + POLL_S)
        self._memory.close()

    def _write(self, context: Audio | None) -> str:
        """Why the context could not be handed over; empty if it was."""
        try:
            if context is not None:
                self._memory.write_context(context.samples)
        except OSError as error:
            return f"there is no room for the context: {error.strerror or error}"
        return ""

    def _send(self, message: Job | Cancel) -> None:
        """A dead process is the reader's news to tell, not the sender's."""
        with contextlib.suppress(OSError):
            self._line.send(message)

    # ── the reader thread ──────────────────────────────────────────────────────────────────────────────────────────

    def _read(self) -> None:
        """Messages until there are no more, then one last fact."""
        grace_s = 0.0
        try:
            reason = self._listen()
        except (EOFError, OSError):
            reason, grace_s = "it ended by itself", END_S
        except Exception as error:  # noqa: BLE001 - whatever it sent, the station must hear that there will be no more
            reason = f"it sent nonsense: {error}"
        self._end_process(grace_s, ask=False)
        with self._lock:
            self._over = True
        self._line.close()
        self._memory.close()
        code, number = self._process.exitcode, self._number_of_process
        self._finish(GeneratorExited(code, self._plan, reason, expected=self._closing, generator=number))

    def _listen(self) -> str:
        """Until something is overdue; what that was. Time is looked at only when all that came has been heard."""
        looked_s = time.monotonic()
        while True:
            message = self._line.next(POLL_S)
            for _ in range(MOST_AT_ONCE):
                if message is None:
                    break
                self._handle(message)
                message = self._line.next(0)
            now_s = time.monotonic()
            with self._lock:
                starved_s = self._pulse.starved_s() if self._pulse is not None else 0.0
                away_s = now_s - looked_s
                self._vigil.slept(away_s if away_s > AWAY_S else min(starved_s, MOST_STARVED * away_s), now_s)
                if self._end_by_s is not None and now_s > self._end_by_s:
                    return "it did not end when it was told to"
                if reason := self._vigil.overdue(now_s):
                    return f"{reason} and was killed"
            looked_s = now_s

    def _handle(self, came: object) -> None:
        message = checked(came)
        with self._lock:
            self._vigil.heard(time.monotonic())
        match message:
            case Ready():
                with self._lock:
                    self._vigil.ready()
                self._engine = message.engine
                self._finish(GeneratorReady(message.engine, message.seconds, self._number_of_process))
            case Progress() if self._plan is not None and message.number == self._number:
                with self._lock:
                    self._vigil.moved(time.monotonic())
                self._report(GenerationProgress(self._plan.index, message.fraction))
            case Done() if self._plan is not None and message.number == self._number:
                segment = self._collect(self._plan, message)
                self._finish(SegmentMade(segment))
            case Failed() if message.number is None or message.number == self._number:
                self._finish(SegmentFailed(self._plan, message.why, message.message, self._number_of_process))
            case Beat() | Progress() | Done() | Failed():
                pass

    def _collect(self, plan: SegmentPlan, done: Done) -> Segment:
        audio = Audio(self._memory.read_result(done.frames))
        rendered = Rendered(audio, done.title, done.bars, done.bpm, done.key, done.provenance)
        return Segment(plan, rendered, self._engine, done.seconds)

    def _finish(self, fact: Fact) -> None:
        """The job is over: report, then let time move on."""
        with self._lock:
            self._plan = None
            hold, self._hold = self._hold, None
            self._vigil.ended(time.monotonic(), whole=isinstance(fact, SegmentMade))
        self._report(fact)
        if hold is not None:
            hold.release()

    def _end_process(self, grace_s: float, *, ask: bool) -> None:
        """Wait, kill. One thread at a time: a child's end can be learned only once."""
        with self._ending:
            if ask and self._process.is_alive():
                self._process.terminate()
            self._process.join(grace_s)
            if self._process.is_alive():
                self._process.kill()
                self._process.join(END_S)
