"""LoRA adapters colour the music by name and weight, and leave no trace when they go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("diffusers", reason="needs the extra 'acestep'")
pytest.importorskip("peft", reason="needs the extra 'acestep'")

import torch
from safetensors.torch import save_file
from torch import Tensor

from radio.contracts import LoraUse, Samples
from radio.engines.acestep.engine import AceStepEngine
from radio.engines.acestep.loras import read
from radio.errors import GenerationError
from tests.engines.acestep import tiny
from tests.engines.acestep.plans import context_of, ignore, next_position, onward, start

RANK, WIDTH = 2, tiny.HIDDEN
OURS = "transformer.layers.{layer}.self_attn.{part}"
OFFICIAL = "base_model.model.layers.{layer}.self_attn.{part}"


def weights(naming: str, part: str, seed: int = 1, width: int = WIDTH) -> dict[str, Tensor]:
    """An adapter of the two layers' queries, strong enough to be heard."""
    generator = torch.Generator().manual_seed(seed)
    made = {}
    for layer in range(2):
        module = naming.format(layer=layer, part=part)
        made[f"{module}.lora_A.weight"] = torch.randn((RANK, width), generator=generator)
        made[f"{module}.lora_B.weight"] = torch.randn((WIDTH, RANK), generator=generator)
    return made


def write_file(folder: Path, name: str, header: dict[str, str] | None = None, **options: Any) -> None:
    save_file(weights(OURS, "to_q", **options), folder / f"{name}.safetensors", header)


def write_peft(folder: Path, name: str, **config: Any) -> None:
    """As the official trainer saves it."""
    (folder / name).mkdir()
    save_file(weights(OFFICIAL, "q_proj"), folder / name / "adapter_model.safetensors")
    (folder / name / "adapter_config.json").write_text(json.dumps({"r": RANK, "lora_alpha": RANK} | config))


def sound(engine: AceStepEngine, *loras: LoraUse) -> Samples:
    return engine.generate(start(loras=loras), None, ignore).audio.samples


def test_an_adapter_is_heard_and_goes_without_a_trace(engine: AceStepEngine, tmp_path: Path) -> None:
    write_file(tmp_path, "jazz")
    plain = sound(engine)
    assert not np.array_equal(sound(engine, LoraUse("jazz")), plain)
    assert np.array_equal(sound(engine), plain)
    assert np.array_equal(sound(engine, LoraUse("jazz", 0.0)), plain)


def test_weights_and_several_at_once_matter(engine: AceStepEngine, tmp_path: Path) -> None:
    write_file(tmp_path, "jazz")
    write_file(tmp_path, "vinyl", seed=2)
    sounds = [
        sound(engine, *uses)
        for uses in (
            (LoraUse("jazz"),),
            (LoraUse("jazz", 0.5),),
            (LoraUse("vinyl"),),
            (LoraUse("jazz"), LoraUse("vinyl")),
        )
    ]
    assert all(not np.array_equal(a, b) for k, a in enumerate(sounds) for b in sounds[k + 1 :])
    assert np.array_equal(sound(engine, LoraUse("jazz")), sounds[0])


def test_the_official_trainers_adapter_is_the_same_as_ours(engine: AceStepEngine, tmp_path: Path) -> None:
    write_file(tmp_path, "ours")
    write_peft(tmp_path, "theirs")
    assert np.array_equal(sound(engine, LoraUse("theirs")), sound(engine, LoraUse("ours")))


@pytest.mark.parametrize(
    ("config", "factor"),
    [
        ({"lora_alpha": 4}, 2.0),
        ({"lora_alpha": 4, "use_rslora": True}, 4 / 2**0.5),
        ({"lora_alpha": 4, "alpha_pattern": {"layers.1.self_attn.q_proj": 8}}, 2.0),
        ({"r": 64, "lora_alpha": 2}, 1.0),
    ],
    ids=["alpha", "rslora", "pattern", "rank of the weights"],
)
def test_alpha_over_rank_is_respected(tmp_path: Path, config: dict[str, Any], factor: float) -> None:
    write_peft(tmp_path, "theirs", **config)
    found = read(tmp_path / "theirs" / "adapter_model.safetensors", torch.float32)
    bare = weights(OFFICIAL, "q_proj")
    key = "layers.0.self_attn.q_proj.lora_B.weight"
    assert torch.allclose(found[key], bare[f"base_model.model.{key}"] * factor)
    other = "layers.1.self_attn.q_proj.lora_B.weight"
    doubled = 2.0 if "alpha_pattern" in config else 1.0
    assert torch.allclose(found[other], bare[f"base_model.model.{other}"] * factor * doubled)
    down = "layers.0.self_attn.q_proj.lora_A.weight"
    assert torch.equal(found[down], bare[f"base_model.model.{down}"])


