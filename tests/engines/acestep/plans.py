"""Plans as the programme makes them, short: 20 s segments with 4 s of overlap."""

from __future__ import annotations

from typing import Any

from radio.contracts import SAMPLE_RATE, Audio, Chain, PromptChange, Rendered, SegmentPlan

SEGMENT = 20 * SAMPLE_RATE
OVERLAP = 4 * SAMPLE_RATE
PROMPT = "smooth jazz, late night"


def chain(number: int = 1) -> Chain:
    return Chain(number, 7, (PromptChange(0, PROMPT),))


def start(**changes: Any) -> SegmentPlan:
    """A chain's first segment."""
    plan: dict[str, Any] = {
        "index": 0, "task": "text2music", "prompt": PROMPT, "seed": 5, "duration_samples": SEGMENT,
        "overlap_samples": 0, "position_samples": 0, "chain": chain(), "lyrics": "[Instrumental]",
    }  # fmt: skip
    return SegmentPlan(**(plan | changes))


def onward(index: int, position: int, **changes: Any) -> SegmentPlan:
    """A continuation whose first sample lies at `position` of its chain."""
    return start(
        **{
            "index": index, "task": "repaint", "seed": 5 + index, "overlap_samples": OVERLAP,
            "position_samples": position,
        } | changes
    )  # fmt: skip


def next_position(plan: SegmentPlan, usable: int | None = None) -> int:
    """Where the continuation of `plan` begins, if it is heard up to its sample `usable`."""
    return plan.position_samples + (plan.duration_samples if usable is None else usable) - OVERLAP


def context_of(rendered: Rendered, usable: int | None = None) -> Audio:
    """The end of what is heard of a segment, in memory of its own, as it comes through the wire."""
    return Audio(rendered.audio.samples[: usable or len(rendered.audio)][-OVERLAP:].copy())


def ignore(fraction: float) -> None:
    del fraction
