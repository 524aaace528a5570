"""The station's side of the generator process: start it, give it one job at a time, hear how it went.

It starts and ends the process when told to and never decides to restart it: it reports facts. A reader thread waits
on the pipe, copies finished sound out of the shared memory and keeps the deadlines; the public methods are for one
other thread (the event loop's).
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from radio.contracts import Audio, Clock, EngineSpec, Hold, Rendered, Segment, SegmentPlan
from radio.errors import WrongState
from radio.events import Fact, GenerationProgress, GeneratorExited, GeneratorReady, SegmentFailed, SegmentMade
from radio.generator import worker
from radio.generator.memory import SoundMemory
from radio.generator.wire import Cancel, Done, Failed, Job, Progress, Ready, ToHost

POLL_S = 0.5
END_S = 1.0
"""How long a generator may take to end by itself before it is killed."""


class GeneratorHost:
    """One generator process. `report` is called from the reader thread."""

    def __init__(self, spec: EngineSpec, report: Callable[[Fact], None], clock: Clock, number: int = 0) -> None:
        self._spec = spec
        self._report = report
        self._clock = clock
        self._number_of_process = number

        self._lock = threading.Lock()
        self._memory = SoundMemory()
        self._pipe, child_pipe = multiprocessing.Pipe()
        self._process: BaseProcess = multiprocessing.get_context("spawn").Process(
            target=worker.main, args=(child_pipe, self._memory.name, spec, os.getpid()), name="generator"
        )
        self._child_pipe: Connection | None = child_pipe
        self._reader = threading.Thread(target=self._read, name="generator-reader", daemon=True)
        self._plan: SegmentPlan | None = None
        self._number = 0
        self._deadline_s: float | None = None
        self._hold: Hold | None = None
        self._engine = ""
        self._closing = self._closed = self._over = False

    def start(self) -> None:
        """Start the process; `GeneratorReady` or `GeneratorExited` is reported when its engine is warm or dead."""
        self._hold = self._clock.hold()
        self._deadline_s = time.monotonic() + self._spec.load_s
        self._process.start()
        if self._child_pipe is not None:
            self._child_pipe.close()
            self._child_pipe = None
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
            if context is not None:
                self._memory.write_context(context.samples)
            self._number += 1
            self._plan, self._deadline_s = plan, time.monotonic() + deadline_s
            self._hold = self._clock.hold()
            self._send(Job(self._number, plan, 0 if context is None else len(context)))

    def cancel(self) -> None:
        """Ask the running job to stop at its next sign of progress. Its `SegmentFailed` still comes."""
        with self._lock:
            if self.busy:
                self._send(Cancel(self._number))

    def dismiss(self) -> None:
        """End the process without waiting for it; the reader thread sees to it and gives the memory back."""
        with self._lock:
            self._closing = True
            self._deadline_s = time.monotonic() + END_S
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
        self._pipe.close() if not self._reader.is_alive() else self._end_process(END_S)
        if self._reader.is_alive() and self._reader is not threading.current_thread():
            self._reader.join(END_S + POLL_S)
        self._memory.close()

    def _send(self, message: Job | Cancel) -> None:
        """A dead process is the reader's news to tell, not the sender's."""
        with contextlib.suppress(OSError):
            self._pipe.send(message)

    def _read(self) -> None:
        """The reader thread: messages until the pipe ends, then one last fact."""
        reason = "it ended by itself"
        try:
            while True:
                if self._pipe.poll(POLL_S):
                    self._handle(self._pipe.recv())
                elif self._deadline_s is not None and time.monotonic() > self._deadline_s:
                    reason = "it missed its deadline and was killed"
                    self._process.kill()
                    self._deadline_s = None
        except (EOFError, OSError):
            pass
        self._process.join(END_S)
        with self._lock:
            self._over = True
        self._pipe.close()
        self._memory.close()
        code, number = self._process.exitcode, self._number_of_process
        self._finish(GeneratorExited(code, self._plan, reason, expected=self._closing, generator=number))

    def _handle(self, message: ToHost) -> None:
        match message:
            case Ready():
                self._engine = message.engine
                self._finish(GeneratorReady(message.engine, message.seconds, self._number_of_process))
            case Progress() if self._plan is not None and message.number == self._number:
                self._report(GenerationProgress(self._plan.index, message.fraction))
            case Done() if self._plan is not None:
                segment = self._collect(self._plan, message)
                self._finish(SegmentMade(segment))
            case Failed():
                plan = self._plan
                self._finish(SegmentFailed(plan, message.why, message.message, self._number_of_process))
            case _:
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
            if not self._closing:
                self._deadline_s = None
        self._report(fact)
        if hold is not None:
            hold.release()

    def _end_process(self, limit_s: float) -> None:
        """Terminate, wait, kill."""
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(limit_s)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(limit_s)
