"""Test engines that make known signals: a pure function of the chain's position, so that overlaps re-state exactly."""

from __future__ import annotations

import numpy as np

from radio.contracts import SAMPLE_RATE, Audio, Progress, Rendered, Samples, SegmentPlan

BLOCK = 48_000


def noise(start: int, frames: int, seed: int, level: float = 0.1) -> Samples:
    """Gaussian noise addressed by sample: any window of it is the same wherever it is asked for."""
    first, last = start // BLOCK, (start + frames - 1) // BLOCK
    parts = [
        np.random.Generator(np.random.Philox(key=[seed, block])).standard_normal((BLOCK, 2), np.float32)
        for block in range(first, last + 1)
    ]
    whole = np.concatenate(parts) * np.float32(level)
    return whole[start - first * BLOCK :][:frames]


def tone(start: int, frames: int, hertz: float = 440.0, level: float = 0.2) -> Samples:
    """A sine in both channels, phase counted from sample 0."""
    phase = (np.arange(start, start + frames) * hertz % SAMPLE_RATE) * (2 * np.pi / SAMPLE_RATE)
    return np.repeat((level * np.sin(phase)).astype(np.float32)[:, None], 2, axis=1)


class SignalEngine:
    """`kind`: `noise` and `tone` continue exactly; `unrelated` is other noise in every segment."""

    def __init__(self, kind: str = "noise", seed: int = 7, level: float = 0.1) -> None:
        self._kind = kind
        self._seed = seed
        self._level = level

    @property
    def name(self) -> str:
        return f"signal-{self._kind}"

    def warm_up(self) -> None:
        """Nothing to load."""

    def generate(self, plan: SegmentPlan, context: Audio | None, progress: Progress) -> Rendered:
        progress(0.0)
        samples = self._samples(plan)
        progress(1.0)
        return Rendered(Audio(samples), f"{self._kind} {plan.index}")

    def close(self) -> None:
        """Nothing to give back."""

    def _samples(self, plan: SegmentPlan) -> Samples:
        if self._kind == "tone":
            return tone(plan.position_samples, plan.duration_samples, level=self._level)
        seed = self._seed if self._kind == "noise" else self._seed + 1000 + plan.index
        return noise(plan.position_samples, plan.duration_samples, seed, self._level)
