"""What a plan may ask of ACE-Step. Pure; refuses in full sentences."""

from __future__ import annotations

import numpy as np

from radio.contracts import FRAME_SAMPLES, SAMPLE_RATE, Audio, SegmentPlan
from radio.errors import GenerationError

SHORTEST_S, LONGEST_S = 20.0, 240.0
SHORTEST_REPAINT_S, LONGEST_REPAINT_S = 3.0, 90.0
"""The official documentation's limits for repaint."""
LONGEST_PROMPT = 2_000
"""Characters."""


def check(plan: SegmentPlan, context: Audio | None) -> None:
    """Refuse what the model was not made for.

    Raises:
        GenerationError: the plan's length, overlap, prompt or context makes no sense.
    """
    seconds = plan.duration_samples / SAMPLE_RATE
    least, most = (SHORTEST_S, LONGEST_S) if plan.task == "text2music" else (SHORTEST_REPAINT_S, LONGEST_REPAINT_S)
    if not least <= seconds <= most:
        raise GenerationError(
            f"ACE-Step makes {least:g} to {most:g} s for {plan.task}, and {seconds:g} s were asked for"
        )
    if len(plan.prompt) > LONGEST_PROMPT:
        raise GenerationError(f"a prompt has at most {LONGEST_PROMPT} characters; this one has {len(plan.prompt)}")
    if plan.task == "text2music" and plan.overlap_samples:
        raise GenerationError("the start of a chain re-states nothing: its overlap is 0")
    if plan.task == "repaint":
        _check_continuation(plan, context)


def _check_continuation(plan: SegmentPlan, context: Audio | None) -> None:
    if not FRAME_SAMPLES <= plan.overlap_samples < plan.duration_samples:
        raise GenerationError("a continuation needs an overlap of at least 40 ms that is shorter than the segment")
    if context is None or not len(context):
        raise GenerationError("a continuation needs the sound that it continues")
    if context.sample_rate != SAMPLE_RATE:
        raise GenerationError(f"the context is at {context.sample_rate} Hz, and ACE-Step listens at {SAMPLE_RATE} Hz")
    if not np.isfinite(context.samples).all():
        raise GenerationError("the context holds samples that are not numbers")
