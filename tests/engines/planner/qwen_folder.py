"""Writes a language model folder as the official ones are laid out: bare Qwen3, its vocabulary, random weights.

28 MB of weights, one layer; every special token and audio code has the id it has in the published models.
"""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3Model

TEXT_TOKENS = 151_643
THINK_ID = 151_667
CODE_TOKENS = 65_535
VOCABULARY = 217_204


def write(folder: Path) -> None:
    """Save model and tokenizer."""
    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=VOCABULARY,
        hidden_size=64,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=32,
        max_position_embeddings=40_960,
        tie_word_embeddings=True,
        bos_token_id=TEXT_TOKENS,
        eos_token_id=TEXT_TOKENS + 2,
    )
    Qwen3Model(config).to(torch.bfloat16).save_pretrained(folder)
    tokenizer().save_pretrained(folder)


def tokenizer() -> PreTrainedTokenizerFast:
    """Bytes and fillers up to Qwen's 151,643 text tokens, its markup, and the audio codes from 151,669 on."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    fillers = [f"\N{CJK UNIFIED IDEOGRAPH-4E00}x{number}" for number in range(len(letters), TEXT_TOKENS)]
    made = Tokenizer(models.BPE(vocab={token: number for number, token in enumerate(letters + fillers)}, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    markup = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    markup += [f"<|other_{number}|>" for number in range(TEXT_TOKENS + len(markup), THINK_ID)]
    made.add_special_tokens(markup)
    plain = ["<think>", "</think>", *(f"<|audio_code_{number}|>" for number in range(CODE_TOKENS))]
    made.add_tokens([AddedToken(token, special=False, normalized=False) for token in plain])
    ends = {"eos_token": markup[2], "pad_token": markup[0]}
    return PreTrainedTokenizerFast(tokenizer_object=made, **ends)
