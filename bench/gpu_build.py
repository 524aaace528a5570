"""Builds an ACE-Step pipeline of any size with random weights, where it is to run and in the type that it runs in.

No float32 copy is ever made on the CPU: torch's factories put every tensor on the device in its final type, so the XL
model is there in seconds. Random weights take as long as trained ones. Runs in the bench's worker process.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from diffusers import AceStepPipeline, AutoencoderOobleck, FlowMatchEulerDiscreteScheduler
from diffusers.models.transformers.ace_step_transformer import AceStepTransformer1DModel
from diffusers.pipelines.ace_step import AceStepAudioTokenDetokenizer, AceStepAudioTokenizer, AceStepConditionEncoder
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3Model

from bench.gpu_sizes import Attention, Size

CODEBOOK = [8, 8, 8, 5, 5, 5]
"""The published quantiser's levels: 64,000 codes."""
SPECIAL = {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}


def build(
    size: Size, *, turbo: bool, device: torch.device, dtype: torch.dtype, vae_dtype: torch.dtype = torch.float32
) -> AceStepPipeline:
    """The pipeline on `device`. `turbo=False` is a model that wants guidance (sft, base).

    Raises:
        torch.OutOfMemoryError: the device has no room for the weights.
    """
    torch.manual_seed(0)
    tokenizer = byte_tokenizer()
    with _born(device, dtype):
        transformer = dit(size, turbo=turbo)
        condition = condition_encoder(size)
        condition.silence_latent.normal_(std=0.1)
        text = text_encoder(size, len(tokenizer))
        codec = {
            "audio_tokenizer": AceStepAudioTokenizer(
                fsq_dim=size.condition.width, fsq_input_levels=CODEBOOK, **_codec(size)
            ),
            "audio_token_detokenizer": AceStepAudioTokenDetokenizer(**_codec(size)),
        }
    with _born(device, vae_dtype):
        autoencoder = vae(size)
    return AceStepPipeline(
        vae=autoencoder,
        text_encoder=text,
        tokenizer=tokenizer,
        transformer=transformer,
        condition_encoder=condition,
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
        **codec,
    )


def dit(size: Size, *, turbo: bool) -> Any:
    stack = size.dit
    return AceStepTransformer1DModel(
        hidden_size=stack.width,
        intermediate_size=stack.inner,
        num_hidden_layers=stack.layers,
        in_channels=3 * size.vae.latent,
        audio_acoustic_hidden_dim=size.vae.latent,
        patch_size=size.patch,
        encoder_hidden_size=size.condition.width,
        is_turbo=turbo,
        model_version="turbo" if turbo else "base",
        **_attention(stack.attention),
    )


def condition_encoder(size: Size) -> Any:
    return AceStepConditionEncoder(
        hidden_size=size.condition.width,
        intermediate_size=size.condition.inner,
        text_hidden_dim=size.text.width,
        timbre_hidden_dim=size.vae.latent,
        num_lyric_encoder_hidden_layers=size.lyric_layers,
        num_timbre_encoder_hidden_layers=size.timbre_layers,
        **_attention(size.condition.attention),
    )


def text_encoder(size: Size, words: int) -> Any:
    stack = size.text
    config = Qwen3Config(
        hidden_size=stack.width,
        intermediate_size=stack.inner,
        num_hidden_layers=stack.layers,
        num_attention_heads=stack.attention.heads,
        num_key_value_heads=stack.attention.kv_heads,
        head_dim=stack.attention.head_dim,
        vocab_size=size.vocabulary or words,
        max_position_embeddings=32_768,
        rope_theta=stack.attention.rope_theta,
        tie_word_embeddings=True,
    )
    return Qwen3Model(config)


def vae(size: Size) -> Any:
    shape = size.vae
    with warnings.catch_warnings():
        # diffusers still uses torch's older weight_norm, which says so at every layer.
        warnings.simplefilter("ignore", FutureWarning)
        return AutoencoderOobleck(
            encoder_hidden_size=shape.channels,
            downsampling_ratios=list(shape.strides),
            channel_multiples=list(shape.multiples),
            decoder_channels=shape.decoder_channels,
            decoder_input_channels=shape.latent,
            audio_channels=2,
            sampling_rate=48_000,
        )


def byte_tokenizer() -> PreTrainedTokenizerFast:
    """Byte-level BPE without merges: needs no file, and makes about four tokens where the published one makes one."""
    vocabulary = {letter: number for number, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    inner = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token=None))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    outer = PreTrainedTokenizerFast(tokenizer_object=inner, **SPECIAL)
    outer.add_special_tokens({"additional_special_tokens": ["<|im_start|>"]})
    return outer


def _attention(attention: Attention) -> dict[str, Any]:
    return {
        "num_attention_heads": attention.heads,
        "num_key_value_heads": attention.kv_heads,
        "head_dim": attention.head_dim,
        "rope_theta": attention.rope_theta,
        "sliding_window": attention.window,
    }


def _codec(size: Size) -> dict[str, Any]:
    return {
        "hidden_size": size.condition.width,
        "intermediate_size": size.condition.inner,
        "audio_acoustic_hidden_dim": size.vae.latent,
        "pool_window_size": 5,
        "num_attention_pooler_hidden_layers": 2,
        **_attention(size.condition.attention),
    }


@contextmanager
def _born(device: torch.device, dtype: torch.dtype) -> Iterator[None]:
    """Everything made inside is made on `device` in `dtype`."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with torch.no_grad(), device:
            yield
    finally:
        torch.set_default_dtype(before)
