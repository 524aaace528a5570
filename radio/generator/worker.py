"""The child side: builds the engine, warms it up, and does one job after another.

Runs in the generator process, in its main thread, until the line ends; a small thread beside it says once a second that
the process lives, and ends it when nobody is there to hear that. Knows nothing of stations.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable

from radio.contracts import Audio, Engine, EngineSpec, Rendered
from radio.errors import Cancelled, DeadlineExceeded, GenerationError, OutOfMemory, Unavailable
from radio.generator.line import Line
from radio.generator.memory import RESULT_FRAMES, SoundMemory
from radio.generator.wire import Beat, Cancel, Done, Failed, Failure, Job, Progress, Ready, ToHost

PR_SET_PDEATHSIG = 1
PROGRESS_EVERY_S = 0.1
BEAT_S = 1.0
MOST_CHARACTERS = 2000
"""Of what an engine says: libraries put whole tensors and web pages into their errors."""


def main(end: socket.socket, memory: SoundMemory, spec: EngineSpec, parent_pid: int) -> None:
    """Entry point of the process."""
    end_with_parent(parent_pid)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = Line(end)
    threading.Thread(target=beat, args=(line,), name="beat", daemon=True).start()
    engine = None
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        engine = open_engine(line, spec)
        while engine is not None:
            message = line.next(None)
            if isinstance(message, Job):
                line.send(do(engine, message, memory, line))
    if engine is not None:
        engine.close()
    memory.close()


def beat(line: Line) -> None:
    """The thread that says that the process lives. When the station is gone, so is the reason to go on: a job that
    nobody waits for ends here, also where the kernel does not see to it."""
    while True:
        try:
            line.send(Beat())
        except OSError:
            os._exit(0)
        time.sleep(BEAT_S)


def end_with_parent(parent_pid: int) -> None:
    """Ask the kernel to kill this process when its parent dies (Linux prctl(2)); elsewhere the line's end does it."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent_pid:
            os._exit(0)


def build(spec: EngineSpec) -> Engine:
    """Import and call the factory that `spec` names, in the environment that it asks for."""
    os.environ.update(spec.environment)
    module, _, name = spec.factory.partition(":")
    factory: Callable[..., Engine] = getattr(importlib.import_module(module), name)
    return factory(**spec.options)


def open_engine(line: Line, spec: EngineSpec) -> Engine | None:
    """Build and warm up; None, and a message, when that fails."""
    began = time.monotonic()
    try:
        engine = build(spec)
        engine.warm_up()
    except Exception as error:  # noqa: BLE001 - an engine may fail in any way; the station must hear of it
        line.send(Failed(None, why(error), sentence(error)))
        return None
    line.send(Ready(engine.name, time.monotonic() - began))
    return engine


def do(engine: Engine, job: Job, memory: SoundMemory, line: Line) -> ToHost:
    """Do one job and say how it went."""
    began = time.monotonic()
    try:
        context = Audio(memory.read_context(job.context_frames)) if job.context_frames else None
        rendered = engine.generate(job.plan, context, Reporter(line, job.number))
        memory.write_result(checked(rendered).audio.samples)
        return done(job.number, rendered, time.monotonic() - began)
    except Exception as error:  # noqa: BLE001 - an engine may fail in any way; results are values
        return Failed(job.number, why(error), sentence(error))


def done(number: int, rendered: Rendered, seconds: float) -> Done:
    """The result in plain numbers; what a library calls a number may not be one elsewhere."""
    bars = tuple(int(bar) for bar in rendered.bars)
    bpm = None if rendered.bpm is None else float(rendered.bpm)
    return Done(
        number, len(rendered.audio), rendered.title[:MOST_CHARACTERS], bars, bpm, rendered.key, seconds,
        rendered.provenance,
    )  # fmt: skip


def checked(rendered: object) -> Rendered:
    """Refuse what the shared memory cannot carry; whether it is music is the mixer's to say."""
    if not isinstance(rendered, Rendered):
        raise GenerationError(f"the engine returned a {type(rendered).__name__}, not a segment")
    audio = rendered.audio
    if audio.samples.shape[1] != 2 or audio.sample_rate != 48_000:
        raise GenerationError(f"the engine returned {audio.samples.shape} at {audio.sample_rate} Hz, not 48 kHz stereo")
    if not 0 < len(audio) <= RESULT_FRAMES:
        raise GenerationError(f"the engine returned {audio.duration_s:.0f} s of sound")
    return rendered


def why(error: Exception) -> Failure:
    """The kind of failure, without importing anybody's library."""
    if isinstance(error, Cancelled):
        return "cancelled"
    if isinstance(error, OutOfMemory | MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return "out_of_memory"
    if isinstance(error, Unavailable | ImportError):
        return "unavailable"
    return "deadline" if isinstance(error, DeadlineExceeded) else "failed"


def sentence(error: Exception) -> str:
    text = str(error)[:MOST_CHARACTERS] or "no reason given"
    return text if isinstance(error, GenerationError) else f"{type(error).__name__}: {text}"


class Reporter:
    """The engine's `progress`: tells the station, rarely, and listens for a cancel, always."""

    def __init__(self, line: Line, number: int) -> None:
        self._line = line
        self._number = number

        self._next_s = 0.0

    def __call__(self, fraction: float) -> None:
        while (message := self._line.next(0)) is not None:
            if isinstance(message, Cancel) and message.number == self._number:
                raise Cancelled("the job was cancelled")
        now = time.monotonic()
        if now >= self._next_s:
            self._next_s = now + PROGRESS_EVERY_S
            self._line.send(Progress(self._number, min(1.0, max(0.0, float(fraction)))))
