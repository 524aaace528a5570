"""The planner is asked where a plan wants it, its thoughts stay with the chain, and its silence stops nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("diffusers", reason="needs the extra 'acestep'")

from radio.contracts import Progress, Rendered, SegmentPlan
from radio.engines.acestep.engine import AceStepEngine
from radio.engines.planner.thought import Thought
from radio.errors import Cancelled, PlannerError
from tests.engines.acestep import tiny
from tests.engines.acestep.plans import context_of, ignore, next_position, onward, start

LM = "acestep-5Hz-lm-1.7B"
THOUGHT = Thought(
    lm=LM,
    caption="a warm trio plays after midnight",
    bpm=84,
    key="F# minor",
    time_signature="3",
    language="en",
    codes=tuple(range(100)),
    seconds=0.1,
)


class FakePlanner:
    """Satisfies what the engine calls of the planner; answers `thought` or raises it, and keeps what it was asked."""

    def __init__(self, thought: Thought | Exception = THOUGHT) -> None:
        self.thought = thought
        self.asked: list[tuple[SegmentPlan, bool]] = []
        self.closed = 0

    def think(self, plan: SegmentPlan, *, codes: bool, progress: Progress) -> Thought:
        self.asked.append((plan, codes))
        progress(0.5)
        if isinstance(self.thought, Exception):
            raise self.thought
        return self.thought if codes else replace(self.thought, codes=())

    def close(self) -> None:
        self.closed += 1


def engine_with(planner: FakePlanner, *, codec: bool = True) -> AceStepEngine:
    pipeline = tiny.build()
    if not codec:
        pipeline.register_modules(audio_tokenizer=None, audio_token_detokenizer=None)
    return AceStepEngine.from_pipeline(pipeline, planner=planner)


def follow(engine: AceStepEngine, first: Rendered, **changes: object) -> Rendered:
    return engine.generate(onward(1, next_position(start()), lm=LM, **changes), context_of(first), ignore)


def test_a_first_segment_is_made_from_the_thought() -> None:
    planner = FakePlanner()
    engine = engine_with(planner)
    rendered = engine.generate(start(lm=LM), None, ignore)
    assert [codes for _, codes in planner.asked] == [True]
    assert (rendered.bpm, rendered.key) == (84.0, "F# minor")
    assert rendered.provenance.lm == LM
    assert not rendered.provenance.lm_failed
    assert rendered.title == "Smooth jazz, late night", "the title is the listener's words"
    other = engine_with(FakePlanner(replace(THOUGHT, codes=THOUGHT.codes[::-1]))).generate(start(lm=LM), None, ignore)
    assert not np.array_equal(rendered.audio.samples, other.audio.samples), "the codes are heard"


def test_the_plan_wins_over_the_thought() -> None:
    rendered = engine_with(FakePlanner()).generate(start(lm=LM, bpm=120, key="C major"), None, ignore)
    assert (rendered.bpm, rendered.key) == (120.0, "C major")


def test_a_plan_without_a_language_model_asks_nobody() -> None:
    planner = FakePlanner()
    rendered = engine_with(planner).generate(start(), None, ignore)
    assert planner.asked == []
    assert rendered.provenance.lm == ""


def test_a_continuation_of_the_same_words_keeps_the_thought_without_asking_again() -> None:
    planner = FakePlanner()
    engine = engine_with(planner)
    second = follow(engine, engine.generate(start(lm=LM), None, ignore))
    assert len(planner.asked) == 1
    assert (second.bpm, second.key, second.provenance.lm) == (84.0, "F# minor", LM)


def test_a_steered_continuation_is_thought_about_in_the_chains_tempo_and_key() -> None:
    planner = FakePlanner()
    engine = engine_with(planner)
    first = engine.generate(start(lm=LM), None, ignore)
    planner.thought = replace(THOUGHT, bpm=140, key="C major", caption="brass enters")
    second = follow(engine, first, prompt="add brass")
    plan, codes = planner.asked[1]
    assert not codes, "codes would replace the context"
    assert (plan.bpm, plan.key) == (84, "F# minor")
    assert (second.bpm, second.key) == (84.0, "F# minor")
    third = follow(engine, first, prompt="add brass")
    assert len(planner.asked) == 2
    assert third.provenance.lm == LM


def test_without_the_codec_no_codes_are_asked_for() -> None:
    planner = FakePlanner()
    rendered = engine_with(planner, codec=False).generate(start(lm=LM), None, ignore)
    assert [codes for _, codes in planner.asked] == [False]
    assert rendered.provenance.lm == LM


def test_too_few_codes_are_left_aside() -> None:
    short = engine_with(FakePlanner(replace(THOUGHT, codes=THOUGHT.codes[:50]))).generate(start(lm=LM), None, ignore)
    none = engine_with(FakePlanner(replace(THOUGHT, codes=()))).generate(start(lm=LM), None, ignore)
    assert np.array_equal(short.audio.samples, none.audio.samples)


def test_codes_of_a_length_that_is_no_whole_number_of_them_are_cut_to_it() -> None:
    frames = 503
    planner = FakePlanner(replace(THOUGHT, codes=tuple(range(101))))
    rendered = engine_with(planner).generate(start(lm=LM, duration_samples=frames * 1920), None, ignore)
    assert len(rendered.audio) == frames * 1920


def test_a_planner_that_fails_is_said_and_the_music_goes_on() -> None:
    engine = engine_with(FakePlanner(PlannerError("the planner did not answer in time")))
    rendered = engine.generate(start(lm=LM), None, ignore)
    plain = engine_with(FakePlanner()).generate(start(), None, ignore)
    assert rendered.provenance.lm == ""
    assert rendered.provenance.lm_failed
    assert rendered.provenance.notes == ("the planner did not answer in time",)
    assert np.array_equal(rendered.audio.samples, plain.audio.samples)


def test_what_the_planner_could_not_use_is_said() -> None:
    planner = FakePlanner(replace(THOUGHT, notes=("the tempo was absurd",)))
    assert engine_with(planner).generate(start(lm=LM), None, ignore).provenance.notes == ("the tempo was absurd",)


def test_a_planner_with_no_server_is_said_by_the_real_one() -> None:
    pytest.importorskip("openai", reason="the planner's client comes with the extra 'acestep'")
    engine = AceStepEngine.from_pipeline(tiny.build(), lm_urls=())
    rendered = engine.generate(start(lm=LM), None, ignore)
    assert rendered.provenance.lm_failed
    assert LM in rendered.provenance.notes[0]
    engine.close()


def test_cancelling_a_thought_cancels_the_segment() -> None:
    engine = engine_with(FakePlanner())

    def cancel(fraction: float) -> None:
        if fraction > 0:
            raise Cancelled("the job was cancelled")

    with pytest.raises(Cancelled):
        engine.generate(start(lm=LM), None, cancel)


def test_progress_grows_through_the_thought_too() -> None:
    seen: list[float] = []
    engine_with(FakePlanner()).generate(start(lm=LM), None, seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_closing_the_engine_closes_the_planner() -> None:
    planner = FakePlanner()
    engine = engine_with(planner)
    engine.generate(start(lm=LM), None, ignore)
    engine.close()
    engine.close()
    assert planner.closed == 1
