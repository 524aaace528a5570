"""The facts that stages report. Frozen values; a stage reports what happened and the conductor decides what follows.

Knows no stage. Facts are made in any thread and read in the conductor's task.
"""

from __future__ import annotations

from dataclasses import dataclass

from radio.contracts import EncoderRun, Entry, Quality, Rung, Seam, Segment, SegmentPlan


@dataclass(frozen=True, slots=True)
class GeneratorReady:
    """The engine is built and warm. `generator` is the number of the process, here and below."""

    engine: str
    seconds: float
    generator: int = 0


@dataclass(frozen=True, slots=True)
class GeneratorExited:
    """The generator process is gone. `plan` is the job that it took with it, if any."""

    code: int | None
    plan: SegmentPlan | None
    reason: str
    expected: bool
    generator: int = 0


@dataclass(frozen=True, slots=True)
class GenerationProgress:
    index: int
    fraction: float


@dataclass(frozen=True, slots=True)
class SegmentMade:
    segment: Segment


@dataclass(frozen=True, slots=True)
class SegmentFailed:
    """`plan` is None when the engine itself could not be built."""

    plan: SegmentPlan | None
    why: str
    message: str
    generator: int = 0


@dataclass(frozen=True, slots=True)
class RungsSeen:
    """What the quality ladder could be climbed on was looked at: which rungs are there, best first."""

    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class SegmentMixed:
    """A segment is on the timeline up to its withheld tail, which ends at `tail_end`. Its sound is not kept, only what
    was measured on it. Not `good`: it was taken because no attempt was any better."""

    plan: SegmentPlan
    entry: Entry
    seam: Seam | None
    final_end: int
    tail_end: int
    cpu_s: float
    quality: Quality | None = None
    good: bool = True


@dataclass(frozen=True, slots=True)
class SegmentRefused:
    """The mixer will not take this segment; `reasons` are sentences."""

    segment: Segment
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bridged:
    """The mixer made `frames` of sound itself, from timeline sample `start` on."""

    start: int
    frames: int


@dataclass(frozen=True, slots=True)
class ChunkPublished:
    """A chunk is in the window: timeline samples `first_sample` to `end_sample`, dated `date_utc` (Unix seconds)."""

    sequence: int
    epoch: str
    date_utc: float
    first_sample: int
    end_sample: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class EncoderExited:
    """ffmpeg is gone. `expected` when it was asked to end, `hung` when it had to be killed."""

    run: EncoderRun
    code: int | None
    last_words: tuple[str, ...]
    expected: bool
    hung: bool = False


@dataclass(frozen=True, slots=True)
class StageFailed:
    """A thread of the audio path ended with an error: a bug, told rather than hidden."""

    stage: str
    message: str


Fact = (
    GeneratorReady
    | GeneratorExited
    | GenerationProgress
    | SegmentMade
    | SegmentFailed
    | SegmentMixed
    | SegmentRefused
    | RungsSeen
    | Bridged
    | ChunkPublished
    | EncoderExited
    | StageFailed
)
