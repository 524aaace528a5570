# ruff: noqa: E402 - what needs the extra is imported after the look whether it is there
"""The names and shapes that a conversion expects are those of the published files, without a copy of the files.

DiffSynth-Studio recognises published checkpoints by a fingerprint of all names and shapes. Ours, computed from the
pipeline's classes at their real size and named backwards, must be the same: then nothing in the published file is left
over and nothing is missing. No numbers are involved: the models are built on torch's meta device.
"""

from __future__ import annotations

import hashlib
import re
import warnings
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the extra acestep is not installed")
diffusers = pytest.importorskip("diffusers", reason="the extra acestep is not installed")

from transformers import Qwen3Config, Qwen3Model

from radio.engines.acestep.convert_names import NULL_CONDITION, SILENCE, configurations, renamed
from radio.engines.acestep.convert_weights import CLASSES, declared
from radio.engines.models.catalogue import (
    CONDITION_PARAMETERS,
    TEXT_PARAMETERS,
    TOKENS_PARAMETERS,
    VAE_PARAMETERS,
    named,
)

PREFIXES = {
    "transformer": "decoder.",
    "condition_encoder": "encoder.",
    "audio_tokenizer": "tokenizer.",
    "audio_token_detokenizer": "detokenizer.",
}
BACKWARDS = (
    (r"\bto_([qkv])\b", r"\1_proj"),
    (r"\bto_out\.0\b", "o_proj"),
    (r"\bnorm_([qk])(?=\.)", r"\1_norm"),
    (r"^proj_(in|out)_conv", r"proj_\1.1"),
)
TURBO: dict[str, Any] = {
    "hidden_size": 2048, "intermediate_size": 6144, "num_hidden_layers": 24, "num_attention_heads": 16,
    "num_key_value_heads": 8, "head_dim": 128, "in_channels": 192, "audio_acoustic_hidden_dim": 64, "patch_size": 2,
    "text_hidden_dim": 1024, "timbre_hidden_dim": 64, "num_lyric_encoder_hidden_layers": 8,
    "num_timbre_encoder_hidden_layers": 4, "num_attention_pooler_hidden_layers": 2, "pool_window_size": 5,
    "fsq_dim": 2048, "layer_types": ["sliding_attention", "full_attention"] * 12, "is_turbo": True,
}  # fmt: skip
XL_BASE = TURBO | {
    "hidden_size": 2560, "intermediate_size": 9728, "num_hidden_layers": 32, "num_attention_heads": 32,
    "encoder_hidden_size": 2048, "encoder_intermediate_size": 6144, "encoder_num_attention_heads": 16,
    "encoder_num_key_value_heads": 8, "layer_types": ["sliding_attention", "full_attention"] * 16, "is_turbo": False,
}  # fmt: skip
Shapes = dict[str, tuple[int, ...]]


def fingerprint(shapes: Shapes) -> str:
    """MD5 of every `name:shape` and `name`, sorted."""
    words = [f"{name}:{'_'.join(map(str, shape))}" for name, shape in shapes.items()]
    return hashlib.md5(",".join(sorted([*words, *shapes])).encode(), usedforsecurity=False).hexdigest()


def backwards(component: str, name: str) -> str:
    for pattern, official in BACKWARDS:
        name = re.sub(pattern, official, name)
    return name if name == NULL_CONDITION else PREFIXES[component] + name


def published(config: dict[str, Any], name: str) -> tuple[Shapes, dict[str, int]]:
    """Official names and shapes by our configuration mapping, and each component's number of parameters."""
    shapes: Shapes = {}
    counts = {}
    for component, ours in configurations(config, name, Path("config.json")).items():
        wanted = declared(component, ours, Path("config.json"))
        counts[component] = sum(torch.Size(shape).numel() for shape in wanted.values())
        for key, shape in wanted.items():
            if key != SILENCE:
                official = backwards(component, key)
                assert renamed(official) == (component, key)
                shapes[official] = shape
    return shapes, counts


@pytest.mark.parametrize(
    ("name", "config", "weights", "print_of_file"),
    [
        ("acestep-v15-turbo", TURBO, 677, "ba29d8bddbb6ace65675f6a757a13c00"),
        ("acestep-v15-xl-base", XL_BASE, 829, "3a28a410c2246f125153ef792d8bc828"),
    ],
)
def test_a_published_checkpoint_has_exactly_the_weights_that_a_conversion_expects(
    name: str, config: dict[str, Any], weights: int, print_of_file: str
) -> None:
    shapes, counts = published(config, name)
    assert len(shapes) == weights
    assert fingerprint(shapes) == print_of_file
    shape = named(name).dit
    assert shape is not None
    assert counts["transformer"] == shape.parameters
    assert counts["condition_encoder"] == CONDITION_PARAMETERS
    assert counts["audio_tokenizer"] + counts["audio_token_detokenizer"] == TOKENS_PARAMETERS
    assert set(counts) == set(CLASSES)


def test_the_published_vae_and_text_encoder_are_taken_over_under_the_names_they_have() -> None:
    with warnings.catch_warnings(), torch.device("meta"):
        warnings.simplefilter("ignore", FutureWarning)  # diffusers still uses torch's older weight_norm
        vae = diffusers.AutoencoderOobleck(
            encoder_hidden_size=128, downsampling_ratios=[2, 4, 4, 6, 10], channel_multiples=[1, 2, 4, 8, 16],
            decoder_channels=128, decoder_input_channels=64, audio_channels=2, sampling_rate=48_000,
        )  # fmt: skip
        text = Qwen3Model(Qwen3Config(
            hidden_size=1024, intermediate_size=3072, num_hidden_layers=28, num_attention_heads=16,
            num_key_value_heads=8, head_dim=128, vocab_size=151_669,
        ))  # fmt: skip
    prints = [fingerprint({key: tuple(x.shape) for key, x in model.state_dict().items()}) for model in (vae, text)]
    assert prints == ["51420834e54474986a7f4be0e4d6f687", "3509bea17b0e8cffc3dd4a15cc7899d0"]
    assert sum(parameter.numel() for parameter in vae.parameters()) == VAE_PARAMETERS
    assert sum(parameter.numel() for parameter in text.parameters()) == TEXT_PARAMETERS
