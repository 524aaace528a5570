"""An engine that makes endless known sound and goes wrong on command, in every way an engine can.

Runs in the generator process. It takes its orders from a file (`order` in a folder of the bench's), one word at a time,
each for one job; `bench/chaos_faults.py` writes them. Knows no station.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from radio.contracts import Audio, Engine, Progress, Provenance, Rendered, Samples, SegmentPlan
from radio.engines.synth.engine import SynthEngine
from radio.errors import GenerationError, Unavailable
from radio.generator.line import HEADER
from radio.generator.wire import Done
from tests.fakes.signals import SignalEngine

ORDER = "order"
ALWAYS = "always "
HANG_S = 3600.0


@dataclass(frozen=True, slots=True)
class Stranger:
    """A message that nobody knows."""

    text: str = "hello"


class ChaosEngine:
    """Satisfies `radio.contracts.Engine`. `voice` is what it plays while nothing is wrong: `noise` or `synth`."""

    def __init__(self, folder: str, voice: str = "noise") -> None:
        self._order = Path(folder) / ORDER
        self._engine: Engine = SynthEngine() if voice == "synth" else SignalEngine()

    @property
    def name(self) -> str:
        return "chaos"

    def warm_up(self) -> None:
        self._engine.warm_up()

    def generate(self, plan: SegmentPlan, context: Audio | None, progress: Progress) -> Rendered:
        """A segment, or what was ordered instead."""
        word = self._taken()
        progress(0.1)
        if word in WRONG:
            WRONG[word](progress)
        made = self._engine.generate(plan, context, progress)
        return replace(made, audio=SPOILT[word](made.audio.samples)) if word in SPOILT else made

    def close(self) -> None:
        self._engine.close()

    def _taken(self) -> str:
        """The order, if there is one; it is carried out once, unless it is for always."""
        try:
            word = self._order.read_text(encoding="utf-8")
            if not word.startswith(ALWAYS):
                self._order.unlink()
        except FileNotFoundError:
            return ""
        return word.removeprefix(ALWAYS)


def raise_(error: Exception) -> None:
    raise error


def say(progress: Any, data: bytes) -> None:
    """Bytes past all protocol."""
    progress._line._end.sendall(data)


def wild(progress: Any) -> None:
    """A result that cannot be."""
    done = Done(progress._number, 1 << 40, "wild", (-5,), float("inf"), None, float("nan"), Provenance())
    progress._line.send(done)


WRONG: dict[str, Callable[[Any], object]] = {
    "raise": lambda _: raise_(ValueError("the tensor is sad")),
    "refuse": lambda _: raise_(GenerationError("the engine would rather not")),
    "unavailable": lambda _: raise_(Unavailable("the server behind the engine is away")),
    "out of memory": lambda _: raise_(MemoryError("no room")),
    "exit": lambda _: os._exit(3),
    "kill": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "stop": lambda _: os.kill(os.getpid(), signal.SIGSTOP),
    "hang": lambda _: time.sleep(HANG_S),
    "garbage": lambda progress: say(progress, HEADER.pack(30) + b"\x80\x05 this is no pickle at all"),
    "endless message": lambda progress: say(progress, b"\xff" * 64),
    "half a message": lambda progress: say(progress, HEADER.pack(300) + b"begun"),
    "stranger": lambda progress: progress._line.send(Stranger()),
    "wild numbers": wild,
}
"""Faults of the process, before any sound is made. Each is given the engine's `progress`, which holds the line."""


def poked(sound: Samples, value: float) -> Samples:
    """One sample of it is something else."""
    copy = sound.copy()
    copy[len(copy) // 3] = value
    return copy


SPOILT: dict[str, Callable[[Samples], Audio]] = {
    "short": lambda sound: Audio(sound[: len(sound) // 2]),
    "long": lambda sound: Audio(np.concatenate((sound, sound[-48_000:]))),
    "one sample": lambda sound: Audio(sound[:1]),
    "nothing": lambda sound: Audio(sound[:0]),
    "nan": lambda sound: Audio(poked(sound, np.nan)),
    "infinite": lambda sound: Audio(poked(sound, np.inf)),
    "huge": lambda sound: Audio(sound * np.float32(1e30)),
    "silence": lambda sound: Audio(np.zeros_like(sound)),
    "denormal": lambda sound: Audio(sound * np.float32(1e-38)),
    "mono": lambda sound: Audio(sound[:, :1]),
    "integers": lambda sound: Audio((sound * 32767).astype(np.int16)),
    "another rate": lambda sound: Audio(sound, 44_100),
}
"""Faults of the sound itself."""
ORDERS = (*WRONG, *SPOILT)
