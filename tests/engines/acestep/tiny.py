"""A tiny ACE-Step 1.5 pipeline with random weights: the real diffusers code on 200 kB, without a hub.

Other test folders import it too. Every size that the published models fix against each other is kept in proportion:
the DiT sees 3·D channels, the VAE's encoder makes mean and scale of D, the condition encoder hears D, and the VAE's
ratios multiply to 1920 samples a frame. Random VAEs do not invert: what was decoded and is encoded again is another
sound, so only reused latents give alike seams here.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import torch
from diffusers import AceStepPipeline, AutoencoderOobleck, FlowMatchEulerDiscreteScheduler
from diffusers.models.transformers.ace_step_transformer import AceStepTransformer1DModel
from diffusers.pipelines.ace_step import AceStepAudioTokenDetokenizer, AceStepAudioTokenizer, AceStepConditionEncoder
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3Model

LATENT = 2
"""D, the latent channels; 64 in the published models."""
HIDDEN = 32
LOUDER = 10.0
ATTENTION = {
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "rope_theta": 10_000.0,
    "sliding_window": 16,
}
SPECIAL = {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
CODEBOOK = [8, 8, 8, 5, 5, 5]
"""The published quantiser's levels: 64,000 codes."""


def build(turbo: bool = True, seed: int = 0, *, musical: bool = False) -> AceStepPipeline:
    """The pipeline; equal seeds give equal weights. `turbo=False` is a model that wants guidance (sft, base). What a
    `musical` one makes passes the quality guard.

    Sets torch's global generator, as every builder of random weights does.
    """
    torch.manual_seed(seed)
    tokenizer = _tokenizer()
    return AceStepPipeline(
        vae=_vae(musical),
        text_encoder=_text_encoder(len(tokenizer)),
        tokenizer=tokenizer,
        transformer=_transformer(turbo),
        condition_encoder=_condition_encoder(),
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
        audio_tokenizer=AceStepAudioTokenizer(fsq_dim=HIDDEN, fsq_input_levels=CODEBOOK, **_codec()),
        audio_token_detokenizer=AceStepAudioTokenDetokenizer(**_codec()),
    )


def save(folder: Path, turbo: bool = True, seed: int = 0, *, musical: bool = False) -> Path:
    """Write the pipeline to `folder` as diffusers keeps it; returns the folder."""
    build(turbo, seed, musical=musical).save_pretrained(folder)
    return folder


def _tokenizer() -> PreTrainedTokenizerFast:
    """Byte-level BPE without merges: takes every language and needs no file."""
    vocabulary = {letter: number for number, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    inner = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token=None))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    outer = PreTrainedTokenizerFast(tokenizer_object=inner, **SPECIAL)
    outer.add_special_tokens({"additional_special_tokens": ["<|im_start|>"]})
    return outer


def _text_encoder(words: int) -> Qwen3Model:
    config = Qwen3Config(
        hidden_size=HIDDEN,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        vocab_size=words + 5,
        max_position_embeddings=4096,
    )
    return Qwen3Model(config)


def _transformer(turbo: bool) -> AceStepTransformer1DModel:
    return AceStepTransformer1DModel(
        hidden_size=HIDDEN,
        intermediate_size=64,
        num_hidden_layers=2,
        in_channels=3 * LATENT,
        audio_acoustic_hidden_dim=LATENT,
        patch_size=2,
        is_turbo=turbo,
        model_version="turbo" if turbo else "base",
        **ATTENTION,
    )


def _condition_encoder() -> AceStepConditionEncoder:
    encoder = AceStepConditionEncoder(
        hidden_size=HIDDEN,
        intermediate_size=64,
        text_hidden_dim=HIDDEN,
        timbre_hidden_dim=LATENT,
        num_lyric_encoder_hidden_layers=2,
        num_timbre_encoder_hidden_layers=2,
        **ATTENTION,
    )
    with torch.no_grad():
        encoder.silence_latent.copy_(torch.randn_like(encoder.silence_latent) * 0.1)
    return encoder


def _vae(musical: bool) -> AutoencoderOobleck:
    """One block of ratio 1920: about five times as fast as the published five blocks, and the same code."""
    with warnings.catch_warnings():
        # diffusers still uses torch's older weight_norm, which says so at every layer.
        warnings.simplefilter("ignore", FutureWarning)
        vae = AutoencoderOobleck(
            encoder_hidden_size=2 * LATENT,
            downsampling_ratios=[1920],
            channel_multiples=[1],
            decoder_channels=2,
            decoder_input_channels=LATENT,
            audio_channels=2,
            sampling_rate=48_000,
        )
    if musical:
        _colour(vae.decoder)
    return vae


def _colour(decoder: torch.nn.Module) -> None:
    """Random weights sound of an offset and of the same white frame again and again, which the quality guard refuses:
    no offset, and pink frames, as loud as music."""
    with torch.no_grad():
        for name, values in decoder.named_parameters():
            if name.endswith("bias"):
                values.zero_()
            elif name.endswith("conv_t1.weight_v"):
                spectrum = torch.fft.rfft(values)
                spectrum /= torch.arange(spectrum.shape[-1]).clamp(min=4) ** 0.8
                values.copy_(torch.fft.irfft(spectrum, n=values.shape[-1]))
            elif name == "conv2.weight_g":
                values.mul_(LOUDER)


def _codec() -> dict[str, object]:
    return {
        "hidden_size": HIDDEN,
        "intermediate_size": 64,
        "audio_acoustic_hidden_dim": LATENT,
        "pool_window_size": 5,
        **ATTENTION,
    }
