"""An engine that harms the process it runs in, or hands over what is no segment: one way each."""

from __future__ import annotations

import gc
import re
import struct
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from radio.contracts import Audio, Progress, Rendered, Samples, SegmentPlan
from radio.generator.line import Line
from radio.generator.wire import Done
from tests.fakes.signals import SignalEngine


def line() -> Line:
    """The worker's own end of the line."""
    return next(each for each in gc.get_objects() if isinstance(each, Line))


def hold_the_interpreter() -> None:
    """A regular expression that takes for ever, in C: no other thread of the process runs."""
    re.match("(a+)+$", "a" * 60 + "b")


def lie(**numbers: Any) -> Callable[[], None]:
    """Say that a segment is done which is not."""
    truth = Done(1, 48_000, "lie", (), None, None, 1.0, Rendered(Audio(np.zeros((1, 2), np.float32)), "").provenance)
    return lambda: line().send(replace(truth, **numbers))


HARM: dict[str, Callable[[], None]] = {
    "hold": hold_the_interpreter,
    "no pickle": lambda: line()._end.sendall(struct.pack("!I", 5) + b"noise"),
    "endless": lambda: line()._end.sendall(b"\xff" * 64),
    "half": lambda: line()._end.sendall(struct.pack("!I", 1000) + b"x"),
    "stranger": lambda: line().send(struct.Struct),
    "no message": lambda: line().send({"frames": 3}),
    "negative": lie(frames=-5),
    "too many": lie(frames=10**12),
    "no number": lie(seconds=float("nan")),
    "hang": lambda: time.sleep(600),
}
SHAPES: dict[str, Callable[[Samples], object]] = {
    "mono": lambda sound: Audio(sound[:, :1].copy()),
    "integers": lambda sound: Audio(sound.astype(np.int16)),
    "rate": lambda sound: Audio(sound, 44_100),
    "empty": lambda sound: Audio(sound[:0]),
    "short": lambda sound: Audio(sound[: len(sound) // 2]),
    "long": lambda sound: Audio(np.concatenate([sound, sound])),
    "nothing": lambda sound: None,
}


class Saboteur(SignalEngine):
    """Does harm in plans of an index in `when` (in all without it), before it hands over what it made."""

    def __init__(self, how: str, when: tuple[int, ...] = ()) -> None:
        super().__init__()
        self._how = how
        self._when = when

    def generate(self, plan: SegmentPlan, context: Audio | None, progress: Progress) -> Rendered:
        rendered = super().generate(plan, context, progress)
        if self._when and plan.index not in self._when:
            return rendered
        if self._how in HARM:
            HARM[self._how]()
            return rendered
        audio = SHAPES[self._how](rendered.audio.samples)
        return audio if audio is None else replace(rendered, audio=audio)  # type: ignore[return-value, arg-type]
