"""Segment plans for the planner's tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from radio.contracts import SAMPLE_RATE, Chain, PromptChange, SegmentPlan
from tests.engines.planner.scripted import LM

PLAN = SegmentPlan(
    index=1,
    task="text2music",
    prompt="quiet rain music",
    seed=2**40 + 5,
    duration_samples=60 * SAMPLE_RATE,
    overlap_samples=0,
    position_samples=0,
    chain=Chain(1, 5, (PromptChange(0, "quiet rain music"),)),
    lyrics="[Instrumental]",
    lm=LM,
)


def plan(**changes: Any) -> SegmentPlan:
    return replace(PLAN, **changes)


def unmoved(_fraction: float) -> None:
    """Progress for those who do not look."""
