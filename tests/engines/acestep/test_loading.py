"""Loading, adopting, compiling: what is missing is said, what is there runs."""

from __future__ import annotations

import gc
import json
import shutil
import weakref
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("diffusers", reason="needs the extra 'acestep'")

import torch

from radio.engines.acestep import compiling, loading
from radio.engines.acestep.captions import MOST_TOKENS, fitting
from radio.engines.acestep.engine import AceStepEngine
from radio.engines.acestep.latent_pipeline import REMEMBERED_TEXTS
from radio.engines.ladder import Inventory, rungs
from radio.errors import Unavailable
from radio.generator.worker import build
from radio.settings import load
from tests.engines.acestep.plans import ignore, start

CPU = torch.device("cpu")


def test_what_the_ladder_passes_builds_the_engine(turbo_folder: Path) -> None:
    settings = load(
        engine="acestep",
        acestep_model="turbo",
        thinking=False,
        segment_seconds=24,
        overlap_seconds=4,
        crossfade_seconds=4,
    )
    rung = rungs(settings, Inventory(dits={"acestep-v15-turbo": turbo_folder}))[0]
    assert rung.spec is not None, rung.absent
    engine = build(rung.spec)
    engine.warm_up()
    assert engine.name == "acestep"
    engine.close()


def test_a_missing_folder_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="there is no model folder"):
        AceStepEngine("m", str(tmp_path / "nowhere"), device="cpu").warm_up()


def test_a_folder_without_a_pipeline_says_how_to_convert(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(Unavailable, match="radio models convert"):
        AceStepEngine("m", str(tmp_path), device="cpu").warm_up()


def test_a_pipeline_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text(json.dumps({"_class_name": "StableDiffusionPipeline"}))
    with pytest.raises(Unavailable, match="StableDiffusionPipeline"):
        AceStepEngine("m", str(tmp_path), device="cpu").warm_up()


@pytest.mark.parametrize("part", ["transformer", "vae", "tokenizer"])
def test_a_pipeline_with_a_part_missing_is_unavailable(turbo_folder: Path, tmp_path: Path, part: str) -> None:
    shutil.copytree(turbo_folder, tmp_path / "m")
    shutil.rmtree(tmp_path / "m" / part)
    with pytest.raises(Unavailable, match="cannot be loaded"):
        loading.load(tmp_path / "m", CPU)


def test_damaged_weights_are_unavailable(turbo_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(turbo_folder, tmp_path / "m")
    next((tmp_path / "m" / "transformer").glob("*.safetensors")).write_bytes(b"torn")
    with pytest.raises(Unavailable, match=r"damaged|cannot be loaded"):
        loading.load(tmp_path / "m", CPU)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has CUDA")
def test_a_device_that_is_not_there_is_unavailable(turbo_folder: Path) -> None:
    with pytest.raises(Unavailable, match="'cuda'"):
        AceStepEngine("m", str(turbo_folder), device="cuda").warm_up()
    assert loading.choose_device("auto").type in ("cpu", "mps")


def test_the_parts_say_what_memory_they_take(turbo_folder: Path) -> None:
    engine = AceStepEngine("m", str(turbo_folder), device="cpu")
    assert engine.memory_bytes() == {}
    engine.generate(start(), None, ignore)
    found = engine.memory_bytes()
    assert set(found) == set(loading.PARTS)
    assert all(count > 0 for count in found.values())
    weights = sum(path.stat().st_size for path in (turbo_folder / "transformer").glob("*.safetensors"))
    assert found["transformer"] == pytest.approx(weights, rel=0.1)


def test_an_adopted_pipeline_makes_what_a_loaded_one_makes(engine: AceStepEngine, turbo_folder: Path) -> None:
    loaded = AceStepEngine("acestep-v15-turbo", str(turbo_folder), device="cpu")
    a, b = (each.generate(start(), None, ignore) for each in (engine, loaded))
    assert np.array_equal(a.audio.samples, b.audio.samples)


def test_closing_lets_go_of_the_model(turbo_folder: Path) -> None:
    engine = AceStepEngine("m", str(turbo_folder), device="cpu")
    engine.generate(start(), None, ignore)
    model = weakref.ref(engine._ready().model.pipeline.transformer)
    engine.close()
    gc.collect()
    assert model() is None


def test_a_text_is_encoded_once_and_only_so_many_are_kept(turbo_folder: Path) -> None:
    pipeline = loading.load(turbo_folder, CPU)
    first = pipeline.encode_prompt(prompt="a", lyrics="b", device=CPU)
    assert pipeline.encode_prompt(prompt="a", lyrics="b", device=CPU) is first
    assert pipeline.encode_prompt(prompt="a", lyrics="c", device=CPU) is not first
    for number in range(2 * REMEMBERED_TEXTS):
        pipeline.encode_prompt(prompt=str(number), lyrics="b", device=CPU)
    assert len(pipeline._texts()) == REMEMBERED_TEXTS
    pipeline.forget_texts()
    assert not pipeline._texts()


@pytest.mark.parametrize("caption", ["piano", "long " * 400, "静かな夜" * 500, "", "<|endoftext|>" * 50])
def test_what_stands_behind_the_caption_is_never_cut(turbo_folder: Path, caption: str) -> None:
    pipeline = loading.load(turbo_folder, CPU)
    facts = {"audio_duration": 60.0, "bpm": 92, "keyscale": "D minor", "timesignature": "3", "instruction": None}
    short = fitting(pipeline, caption, **facts)
    text, _ = pipeline._format_prompt(prompt=short, **facts)
    words = pipeline.tokenizer(text)["input_ids"]
    assert len(words) <= MOST_TOKENS
    assert "duration: 60 seconds" in pipeline.tokenizer.decode(words)
    assert text.count("<|endoftext|>") == 1
    if "<|" not in caption:
        assert caption.startswith(short)


def test_compiling_pays_where_it_is_wanted() -> None:
    cuda = torch.device("cuda")
    assert [compiling.pays("auto", device) for device in (cuda, CPU)] == [True, False]
    assert compiling.pays("on", CPU)
    assert not compiling.pays("off", cuda)


@pytest.mark.filterwarnings("ignore:.*script_method:DeprecationWarning")
def test_a_model_that_cannot_be_compiled_runs_without_and_says_so(
    turbo_folder: Path, engine: AceStepEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real torch.compile, with no C++ compiler to be found."""
    from torch._inductor import config

    monkeypatch.setattr(config.cpp, "cxx", (None, "/nonexistent/g++"))
    monkeypatch.setattr(config, "force_disable_caches", True)
    monkeypatch.setattr(config, "compile_threads", 1)
    compiled = AceStepEngine("m", str(turbo_folder), device="cpu", compile="on")
    compiled.warm_up()
    rendered = compiled.generate(start(), None, ignore)
    assert any("torch.compile failed" in note for note in rendered.provenance.notes)
    assert np.array_equal(rendered.audio.samples, engine.generate(start(), None, ignore).audio.samples)
