"""A chain goes on from latents that are known: its overlaps are what was played, hop after hop."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("diffusers", reason="needs the extra 'acestep'")

from radio.contracts import FRAME_SAMPLES, SAMPLE_RATE, Audio, Samples
from radio.engines.acestep import encoding, levels
from radio.engines.acestep.engine import AceStepEngine
from tests.engines.acestep.plans import OVERLAP, SEGMENT, chain, context_of, ignore, next_position, onward, start

REACH = 5 * FRAME_SAMPLES
"""The tiny VAE's: that far before its end a segment's sound depends on what would follow."""


def correlation(a: Samples, b: Samples) -> float:
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


def test_six_hops_restate_what_was_played_bit_by_bit_but_for_the_last_frames(
    engine: AceStepEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "encode", _never)
    plan = start()
    rendered = engine.generate(plan, None, ignore)
    for index in range(1, 7):
        context = context_of(rendered)
        plan = onward(index, next_position(plan))
        rendered = engine.generate(plan, context, ignore)
        assert rendered.audio.samples.shape == (SEGMENT, 2)
        restated = rendered.audio.samples[:OVERLAP]
        assert np.array_equal(restated[:-REACH], context.samples[:-REACH])
        assert correlation(restated, context.samples) > 0.999


def _never(*args: object) -> None:
    raise AssertionError("sound whose latents are known was encoded")


def test_a_hop_brings_new_music(engine: AceStepEngine) -> None:
    first = engine.generate(start(), None, ignore)
    second = engine.generate(onward(1, next_position(start())), context_of(first), ignore)
    new = second.audio.samples[OVERLAP:]
    assert np.sqrt(np.mean(new**2)) > 0.01
    assert not np.array_equal(new[:OVERLAP], first.audio.samples[-OVERLAP:])


def test_a_segment_cut_where_it_fades_is_continued_from_its_usable_end(engine: AceStepEngine) -> None:
    usable = SEGMENT - 3 * SAMPLE_RATE // FRAME_SAMPLES * FRAME_SAMPLES
    first = engine.generate(start(), None, ignore)
    context = context_of(first, usable)
    second = engine.generate(onward(1, next_position(start(), usable)), context, ignore)
    assert np.array_equal(second.audio.samples[: OVERLAP - REACH], context.samples[:-REACH])


def test_a_reroll_continues_the_segment_before_the_bad_one(engine: AceStepEngine) -> None:
    first = engine.generate(start(), None, ignore)
    bad = engine.generate(onward(1, next_position(start())), context_of(first), ignore)
    again = engine.generate(onward(1, next_position(start()), seed=99, attempt=2), context_of(first), ignore)
    assert np.array_equal(again.audio.samples[: OVERLAP - REACH], bad.audio.samples[: OVERLAP - REACH])
    assert not np.array_equal(again.audio.samples[OVERLAP:], bad.audio.samples[OVERLAP:])


def test_sound_that_is_not_ours_is_encoded_and_its_level_taken(
    engine: AceStepEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []
    encode = encoding.encode

    def counted(vae: object, samples: Samples) -> object:
        heard.append(len(samples))
        return encode(vae, samples)

    monkeypatch.setattr(encoding, "encode", counted)
    first = engine.generate(start(), None, ignore)
    louder = Audio(context_of(first).samples * np.float32(2.0))
    second = engine.generate(onward(1, next_position(start())), louder, ignore)
    assert len(heard) == 1
    assert heard[0] < 2 * OVERLAP, "only the context is encoded, not a whole segment of silence"
    ratio = np.sqrt(np.mean(second.audio.samples[:OVERLAP] ** 2) / np.mean(louder.samples**2))
    assert ratio == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("shift", [1, 960])
def test_a_position_off_the_frames_is_encoded_too(engine: AceStepEngine, shift: int) -> None:
    first = engine.generate(start(), None, ignore)
    end = SEGMENT - shift
    context = Audio(first.audio.samples[end - OVERLAP : end].copy())
    second = engine.generate(onward(1, end - OVERLAP), context, ignore)
    assert len(second.audio) == SEGMENT
    assert np.isfinite(second.audio.samples).all()


def test_another_chain_never_takes_this_ones_latents(engine: AceStepEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    first = engine.generate(start(), None, ignore)
    monkeypatch.setattr(encoding, "encode", _never)
    with pytest.raises(AssertionError, match="was encoded"):
        engine.generate(onward(1, next_position(start()), chain=chain(2)), context_of(first), ignore)


def test_a_process_that_begins_in_the_middle_of_a_chain_goes_on(engine: AceStepEngine) -> None:
    context = Audio(np.random.default_rng(1).normal(0, 0.1, (OVERLAP, 2)).astype(np.float32))
    first = engine.generate(onward(9, 100 * SAMPLE_RATE), context, ignore)
    second = engine.generate(onward(10, 100 * SAMPLE_RATE + SEGMENT - OVERLAP), context_of(first), ignore)
    assert np.array_equal(second.audio.samples[: OVERLAP - REACH], first.audio.samples[-OVERLAP:-REACH])


@pytest.mark.parametrize(
    "shape", [(OVERLAP, 1), (OVERLAP // 3, 2), (1000, 2), (2 * OVERLAP, 2)], ids=["mono", "short", "tiny", "long"]
)
def test_contexts_of_any_shape_are_continued(engine: AceStepEngine, shape: tuple[int, int]) -> None:
    context = Audio(np.random.default_rng(1).normal(0, 0.1, shape).astype(np.float32))
    rendered = engine.generate(onward(1, 0), context, ignore)
    assert rendered.audio.samples.shape == (SEGMENT, 2)
    assert np.isfinite(rendered.audio.samples).all()


def test_one_frame_is_overlap_enough(engine: AceStepEngine) -> None:
    context = Audio(np.random.default_rng(1).normal(0, 0.1, (FRAME_SAMPLES, 2)).astype(np.float32))
    rendered = engine.generate(onward(1, 0, overlap_samples=FRAME_SAMPLES), context, ignore)
    assert np.isfinite(rendered.audio.samples).all()


def test_an_overlap_off_the_frames_keeps_the_whole_frames_in_it(engine: AceStepEngine) -> None:
    first = engine.generate(start(), None, ignore)
    overlap = OVERLAP + 700
    position = (SEGMENT - overlap) // FRAME_SAMPLES * FRAME_SAMPLES
    context = Audio(first.audio.samples[position : position + overlap].copy())
    second = engine.generate(onward(1, position, overlap_samples=overlap), context, ignore)
    assert np.array_equal(second.audio.samples[: OVERLAP - REACH], context.samples[: OVERLAP - REACH])


def test_one_gain_brings_a_chain_under_full_scale(engine: AceStepEngine) -> None:
    first = engine.generate(start(), None, ignore)
    assert np.abs(first.audio.samples).max() == pytest.approx(levels.PEAK, abs=1e-3)
    other = engine.generate(start(seed=6, chain=chain(2)), None, ignore)
    assert np.abs(other.audio.samples).max() == pytest.approx(levels.PEAK, abs=1e-3)


def test_lengths_that_are_no_whole_frames_come_out_exact(engine: AceStepEngine) -> None:
    first = engine.generate(start(duration_samples=SEGMENT + 777), None, ignore)
    assert len(first.audio) == SEGMENT + 777


def test_no_file_is_written(
    engine: AceStepEngine, tmp_path: Path, turbo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = {path: path.stat().st_mtime_ns for path in turbo_folder.rglob("*")}
    first = engine.generate(start(), None, ignore)
    engine.generate(onward(1, next_position(start())), context_of(first), ignore)
    assert list(tmp_path.iterdir()) == []
    assert {path: path.stat().st_mtime_ns for path in turbo_folder.rglob("*")} == before
