"""A test engine that is steered: each prompt is a tone of its own, from exactly where the chain changes to it."""

from __future__ import annotations

import numpy as np

from radio.contracts import Audio, Chain, Progress, Rendered, Samples, SegmentPlan
from tests.fakes.signals import tone


class SteeredEngine:
    """`tone 440` plays 440 Hz; any other prompt 300 Hz. A pure function of chain and position."""

    @property
    def name(self) -> str:
        return "steered"

    def warm_up(self) -> None:
        """Nothing to load."""

    def generate(self, plan: SegmentPlan, context: Audio | None, progress: Progress) -> Rendered:
        progress(0.0)
        return Rendered(Audio(_sound(plan)), plan.prompt)

    def close(self) -> None:
        """Nothing to give back."""


def hertz(prompt: str) -> float:
    return float(prompt.removeprefix("tone ")) if prompt.startswith("tone ") else 300.0


def _sound(plan: SegmentPlan) -> Samples:
    start, end = plan.position_samples, plan.position_samples + plan.duration_samples
    parts = [
        tone(max(first, start), min(last, end) - max(first, start), hertz(prompt))
        for first, last, prompt in _stretches(plan.chain, end)
        if max(first, start) < min(last, end)
    ]
    return np.concatenate(parts)


def _stretches(chain: Chain, end: int) -> list[tuple[int, int, str]]:
    """From, to, prompt."""
    starts = [change.position_samples for change in chain.changes]
    return [
        (start, max(start, last), change.prompt)
        for start, last, change in zip(starts, [*starts[1:], end], chain.changes, strict=True)
    ]
