"""The warm-up: both tasks once, at the real shapes, with few steps.

Kernels are chosen, compiled and loaded by shape, so on a GPU the shapes are the real ones and every path is taken; two
prompts of different length make a compiled model take any. On a CPU there is little to warm and much to wait for.
Generator process.
"""

from __future__ import annotations

from dataclasses import replace

from radio.contracts import DEFAULT_PROMPT, SAMPLE_RATE, Audio, Chain, PromptChange, SegmentPlan
from radio.engines.acestep.checks import LONGEST_REPAINT_S
from radio.engines.acestep.making import Maker
from radio.engines.acestep.model import Model
from radio.engines.acestep.thinking import Planner, Thinker
from radio.errors import PlannerError

STEPS = 2
CPU_SAMPLES, CPU_OVERLAP_SAMPLES = 20 * SAMPLE_RATE, 2 * SAMPLE_RATE
SHORT_PROMPT = "piano"


def rehearse(model: Model, segment_samples: int, overlap_samples: int) -> None:
    """Make a chain of two and throw it away. `progress` is nobody's: loading is not cancelled."""
    small = model.device.type == "cpu"
    length = min(segment_samples, CPU_SAMPLES) if small else segment_samples
    overlap = min(overlap_samples, CPU_OVERLAP_SAMPLES) if small else overlap_samples
    quick = Model(model.pipeline, replace(model.sampling, steps=1 if small else STEPS))
    maker = Maker("", quick, Thinker(_nobody, takes_codes=False))
    first = maker.start(_plan(SHORT_PROMPT, length, 0, 0), _ignore)
    shorter = min(length, round(LONGEST_REPAINT_S * SAMPLE_RATE))
    context = Audio(first.audio.samples[-overlap:])
    maker.onward(_plan(DEFAULT_PROMPT, shorter, length - overlap, overlap), context, _ignore)
    if not small:
        model.listen(context.samples)
    model.pipeline.forget_texts()


def _plan(prompt: str, duration: int, position: int, overlap: int) -> SegmentPlan:
    chain = Chain(0, 0, (PromptChange(0, prompt),))
    return SegmentPlan(0, "repaint" if overlap else "text2music", prompt, 0, duration, overlap, position, chain)


def _ignore(fraction: float) -> None:
    del fraction


def _nobody() -> Planner:
    raise PlannerError("a rehearsal is not thought about")
