"""Test engines that misbehave, one way each."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import numpy as np

from radio.contracts import Audio, Progress, Provenance, Rendered, SegmentPlan
from radio.errors import GenerationError
from tests.fakes.signals import SignalEngine

SLOW_LOAD_S = 10.0
SLOW_FIRST_S = 8.0
FAILING_LM = "acestep-5Hz-lm-4B"


class TroubleEngine(SignalEngine):
    """`how` is what goes wrong; it does so for plans whose index is in `when` (all without it)."""

    def __init__(self, how: str, when: tuple[int, ...] = ()) -> None:
        super().__init__()
        self._how = how
        self._when = when
        self._born_s = time.monotonic()

    def warm_up(self) -> None:
        if self._how == "load":
            raise GenerationError("the model file is missing")
        if self._how == "load slowly":
            time.sleep(SLOW_LOAD_S)

    def generate(self, plan: SegmentPlan, context: Audio | None, progress: Progress) -> Rendered:
        if not self._when or plan.index in self._when:
            self._go_wrong(progress)
        rendered = super().generate(plan, context, progress)
        if self._how == "planner" and plan.lm == FAILING_LM:
            lost = Provenance("signal", lm_failed=True, notes=("the planner did not answer in time",))
            return replace(rendered, provenance=lost)
        if self._how == "nan" and plan.attempt == 1 and (not self._when or plan.index in self._when):
            broken = rendered.audio.samples.copy()
            broken[1000] = np.nan
            return Rendered(Audio(broken), rendered.title)
        return rendered

    def _go_wrong(self, progress: Progress) -> None:
        match self._how:
            case "raise":
                raise ValueError("the tensor is sad")
            case "memory":
                raise MemoryError("no room")
            case "exit":
                os._exit(3)
            case "hang":
                time.sleep(600)
            case "slow first job":
                while time.monotonic() - self._born_s < SLOW_FIRST_S:
                    progress(0.1)
                    time.sleep(0.05)
            case "slow":
                for step in range(600):
                    progress(step / 600)
                    time.sleep(0.02)
            case _:
                pass
