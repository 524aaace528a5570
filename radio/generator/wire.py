"""Messages between the station and its generator process. Frozen values only; sound goes through shared memory.

Knows no process and no pipe: `host` and `worker` send these over one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from radio.contracts import Provenance, SegmentPlan

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


ToWorker = Job | Cancel
ToHost = Ready | Progress | Done | Failed
