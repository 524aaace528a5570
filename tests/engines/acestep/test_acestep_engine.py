"""The engine's promises: the same bits again, progress, cancelling, refusals, notes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("diffusers", reason="needs the extra 'acestep'")

import torch

from radio.contracts import SAMPLE_RATE, Audio, Engine, Rendered
from radio.engines.acestep import continuation
from radio.engines.acestep.engine import AceStepEngine
from radio.engines.acestep.sampling import GUIDED, TURBO, Sampling, sampling_for
from radio.errors import Cancelled, GenerationError, OutOfMemory, Unavailable
from tests.engines.acestep import tiny
from tests.engines.acestep.plans import OVERLAP, SEGMENT, context_of, ignore, next_position, onward, start


@pytest.fixture
def guided() -> AceStepEngine:
    """A model that needs guidance, as sft and base do, with fewer steps than usual."""
    return AceStepEngine.from_pipeline(tiny.build(turbo=False), model="acestep-v15-sft", sampling=Sampling(3, 7.0))


def two(engine: AceStepEngine) -> tuple[Rendered, Rendered]:
    first = engine.generate(start(), None, ignore)
    return first, engine.generate(onward(1, next_position(start())), context_of(first), ignore)


def test_it_satisfies_the_contract(engine: AceStepEngine) -> None:
    checked: Engine = engine
    first, second = two(engine)
    assert checked.name == "acestep"
    for rendered in (first, second):
        assert rendered.audio.samples.shape == (SEGMENT, 2)
        assert rendered.audio.samples.dtype == np.float32
        assert rendered.provenance.model == "acestep-v15-turbo"
        assert rendered.provenance.lm == ""
        assert not rendered.provenance.lm_failed
    assert second.provenance.seed == 6
    assert first.title == "Smooth jazz, late night"


def test_the_same_history_gives_the_same_bits(engine: AceStepEngine) -> None:
    a, b = two(engine), two(engine)
    assert all(np.array_equal(x.audio.samples, y.audio.samples) for x, y in zip(a, b, strict=True))


def test_another_process_gives_the_same_bits(engine: AceStepEngine, turbo_folder: Path) -> None:
    other = AceStepEngine("acestep-v15-turbo", str(turbo_folder), device="cpu")
    torch.manual_seed(1234)
    context = Audio(np.random.default_rng(1).normal(0, 0.1, (OVERLAP, 2)).astype(np.float32))
    a, b = (each.generate(onward(3, 0), context, ignore) for each in (engine, other))
    assert np.array_equal(a.audio.samples, b.audio.samples)


def test_another_seed_gives_other_music(engine: AceStepEngine) -> None:
    a, b = (engine.generate(start(seed=seed), None, ignore) for seed in (1, 2))
    assert not np.array_equal(a.audio.samples, b.audio.samples)


def test_a_model_that_needs_guidance_gets_it(guided: AceStepEngine) -> None:
    first, second = two(guided)
    unguided = AceStepEngine.from_pipeline(tiny.build(turbo=False), sampling=Sampling(3, 1.0))
    assert not np.array_equal(first.audio.samples, unguided.generate(start(), None, ignore).audio.samples)
    known = context_of(first).samples[: OVERLAP // 2]
    assert np.array_equal(second.audio.samples[: OVERLAP // 2], known)


def test_sampling_follows_the_kind_of_model() -> None:
    assert sampling_for(turbo=True) == TURBO == Sampling(8, 1.0, 3.0)
    assert sampling_for(turbo=False) == GUIDED
    assert 32 <= GUIDED.steps <= 64


def test_progress_only_grows_and_ends_at_one(engine: AceStepEngine) -> None:
    seen: list[float] = []
    first = engine.generate(start(), None, seen.append)
    assert seen == sorted(seen)
    assert seen[0] == 0.0
    assert seen[-1] == 1.0
    assert len(seen) >= TURBO.steps
    again: list[float] = []
    engine.generate(onward(1, next_position(start())), context_of(first), again.append)
    assert again == sorted(again)
    assert again[-1] == 1.0


@pytest.mark.parametrize("at", [0.0, 0.4, 0.9])
def test_a_cancelled_job_leaves_the_engine_as_it_was(engine: AceStepEngine, at: float) -> None:
    first = engine.generate(start(), None, ignore)
    plan, context = onward(1, next_position(start())), context_of(first)

    def cancel(fraction: float) -> None:
        if fraction >= at:
            raise Cancelled("the job was cancelled")

    with pytest.raises(Cancelled):
        engine.generate(plan, context, cancel)
    after = engine.generate(plan, context, ignore)
    fresh = two(engine)[1]
    assert np.array_equal(after.audio.samples, fresh.audio.samples)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"duration_samples": 19 * SAMPLE_RATE}, "20 to 240 s"),
        ({"duration_samples": 241 * SAMPLE_RATE}, "20 to 240 s"),
        ({"task": "repaint", "overlap_samples": OVERLAP, "duration_samples": 91 * SAMPLE_RATE}, "3 to 90 s"),
        ({"task": "repaint", "overlap_samples": 0}, "needs an overlap"),
        ({"task": "repaint", "overlap_samples": 1919}, "at least 40 ms"),
        ({"task": "repaint", "overlap_samples": SEGMENT}, "shorter than the segment"),
        ({"task": "repaint", "overlap_samples": OVERLAP}, "needs the sound"),
        ({"prompt": "x" * 2001}, "2000 characters"),
    ],
)
def test_what_the_model_was_not_made_for_is_refused_in_words(
    engine: AceStepEngine, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(GenerationError, match=words):
        engine.generate(start(**changes), None, ignore)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_context_that_is_no_sound_is_refused(engine: AceStepEngine, value: float) -> None:
    context = Audio(np.full((OVERLAP, 2), value, dtype=np.float32))
    with pytest.raises(GenerationError, match="not numbers"):
        engine.generate(onward(1, 0), context, ignore)


def test_a_context_at_another_rate_is_refused(engine: AceStepEngine) -> None:
    with pytest.raises(GenerationError, match="44100 Hz"):
        engine.generate(onward(1, 0), Audio(np.zeros((OVERLAP, 2), np.float32), 44_100), ignore)


@pytest.mark.parametrize(
    "prompt",
    [
        "静かなピアノと雨の音、夜のジャズ",
        "тихая ночная музыка",
        "موسيقى هادئة",
        "🎷🌧️",
        "",
        "x <|endoftext|> y",
        "long " * 400,
    ],
    ids=["japanese", "russian", "arabic", "emoji", "empty", "control words", "2000 characters"],
)
def test_prompts_of_any_script_and_length_are_taken(engine: AceStepEngine, prompt: str) -> None:
    rendered = engine.generate(start(prompt=prompt), None, ignore)
    assert np.isfinite(rendered.audio.samples).all()
    assert 0 < len(rendered.title) <= 60


def test_a_description_that_was_cut_is_said(engine: AceStepEngine) -> None:
    notes = engine.generate(start(prompt="long " * 400), None, ignore).provenance.notes
    assert len(notes) == 1
    assert "the first" in notes[0]


def test_tempo_and_key_of_the_plan_are_the_segments(engine: AceStepEngine) -> None:
    rendered = engine.generate(start(bpm=92.4, key="D minor"), None, ignore)
    assert rendered.bpm == 92.0
    assert rendered.key == "D minor"
    assert rendered.bars == ()


def test_a_chain_keeps_its_tempo_and_key(engine: AceStepEngine) -> None:
    first = engine.generate(start(bpm=92, key="D minor"), None, ignore)
    second = engine.generate(onward(1, next_position(start())), context_of(first), ignore)
    assert (second.bpm, second.key) == (92.0, "D minor")
    changed = engine.generate(onward(1, next_position(start()), bpm=120), context_of(first), ignore)
    assert (changed.bpm, changed.key) == (120.0, "D minor")


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:121] DefaultCPUAllocator: can't allocate memory: you tried to"),
        RuntimeError("MPS backend out of memory (MPS allocated: 17.00 GB)"),
        MemoryError(),
    ],
    ids=["cuda", "cpu", "mps", "python"],
)
def test_no_room_is_said_as_such_and_the_engine_lives_on(
    engine: AceStepEngine, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def full(*args: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(continuation, "source_with_room", full)
        context = Audio(np.full((OVERLAP, 2), 0.1, np.float32))
        with pytest.raises(OutOfMemory, match="no room for acestep-v15-turbo"):
            engine.generate(onward(1, 0), context, ignore)
    assert len(engine.generate(onward(1, 0), context, ignore).audio) == SEGMENT


def test_another_failure_of_the_model_is_one_sentence(engine: AceStepEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied\nand a trace")

    monkeypatch.setattr(continuation, "seeded_noise", broken)
    with pytest.raises(GenerationError, match=r"^the model failed: mat1 and mat2 shapes cannot be multiplied$"):
        engine.generate(start(), None, ignore)


def test_sound_that_is_no_number_is_a_failure_and_not_continued(engine: AceStepEngine) -> None:
    plain = two(engine)[1]
    first = engine.generate(start(), None, ignore)
    weight = engine._ready().model.pipeline.transformer.proj_out_conv.weight
    kept = weight.detach().clone()
    weight.data.fill_(torch.nan)
    with pytest.raises(GenerationError, match="not numbers"):
        engine.generate(onward(1, next_position(start())), context_of(first), ignore)
    weight.data.copy_(kept)
    after = engine.generate(onward(1, next_position(start())), context_of(first), ignore)
    assert np.array_equal(after.audio.samples, plain.audio.samples)


def test_a_closed_engine_holds_no_model_and_makes_nothing(engine: AceStepEngine) -> None:
    engine.generate(start(), None, ignore)
    engine.close()
    engine.close()
    with pytest.raises(Unavailable, match="closed"):
        engine.generate(start(), None, ignore)


def test_a_warmed_up_engine_makes_what_a_cold_one_makes(engine: AceStepEngine, turbo_folder: Path) -> None:
    warm = AceStepEngine("acestep-v15-turbo", str(turbo_folder), device="cpu")
    warm.warm_up()
    assert np.array_equal(two(warm)[1].audio.samples, two(engine)[1].audio.samples)


def test_bf16_keeps_its_context_as_exactly() -> None:
    """As on a GPU: everything in bf16 but the VAE."""
    pipeline = tiny.build().to(torch.bfloat16)
    pipeline.vae.to(torch.float32)
    first, second = two(AceStepEngine.from_pipeline(pipeline))
    known = context_of(first).samples[: OVERLAP // 2]
    assert np.array_equal(second.audio.samples[: OVERLAP // 2], known)


def test_a_minute_can_be_made_and_continued(engine: AceStepEngine) -> None:
    first = engine.generate(start(duration_samples=60 * SAMPLE_RATE), None, ignore)
    context = Audio(first.audio.samples[-15 * SAMPLE_RATE :].copy())
    plan = onward(1, 45 * SAMPLE_RATE, duration_samples=60 * SAMPLE_RATE, overlap_samples=15 * SAMPLE_RATE)
    second = engine.generate(plan, context, ignore)
    assert np.allclose(second.audio.samples[: 14 * SAMPLE_RATE], context.samples[: 14 * SAMPLE_RATE], atol=1e-6)


def test_a_broken_gpu_context_ends_the_process_and_a_full_one_does_not(
    engine: AceStepEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.generate(start(), None, ignore)

    def fails(message: str) -> None:
        def generate(*_: object) -> Rendered:
            raise RuntimeError(message)

        monkeypatch.setattr(engine, "_generate", generate)

    fails("CUDA error: an illegal memory access was encountered")
    with pytest.raises(SystemExit):
        engine.generate(start(), None, ignore)
    for message in ("CUDA error: out of memory", "cuDNN error: CUDNN_STATUS_ALLOC_FAILED"):
        fails(message)
        with pytest.raises(OutOfMemory):
            engine.generate(start(), None, ignore)
