"""Messages between the station and its generator process. Frozen values only; sound goes through shared memory.

Knows no process and no socket: `host` and `worker` send these over a `line`. What an engine says is not believed:
`checked` looks at it before anybody counts with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from radio.contracts import Provenance, SegmentPlan
from radio.errors import GenerationError
from radio.generator.memory import RESULT_FRAMES

Failure = Literal["cancelled", "failed", "deadline", "crashed", "out_of_memory", "unavailable"]


@dataclass(frozen=True, slots=True)
class Job:
    """Make `plan`. `context_frames` samples of context lie in the context half of the memory; 0: a chain start."""

    number: int
    plan: SegmentPlan
    context_frames: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop that job if it still runs."""

    number: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The engine is warm."""

    engine: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    number: int
    fraction: float


@dataclass(frozen=True, slots=True)
class Done:
    """`frames` samples of sound lie in the result half of the memory until the next job is sent."""

    number: int
    frames: int
    title: str
    bars: tuple[int, ...]
    bpm: float | None
    key: str | None
    seconds: float
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Failed:
    """`number` is None when the engine itself could not be built."""

    number: int | None
    why: Failure
    message: str


@dataclass(frozen=True, slots=True)
class Beat:
    """The process lives. From a thread of its own, about once a second."""


ToWorker = Job | Cancel
ToHost = Ready | Progress | Done | Failed | Beat


def checked(message: object) -> ToHost:
    """The message, if it is one and its numbers can be.

    Raises:
        GenerationError: it is not.
    """
    match message:
        case Ready(engine=str(), seconds=seconds) if message.engine and _span(seconds):
            return message
        case Progress(number=int(), fraction=fraction) if _span(fraction) and fraction <= 1:
            return message
        case Failed(number=int() | None, message=str()) if message.why in get_args(Failure):
            return message
        case Done() if _sound(message):
            return message
        case Beat():
            return message
        case _:
            raise GenerationError(f"a message makes no sense: {message!r:.200}")


def _sound(done: Done) -> bool:
    """Whether what is said of a segment can be true."""
    plain = isinstance(done.frames, int) and isinstance(done.title, str) and isinstance(done.provenance, Provenance)
    numbers = isinstance(done.bars, tuple) and all(isinstance(bar, int) for bar in done.bars)
    return (
        plain and numbers and 0 < done.frames <= RESULT_FRAMES and _span(done.seconds)
        and (done.bpm is None or _span(done.bpm)) and isinstance(done.key, str | None)
    )  # fmt: skip


def _span(value: object) -> bool:
    """A finite number that is not negative."""
    return isinstance(value, int | float) and math.isfinite(value) and value >= 0
