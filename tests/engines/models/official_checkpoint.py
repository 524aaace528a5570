"""Writes a tiny official checkpoint: the layout and the names of the publisher's repository, with random weights.

The names are spelled out here as the official model classes declare them, and not taken from our own table, so that a
conversion is tested against something else than itself.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from diffusers import AceStepPipeline
from safetensors.torch import save_file

from tests.engines.acestep.tiny import HIDDEN, LATENT, build

LINEAR = ("weight", "bias")
MLP = ("mlp.gate_proj.weight", "mlp.up_proj.weight", "mlp.down_proj.weight")


def attention(prefix: str) -> Iterator[tuple[str, str]]:
    """Official and diffusers' names of one attention block."""
    pairs = {"q_proj": "to_q", "k_proj": "to_k", "v_proj": "to_v", "o_proj": "to_out.0"}
    pairs |= {"q_norm": "norm_q", "k_norm": "norm_k"}
    for official, ours in pairs.items():
        yield f"{prefix}.{official}.weight", f"{prefix}.{ours}.weight"


def same(*names: str) -> Iterator[tuple[str, str]]:
    yield from zip(names, names, strict=True)


def encoder_layers(prefix: str, count: int) -> Iterator[tuple[str, str]]:
    for k in range(count):
        layer = f"{prefix}layers.{k}"
        yield from attention(f"{layer}.self_attn")
        yield from same(f"{layer}.input_layernorm.weight", f"{layer}.post_attention_layernorm.weight")
        yield from same(*(f"{layer}.{name}" for name in MLP))


def decoder() -> Iterator[tuple[str, str]]:
    for k in range(2):
        for kind in ("self", "cross"):
            yield from attention(f"layers.{k}.{kind}_attn")
            yield from same(f"layers.{k}.{kind}_attn_norm.weight")
        yield from same(f"layers.{k}.mlp_norm.weight", f"layers.{k}.scale_shift_table")
        yield from same(*(f"layers.{k}.{name}" for name in MLP))
    for name in LINEAR:
        yield f"proj_in.1.{name}", f"proj_in_conv.{name}"
        yield f"proj_out.1.{name}", f"proj_out_conv.{name}"
        yield from same(f"condition_embedder.{name}")
        for part in ("linear_1", "linear_2", "time_proj"):
            yield from same(f"time_embed.{part}.{name}", f"time_embed_r.{part}.{name}")
    yield from same("norm_out.weight", "scale_shift_table")


def encoder() -> Iterator[tuple[str, str]]:
    yield from same("text_projector.weight", "timbre_encoder.special_token")
    for part in ("lyric_encoder.", "timbre_encoder."):
        yield from same(*(f"{part}embed_tokens.{name}" for name in LINEAR), f"{part}norm.weight")
        yield from encoder_layers(part, 2)


def tokenizer() -> Iterator[tuple[str, str]]:
    pooler = "attention_pooler."
    yield from same(*(f"audio_acoustic_proj.{name}" for name in LINEAR))
    yield from same(*(f"{pooler}embed_tokens.{name}" for name in LINEAR), f"{pooler}norm.weight")
    yield from same(f"{pooler}special_token")
    yield from encoder_layers(pooler, 2)
    for part in ("project_in", "project_out"):
        yield from same(*(f"quantizer.{part}.{name}" for name in LINEAR))


def detokenizer() -> Iterator[tuple[str, str]]:
    yield from same(*(f"embed_tokens.{name}" for name in LINEAR), *(f"proj_out.{name}" for name in LINEAR))
    yield from same("norm.weight", "special_tokens")
    yield from encoder_layers("", 2)


def weights(pipe: AceStepPipeline) -> dict[str, torch.Tensor]:
    """The pipeline's weights under their official names."""
    parts = {
        "decoder": (decoder, pipe.transformer),
        "encoder": (encoder, pipe.condition_encoder),
        "tokenizer": (tokenizer, pipe.audio_tokenizer),
        "detokenizer": (detokenizer, pipe.audio_token_detokenizer),
    }
    found = {"null_condition_emb": pipe.condition_encoder.null_condition_emb.detach()}
    for prefix, (names, module) in parts.items():
        state = module.state_dict()
        found |= {f"{prefix}.{official}": state[ours] for official, ours in names()}
    return {name: tensor.clone().contiguous() for name, tensor in found.items()}


def config(turbo: bool, version: str) -> dict[str, Any]:
    """`config.json` as the official repositories have it."""
    return {
        "architectures": ["AceStepConditionGenerationModel"],
        "auto_map": {"AutoModel": "modeling.AceStepConditionGenerationModel"},
        "model_type": "acestep",
        "hidden_size": HIDDEN,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 8,
        "in_channels": 3 * LATENT,
        "audio_acoustic_hidden_dim": LATENT,
        "timbre_hidden_dim": LATENT,
        "text_hidden_dim": HIDDEN,
        "patch_size": 2,
        "pool_window_size": 5,
        "num_lyric_encoder_hidden_layers": 2,
        "num_timbre_encoder_hidden_layers": 2,
        "num_attention_pooler_hidden_layers": 2,
        "fsq_dim": HIDDEN,
        "fsq_input_levels": [8, 8, 8, 5, 5, 5],
        "fsq_input_num_quantizers": 1,
        "layer_types": ["sliding_attention", "full_attention"],
        "use_sliding_window": True,
        "sliding_window": 16,
        "rope_theta": 10_000.0,
        "rms_norm_eps": 1e-6,
        "attention_bias": False,
        "attention_dropout": 0.0,
        "is_turbo": turbo,
        "model_version": version,
    }


def write(folder: Path, *, name: str = "acestep-v15-sft", turbo: bool = False, seed: int = 0) -> AceStepPipeline:
    """An official repository in `folder`: the DiT's folder `name`, `vae` and `Qwen3-Embedding-0.6B` beside it.

    Returns the pipeline whose weights these are.
    """
    pipe = build(turbo, seed)
    dit = folder / name
    dit.mkdir(parents=True)
    save_file(weights(pipe), dit / "model.safetensors", metadata={"format": "pt"})
    (dit / "config.json").write_text(json.dumps(config(turbo, name.removeprefix("acestep-v15-"))))
    torch.save(pipe.condition_encoder.silence_latent.transpose(1, 2).clone(), dit / "silence_latent.pt")
    (dit / "modeling.py").write_text("raise SystemExit('code from a checkpoint must never run')\n")
    pipe.vae.save_pretrained(folder / "vae")
    pipe.text_encoder.save_pretrained(folder / "Qwen3-Embedding-0.6B")
    pipe.tokenizer.save_pretrained(folder / "Qwen3-Embedding-0.6B")
    return pipe


def shard(dit: Path) -> None:
    """Split `model.safetensors` in two with an index, as the large official checkpoints are."""
    from safetensors.torch import load_file

    whole = load_file(dit / "model.safetensors")
    (dit / "model.safetensors").unlink()
    names = sorted(whole)
    halves = {"model-00001-of-00002.safetensors": names[::2], "model-00002-of-00002.safetensors": names[1::2]}
    for file, keys in halves.items():
        save_file({key: whole[key] for key in keys}, dit / file, metadata={"format": "pt"})
    table = {key: file for file, keys in halves.items() for key in keys}
    (dit / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": table}))


def copy(source: Path, target: Path) -> Path:
    """A checkpoint of one's own to damage."""
    return Path(shutil.copytree(source, target))
