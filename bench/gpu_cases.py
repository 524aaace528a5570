"""The cases of the GPU bench, and what travels between its parent and its worker: jobs there, outcomes back, as JSON.

Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.gpu_ceilings import Ceiling
from bench.gpu_sizes import TINY, TWO_B, XL, Size
from bench.gpu_work import Shapes

GIB = 2**30
TASKS = ("text2music", "repaint", "repaint, context heard")
"""A continuation usually knows its context's latents; after a cut, a bridge or a restart it hears (encodes) it."""


@dataclass(frozen=True, slots=True)
class Case:
    """`budget_s` is the most that a repaint may take on an H200-class device, as the engine runs it by default."""

    name: str
    size: Size
    turbo: bool
    steps: int
    guidance: float = 1.0
    budget_s: float | None = None


CASES = {
    case.name: case
    for case in (
        Case("2b-turbo-8", TWO_B, turbo=True, steps=8, budget_s=0.5),
        Case("xl-turbo-8", XL, turbo=True, steps=8, budget_s=1.2),
        Case("2b-sft-32", TWO_B, turbo=False, steps=32, guidance=7.0),
        Case("2b-sft-50", TWO_B, turbo=False, steps=50, guidance=7.0),
    )
}


@dataclass(frozen=True, slots=True)
class Mode:
    """`eager`; `layers`: as the engine compiles by itself; `graphs`: the whole DiT compiled, as CUDA graphs.

    `free_convolutions` lets cuDNN try its kernels and take the fastest, which the engine forbids: equal plans must give
    equal samples. What that costs, and float32 in the VAE, is worth knowing.

    Unless modes are asked for by name, only the `usual` cases are run in it: compiling a whole DiT takes minutes.
    """

    name: str
    compiled: str
    bf16_vae: bool = False
    free_convolutions: bool = False
    usual: tuple[str, ...] = tuple(CASES)


MODES = {
    mode.name: mode
    for mode in (
        Mode("eager", "eager"),
        Mode("compiled", "layers"),
        Mode("compiled-bf16-vae", "layers", bf16_vae=True, usual=("2b-turbo-8",)),
        Mode("compiled-free-conv", "layers", free_convolutions=True, usual=("2b-turbo-8",)),
        Mode("graphs", "graphs", usual=("2b-turbo-8", "xl-turbo-8", "2b-sft-50")),
    )
}
DEFAULT_MODE = "compiled"
"""What the engine does on CUDA unless told otherwise: the budgets are for it."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of it: real segments on a GPU; on a CPU short ones, of few steps."""

    name: str
    segment_s: int
    overlap_s: int
    repeats: int
    most_steps: int = 1000
    unmeasured_rounds: int = 1

    @property
    def stride_s(self) -> int:
        return self.segment_s - self.overlap_s


SCALES = {"real": Scale("real", 60, 15, 10), "tiny": Scale("tiny", 20, 4, 1, most_steps=3, unmeasured_rounds=0)}


@dataclass(frozen=True, slots=True)
class Job:
    """One case in one mode, or, with no case, the device's ceilings. `seconds` is what it may take."""

    scale: str
    case: str = ""
    mode: str = ""
    seconds: float = 0.0

    @property
    def name(self) -> str:
        return f"{self.case} {self.mode}" if self.case else "what the device can do"

    @property
    def size(self) -> Size:
        return CASES[self.case].size if self.scale == "real" else TINY

    @property
    def steps(self) -> int:
        return min(CASES[self.case].steps, SCALES[self.scale].most_steps)


@dataclass(frozen=True, slots=True)
class Timing:
    """One task of a case: seconds of each run, and the parts of the run whose seconds were the median."""

    seconds: tuple[float, ...]
    parts_s: dict[str, float]
    shapes: Shapes

    @property
    def median_s(self) -> float:
        return sorted(self.seconds)[len(self.seconds) // 2]

    @property
    def worst_s(self) -> float:
        return max(self.seconds)

    @property
    def rest_s(self) -> float:
        """What no part took, of the same run."""
        return self.median_s - sum(self.parts_s.values())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job. `trouble` is one sentence, empty where all went well; `notes` say what compiling did."""

    job: Job
    trouble: str = ""
    timings: dict[str, Timing] = field(default_factory=dict)
    ceiling: Ceiling | None = None
    peak_bytes: int = 0
    weight_bytes: int = 0
    build_s: float = 0.0
    warm_up_s: float = 0.0
    notes: str = ""
    software: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def outcome_from_json(line: str) -> Outcome:
    """What `to_json` wrote.

    Raises:
        ValueError, TypeError, KeyError: it did not write that.
    """
    fields: dict[str, Any] = json.loads(line)
    timings = {
        task: Timing(tuple(timing["seconds"]), timing["parts_s"], Shapes(**timing["shapes"]))
        for task, timing in fields.pop("timings").items()
    }
    ceiling = fields.pop("ceiling")
    return Outcome(
        job=Job(**fields.pop("job")), timings=timings, ceiling=Ceiling(**ceiling) if ceiling else None, **fields
    )


def jobs_of(scale: str, cases: Sequence[str], modes: Sequence[str], seconds: float) -> Iterator[Job]:
    """The ceilings, then every case in every mode, each at most `seconds` long; no modes are those that are usual.

    Mode by mode, so that what matters most is done when the time is up. At the tiny scale eager is usual.
    """
    yield Job(scale, seconds=seconds)
    for mode in modes or (MODES if scale == "real" else ["eager"]):
        for case in cases:
            if modes or case in MODES[mode].usual:
                yield Job(scale, case, mode, seconds)
