"""Every engine keeps the promises that the station builds on; an engine that breaks one is found out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from radio.contracts import Audio, Progress, Rendered, SegmentPlan
from radio.engines.conformance import PROMISES, Broken, Subject, examine
from radio.engines.synth.engine import SynthEngine
from tests.fakes.signals import SignalEngine


@pytest.fixture(scope="module")
def synth() -> Subject:
    engine = SynthEngine()
    engine.warm_up()
    return Subject(engine, seconds=8.0, overlap_s=3.0)


@pytest.mark.parametrize("promise", PROMISES)
def test_the_synthesiser_keeps_its_promise(synth: Subject, promise: str) -> None:
    PROMISES[promise](synth)


class Faulty(SignalEngine):
    """Noise that is wrong in one way."""

    def __init__(self, fault: str) -> None:
        super().__init__("unrelated" if fault == "continues" else "noise")
        self._fault = fault

    def generate(self, plan: SegmentPlan, context: Audio | None, progress: Progress) -> Rendered:
        if self._fault in ("tells_progress", "can_be_cancelled"):
            progress = lambda _: None  # noqa: E731
        rendered = super().generate(plan, context, progress)
        samples = rendered.audio.samples.copy()
        match self._fault:
            case "sound":
                samples = samples[:-1]
            case "repeats_itself":
                samples += np.random.default_rng().standard_normal(samples.shape).astype(np.float32) * np.float32(0.01)
            case "reads_any_prompt":
                return replace(rendered, title="two\nlines")
            case "describes_itself":
                return replace(rendered, bars=(5, 3))
            case "starts_anew":
                pass
            case _:
                pass
        return replace(rendered, audio=Audio(samples))


@pytest.mark.parametrize(
    "fault",
    [
        "sound", "continues", "tells_progress", "can_be_cancelled", "repeats_itself", "reads_any_prompt",
        "describes_itself", "starts_anew", "refuses_nonsense",
    ],
)  # fmt: skip
def test_an_engine_that_breaks_a_promise_is_found_out(fault: str) -> None:
    check = next(check for check in PROMISES.values() if check.__name__ == fault)
    with pytest.raises(Broken):
        check(Subject(Faulty(fault), seconds=4.0, overlap_s=1.5))


def test_an_examination_names_what_was_broken_and_goes_on() -> None:
    found = examine(Subject(Faulty("sound"), seconds=4.0, overlap_s=1.5))
    assert list(found) == list(PROMISES)
    assert "instead of" in next(iter(found.values()))
