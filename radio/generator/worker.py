"""The child side: builds the engine, warms it up, and does one job after another.

Runs in the generator process, in its main thread, until the pipe ends. Knows nothing of stations.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

from radio.contracts import Audio, Engine, EngineSpec, Rendered
from radio.errors import Cancelled, DeadlineExceeded, GenerationError, OutOfMemory, Unavailable
from radio.generator.memory import RESULT_FRAMES, SoundMemory
from radio.generator.wire import Cancel, Done, Failed, Failure, Job, Progress, Ready, ToHost

PR_SET_PDEATHSIG = 1
PROGRESS_EVERY_S = 0.1


def main(pipe: Connection, memory_name: str, spec: EngineSpec, parent_pid: int) -> None:
    """Entry point of the process."""
    end_with_parent(parent_pid)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    memory = SoundMemory(memory_name)
    engine = None
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        engine = open_engine(pipe, spec)
        while engine is not None:
            message = pipe.recv()
            if isinstance(message, Job):
                pipe.send(do(engine, message, memory, pipe))
    if engine is not None:
        engine.close()
    memory.close()


def end_with_parent(parent_pid: int) -> None:
    """Ask the kernel to kill this process when its parent dies (Linux prctl(2)); elsewhere the pipe's end does it."""
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


def open_engine(pipe: Connection, spec: EngineSpec) -> Engine | None:
    """Build and warm up; None, and a message, when that fails."""
    began = time.monotonic()
    try:
        engine = build(spec)
        engine.warm_up()
    except Exception as error:  # noqa: BLE001 - an engine may fail in any way; the station must hear of it
        pipe.send(Failed(None, why(error), sentence(error)))
        return None
    pipe.send(Ready(engine.name, time.monotonic() - began))
    return engine


def do(engine: Engine, job: Job, memory: SoundMemory, pipe: Connection) -> ToHost:
    """Do one job and say how it went."""
    began = time.monotonic()
    try:
        context = Audio(memory.read_context(job.context_frames)) if job.context_frames else None
        rendered = engine.generate(job.plan, context, Reporter(pipe, job.number))
        memory.write_result(checked(rendered).audio.samples)
    except Exception as error:  # noqa: BLE001 - an engine may fail in any way; results are values
        return Failed(job.number, why(error), sentence(error))
    seconds = time.monotonic() - began
    return Done(
        job.number, len(rendered.audio), rendered.title, rendered.bars, rendered.bpm, rendered.key, seconds,
        rendered.provenance,
    )  # fmt: skip


def checked(rendered: Rendered) -> Rendered:
    """Refuse what the shared memory cannot carry."""
    audio = rendered.audio
    if audio.samples.shape[1] != 2 or audio.sample_rate != 48_000 or len(audio) > RESULT_FRAMES:
        raise GenerationError(f"the engine returned {audio.samples.shape} at {audio.sample_rate} Hz, not 48 kHz stereo")
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
    text = str(error) or "no reason given"
    return text if isinstance(error, GenerationError) else f"{type(error).__name__}: {text}"


class Reporter:
    """The engine's `progress`: tells the station, rarely, and listens for a cancel, always."""

    def __init__(self, pipe: Connection, number: int) -> None:
        self._pipe = pipe
        self._number = number

        self._next_s = 0.0

    def __call__(self, fraction: float) -> None:
        while self._pipe.poll(0):
            message = self._pipe.recv()
            if isinstance(message, Cancel) and message.number == self._number:
                raise Cancelled("the job was cancelled")
        now = time.monotonic()
        if now >= self._next_s:
            self._next_s = now + PROGRESS_EVERY_S
            self._pipe.send(Progress(self._number, min(1.0, max(0.0, fraction))))