def test_alpha_in_the_header_that_diffusers_writes_is_respected(engine: AceStepEngine, tmp_path: Path) -> None:
    write_file(tmp_path, "plain")
    header = {"transformer.r": RANK, "transformer.lora_alpha": 2 * RANK}
    write_file(tmp_path, "strong", {"lora_adapter_metadata": json.dumps(header)})
    assert np.allclose(sound(engine, LoraUse("strong")), sound(engine, LoraUse("plain", 2.0)), atol=1e-4)


def test_an_unchanged_set_costs_nothing(engine: AceStepEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file(tmp_path, "jazz")
    first = engine.generate(start(loras=(LoraUse("jazz"),)), None, ignore)
    (tmp_path / "jazz.safetensors").unlink()
    plan = onward(1, next_position(start()), loras=(LoraUse("jazz"),))
    assert engine.generate(plan, context_of(first), ignore).audio.duration_s == 20.0


@pytest.mark.parametrize("name", ["rock", "../jazz", "", "jazz.safetensors", "a/b"])
def test_an_unknown_name_is_refused_and_what_there_is_said(engine: AceStepEngine, tmp_path: Path, name: str) -> None:
    write_file(tmp_path, "jazz")
    with pytest.raises(GenerationError, match=r"there is no LoRA called .* there are: jazz"):
        sound(engine, LoraUse(name))


def test_without_a_folder_no_adapter_is_looked_for_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file(tmp_path, "jazz")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GenerationError, match="no folder"):
        sound(AceStepEngine.from_pipeline(tiny.build()), LoraUse("jazz"))


def test_an_adapter_of_other_shapes_is_refused_and_leaves_the_pipeline_clean(
    engine: AceStepEngine, tmp_path: Path
) -> None:
    write_file(tmp_path, "jazz")
    write_file(tmp_path, "wide", width=WIDTH * 2)
    plain = sound(engine)
    for first in ((), (LoraUse("jazz"),)):
        before = sound(engine, *first)
        with pytest.raises(GenerationError, match="'wide' does not fit this model"):
            sound(engine, LoraUse("jazz"), LoraUse("wide"))
        assert np.array_equal(sound(engine, *first), before)
    assert np.array_equal(sound(engine), plain)


def test_an_adapter_for_something_else_is_refused(engine: AceStepEngine, tmp_path: Path) -> None:
    picture = {"unet.down.lora_A.weight": torch.zeros((2, 4)), "unet.down.lora_B.weight": torch.zeros((4, 2))}
    save_file(picture, tmp_path / "picture.safetensors")
    save_file({"transformer.bias": torch.zeros(4)}, tmp_path / "bare.safetensors")
    (tmp_path / "torn.safetensors").write_bytes(b"\x10\x00\x00\x00\x00\x00\x00\x00{")
    plain = sound(engine)
    for name in ("picture", "bare", "torn"):
        with pytest.raises(GenerationError, match=name):
            sound(engine, LoraUse(name))
    assert np.array_equal(sound(engine), plain)


def test_a_dora_adapter_is_refused(engine: AceStepEngine, tmp_path: Path) -> None:
    write_peft(tmp_path, "dora", use_dora=True)
    with pytest.raises(GenerationError, match="DoRA"):
        sound(engine, LoraUse("dora"))


def test_only_so_many_adapters_stay_on_the_device(engine: AceStepEngine, tmp_path: Path) -> None:
    for number in range(11):
        write_file(tmp_path, f"l{number}", seed=number)
        loaded = engine._ready()
        loaded.loras.use((LoraUse(f"l{number}"),))
    assert len(loaded.model.pipeline.transformer.peft_config) == 8
    loaded.loras.use((LoraUse("l0"), LoraUse("l10")))


def test_a_usual_adapter_that_is_missing_is_played_without_and_said(turbo_folder: Path, tmp_path: Path) -> None:
    usual = (LoraUse("jazz"),)
    made = AceStepEngine("m", str(turbo_folder), device="cpu", loras_folder=str(tmp_path), loras=usual)
    rendered = made.generate(start(loras=usual), None, ignore)
    assert any("there is no LoRA called 'jazz'" in note for note in rendered.provenance.notes)
    with pytest.raises(GenerationError, match="'other'"):
        made.generate(start(loras=(LoraUse("other"),)), None, ignore)
    made.close()
