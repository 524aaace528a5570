"""Names in an official ACE-Step checkpoint and in diffusers' pipeline: weights and configuration, one table each.

Read off both model classes: the official `AceStepConditionGenerationModel` holds everything in one file under
`decoder.`, `encoder.`, `tokenizer.` and `detokenizer.`; diffusers has a folder for each and calls attention's
projections as it does elsewhere. Pure tables; needs no torch.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from radio.errors import ModelError

COMPONENTS = {
    "decoder.": "transformer",
    "encoder.": "condition_encoder",
    "tokenizer.": "audio_tokenizer",
    "detokenizer.": "audio_token_detokenizer",
}
NULL_CONDITION = "null_condition_emb"
SILENCE = "silence_latent"
"""Lies in a file of its own in the official form, and in the condition encoder here."""
RENAMED = (
    (re.compile(r"(?<=\.)q_proj(?=\.)"), "to_q"),
    (re.compile(r"(?<=\.)k_proj(?=\.)"), "to_k"),
    (re.compile(r"(?<=\.)v_proj(?=\.)"), "to_v"),
    (re.compile(r"(?<=\.)o_proj(?=\.)"), "to_out.0"),
    (re.compile(r"(?<=\.)q_norm(?=\.)"), "norm_q"),
    (re.compile(r"(?<=\.)k_norm(?=\.)"), "norm_k"),
    (re.compile(r"^proj_in\.1(?=\.)"), "proj_in_conv"),
    (re.compile(r"^proj_out\.1(?=\.)"), "proj_out_conv"),
)
DERIVED = re.compile(
    r"rotary_emb\.(original_)?inv_freq$"
    r"|^tokenizer\.quantizer\.(layers\.\d+\.)?(_levels|_basis|scales|implicit_codebook|soft_clamp_input_value)$"
)
"""Buffers that both sides compute from the configuration; some versions of the official code saved them."""

DIT_KEYS = (
    "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim",
    "in_channels", "audio_acoustic_hidden_dim", "patch_size",
)  # fmt: skip
ATTENTION = {
    "rope_theta": 1_000_000.0,
    "attention_bias": False,
    "attention_dropout": 0.0,
    "rms_norm_eps": 1e-6,
    "sliding_window": 128,
}
"""With the official class's defaults, for files that leave them out."""
ENCODER_KEYS = ("hidden_size", "intermediate_size", "num_attention_heads", "num_key_value_heads")
"""An XL checkpoint says these a second time as `encoder_…`: its encoders keep the 2B model's width."""


def renamed(key: str) -> tuple[str, str] | None:
    """The component and the name there of an official weight; None for one that is not needed.

    Raises:
        ModelError: no component has such a weight.
    """
    if DERIVED.search(key):
        return None
    if key == NULL_CONDITION:
        return "condition_encoder", key
    for prefix, component in COMPONENTS.items():
        if key.startswith(prefix):
            name = key.removeprefix(prefix)
            for pattern, new in RENAMED:
                name = pattern.sub(new, name)
            return component, name
    raise ModelError(f"the checkpoint holds {key}, which no part of the pipeline knows")


def configurations(official: dict[str, Any], name: str, path: Path) -> dict[str, dict[str, Any]]:
    """Each component's configuration. `name` is the model's; `path` the file, for errors.

    Raises:
        ModelError: the official configuration says too little, or what the pipeline cannot express.
    """
    attention = {key: official.get(key, default) for key, default in ATTENTION.items()}
    encoder = {key: official.get(f"encoder_{key}") or _needed(official, key, path) for key in ENCODER_KEYS}
    encoder |= {"head_dim": _needed(official, "head_dim", path)} | attention
    acoustic = _needed(official, "audio_acoustic_hidden_dim", path)
    pooler = {
        "audio_acoustic_hidden_dim": acoustic,
        "pool_window_size": official.get("pool_window_size", 5),
        "num_attention_pooler_hidden_layers": official.get("num_attention_pooler_hidden_layers", 2),
    }
    _check_layers(official, path)
    return {
        "transformer": _transformer(official, name, path) | attention,
        "condition_encoder": encoder | {key: _needed(official, key, path) for key in (
            "text_hidden_dim", "timbre_hidden_dim",
            "num_lyric_encoder_hidden_layers", "num_timbre_encoder_hidden_layers",
        )},
        "audio_tokenizer": encoder | pooler | {
            "fsq_dim": official.get("fsq_dim", encoder["hidden_size"]),
            "fsq_input_levels": official.get("fsq_input_levels", [8, 8, 8, 5, 5, 5]),
            "fsq_input_num_quantizers": official.get("fsq_input_num_quantizers", 1),
        },
        "audio_token_detokenizer": encoder | pooler,
    }  # fmt: skip


def _transformer(official: dict[str, Any], name: str, path: Path) -> dict[str, Any]:
    turbo = bool(official.get("is_turbo", False))
    if turbo != ("turbo" in name):
        raise ModelError(f"{path} describes a model {'with' if turbo else 'without'} turbo steps, which {name} is not")
    config = {key: _needed(official, key, path) for key in DIT_KEYS}
    width = official.get("encoder_hidden_size") or config["hidden_size"]
    if width != config["hidden_size"]:
        config["encoder_hidden_size"] = width
    return config | {
        "layer_types": official.get("layer_types"),
        "is_turbo": turbo,
        "model_version": name.removeprefix("acestep-v15-"),
    }


def _check_layers(official: dict[str, Any], path: Path) -> None:
    """Diffusers' encoders always alternate sliding and full attention, as every published checkpoint does."""
    types = official.get("layer_types")
    usual = None if types is None else [("full", "sliding")[(k + 1) % 2] + "_attention" for k in range(len(types))]
    if types is not None and len(types) != official.get("num_hidden_layers"):
        raise ModelError(f"{path} describes {len(types)} layers and says {official.get('num_hidden_layers')}")
    if types != usual or official.get("use_sliding_window") is False:
        raise ModelError(f"{path} arranges its attention layers in a way that the pipeline does not have")


def _needed(official: dict[str, Any], key: str, path: Path) -> Any:
    if official.get(key) is None:
        raise ModelError(f"{path} does not say {key}")
    return official[key]
