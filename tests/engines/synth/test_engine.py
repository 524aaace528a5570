"""The synth engine as the station sees it."""

from __future__ import annotations

import numpy as np
import pytest

from radio.contracts import Chain, Engine, PromptChange, Rendered, SegmentPlan
from radio.engines.synth.engine import SynthEngine
from radio.engines.synth.passages import passages
from radio.errors import Cancelled, GenerationError

SECOND = 48_000
OVERLAP = 6 * SECOND


def chain(*prompts: tuple[float, str], seed: int = 3) -> Chain:
    return Chain(0, seed, tuple(PromptChange(round(at * SECOND), prompt) for at, prompt in prompts))


def plan(what: Chain, start_s: float, length_s: float = 12, overlap: int = OVERLAP) -> SegmentPlan:
    prompt = what.changes[-1].prompt
    return SegmentPlan(
        0, "text2music", prompt, 1, round(length_s * SECOND), overlap, round(start_s * SECOND), what,
    )  # fmt: skip


def made(what: SegmentPlan, engine: Engine | None = None) -> Rendered:
    return (engine or SynthEngine()).generate(what, None, lambda _: None)


@pytest.fixture(scope="module")
def engine() -> Engine:
    synth = SynthEngine()
    synth.warm_up()
    return synth


@pytest.mark.parametrize(
    "prompt", ["lo-fi hip hop with rain", "solo piano", "techno 130 bpm", "dark drone", "only rain"]
)
def test_an_overlap_is_played_again_as_it_was(engine: Engine, prompt: str) -> None:
    song = chain((0, prompt))
    first = made(plan(song, 40), engine).audio.samples
    second = made(plan(song, 46), engine).audio.samples
    assert np.abs(first[-OVERLAP:] - second[:OVERLAP]).max() < 1e-4


def test_an_overlap_before_a_new_prompt_is_played_again_as_it_was(engine: Engine) -> None:
    before, after = chain((0, "jazz")), chain((0, "jazz"), (52, "techno"))
    first = made(plan(before, 40), engine).audio.samples
    second = made(plan(after, 46), engine).audio.samples
    assert np.abs(first[-OVERLAP:] - second[:OVERLAP]).max() < 1e-4


def test_a_new_prompt_takes_over_at_a_bar_line_after_the_context(engine: Engine) -> None:
    song = chain((0, "jazz"), (52, "techno 130 bpm"))
    start = passages(song)[1].start
    rendered = made(plan(song, 46, 20), engine)
    assert 52 * SECOND <= start < 56 * SECOND
    assert start - 46 * SECOND in rendered.bars


def test_the_same_plan_is_the_same_sound_in_another_process_life(engine: Engine) -> None:
    again = made(plan(chain((0, "folk guitar")), 30))
    assert np.array_equal(again.audio.samples, made(plan(chain((0, "folk guitar")), 30), engine).audio.samples)


@pytest.mark.parametrize("length_s", [20.0, 12.04, 7.5])
def test_a_segment_is_exactly_as_long_as_planned(engine: Engine, length_s: float) -> None:
    rendered = made(plan(chain((0, "house")), 100, length_s), engine)
    assert rendered.audio.samples.shape == (round(length_s * SECOND), 2)
    assert rendered.audio.sample_rate == 48_000


def test_prompts_and_seeds_sound_different(engine: Engine) -> None:
    sounds = [
        made(plan(chain((0, prompt), seed=seed), 0, 8, 0), engine).audio.samples
        for prompt, seed in (("house", 1), ("house", 2), ("classical", 1), ("a blue teapot", 1), ("a red teapot", 1))
    ]
    for index, one in enumerate(sounds):
        for other in sounds[:index]:
            assert np.abs(one - other).max() > 0.05


def test_it_says_what_it_plays(engine: Engine) -> None:
    rendered = made(plan(chain((0, "techno 130 bpm in d minor")), 60), engine)
    assert rendered.bpm == pytest.approx(130)
    assert rendered.key == "D minor"
    assert rendered.title
    assert all(0 <= bar < len(rendered.audio) for bar in rendered.bars)
    assert len(rendered.bars) in (6, 7)


def test_progress_rises_to_one(engine: Engine) -> None:
    seen: list[float] = []
    engine.generate(plan(chain((0, "house")), 0), None, seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1
    assert len(seen) > 3


def test_it_can_be_cancelled_and_goes_on_after_that(engine: Engine) -> None:
    def cancel(done: float) -> None:
        if done > 0.3:
            raise Cancelled("Enough.")

    what = plan(chain((0, "house")), 0)
    whole = made(what, engine).audio.samples
    with pytest.raises(Cancelled):
        engine.generate(what, None, cancel)
    assert np.array_equal(made(what, engine).audio.samples, whole)


@pytest.mark.parametrize(
    "bad", [plan(chain((0, "x")), 0, 0), plan(chain((0, "x")), -1), plan(chain((0, "x")), 0, 5, OVERLAP)]
)
def test_a_plan_that_makes_no_sense_is_refused(engine: Engine, bad: SegmentPlan) -> None:
    with pytest.raises(GenerationError):
        made(bad, engine)
