"""Writes language models of a few hundred kilobytes in GGUF, for a real llama.cpp server.

`random_model` writes rubbish. `planning_model` is a Markov chain dressed as a transformer: its one layer has zero
weights, each token's embedding is a unit vector, and the output matrix says which tokens may follow which. After a
colon it writes a whole thought, and after a line break audio codes: enough to answer both phases through the server.

The format is GGUF 3 (ggml's `docs/gguf.md`): header, key-values, tensor infos, then aligned float32 data.
"""

from __future__ import annotations

import struct
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

UINT32, FLOAT32, BOOL, STRING, ARRAY = 4, 6, 7, 8, 9
INT32 = 5
NORMAL, USER_DEFINED = 1, 4
ALIGNMENT = 32
INNER = 32
"""Width of the attention's one head and of the feed-forward layer."""
UNLIKELY = -40.0
MARKUP = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"]
THOUGHT = [" 92\ncaption: Slow pads, felt piano and rain.\n", "duration: 200\nkeyscale: F# minor\nlanguage: unknown\n",
           "timesignature: 4\n"]  # fmt: skip

Weights = NDArray[np.float32]


def byte_letters() -> list[str]:
    """GPT-2's printable stand-ins for the 256 bytes: with them every text can be read, byte by byte."""
    printable = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]


def random_model(path: Path, seed: int = 0) -> None:
    """256 bytes and the markup; every weight is noise."""
    tokens, width = [*byte_letters(), *MARKUP], 32
    rng = np.random.default_rng(seed)
    shapes = {"token_embd.weight": (len(tokens), width), "output.weight": (len(tokens), width)}
    embeddings = {name: rng.normal(0, 1, shape).astype(np.float32) for name, shape in shapes.items()}
    write(path, tokens, {**embeddings, **layer(width, rng)}, width)


def planning_model(path: Path, code_count: int) -> None:
    """A model that thinks `THOUGHT` and sketches with `code_count` audio codes, drawn evenly after every code."""
    letters = byte_letters()
    codes = [f"<|audio_code_{number}|>" for number in range(code_count)]
    tokens = [*letters, *MARKUP, *THOUGHT, *codes]
    width = -(-len(tokens) // 32) * 32
    place = {token: index for index, token in enumerate(tokens)}
    sketch = range(place[codes[0]], len(tokens))

    follows = np.full((len(tokens), width), UNLIKELY, np.float32)
    chain = [letters[ord(":")], *THOUGHT, "</think>", "<|im_end|>"]
    for token, following in pairwise(chain):
        follows[place[following], place[token]] = 0.0
    for token in (letters[ord("\n")], *codes):
        follows[list(sketch), place[token]] = 0.0

    embedding = np.zeros((len(tokens), width), np.float32)
    embedding[np.arange(len(tokens)), np.arange(len(tokens))] = 1.0
    # RMS normalisation makes a unit vector √width long.
    weights = {"token_embd.weight": embedding, "output.weight": follows / np.float32(width**0.5)}
    write(path, tokens, {**weights, **layer(width, None)}, width)


def layer(width: int, rng: np.random.Generator | None) -> dict[str, Weights]:
    """One transformer layer and the last norm; without `rng` the layer changes nothing."""

    def matrix(rows: int, columns: int) -> Weights:
        return (np.zeros((rows, columns)) if rng is None else rng.normal(0, 0.3, (rows, columns))).astype(np.float32)

    inner = {f"blk.0.{n}.weight": matrix(INNER, width) for n in ("attn_q", "attn_k", "attn_v", "ffn_gate", "ffn_up")}
    outer = {f"blk.0.{n}.weight": matrix(width, INNER) for n in ("attn_output", "ffn_down")}
    norms = ("blk.0.attn_norm.weight", "blk.0.ffn_norm.weight", "output_norm.weight")
    return {**inner, **outer, **{name: np.ones(width, np.float32) for name in norms}}


def write(path: Path, tokens: list[str], tensors: dict[str, Weights], width: int) -> None:
    """A llama model of one layer and one head, with a byte-level vocabulary."""
    kinds = [NORMAL if len(token) == 1 else USER_DEFINED for token in tokens]
    merges = [f"{tokens[0]} {tokens[1]}"]
    facts = [
        ("general.architecture", text("llama")),
        ("llama.context_length", u32(4096)),
        ("llama.embedding_length", u32(width)),
        ("llama.block_count", u32(1)),
        ("llama.feed_forward_length", u32(INNER)),
        ("llama.attention.head_count", u32(1)),
        ("llama.attention.head_count_kv", u32(1)),
        ("llama.attention.key_length", u32(INNER)),
        ("llama.attention.value_length", u32(INNER)),
        ("llama.rope.dimension_count", u32(INNER)),
        ("llama.attention.layer_norm_rms_epsilon", struct.pack("<If", FLOAT32, 1e-6)),
        ("llama.vocab_size", u32(len(tokens))),
        ("tokenizer.ggml.model", text("gpt2")),
        ("tokenizer.ggml.pre", text("qwen2")),
        ("tokenizer.ggml.tokens", array(STRING, [raw(token) for token in tokens])),
        ("tokenizer.ggml.token_type", array(INT32, [struct.pack("<i", kind) for kind in kinds])),
        ("tokenizer.ggml.merges", array(STRING, [raw(merge) for merge in merges])),
        ("tokenizer.ggml.eos_token_id", u32(tokens.index("<|im_end|>"))),
        ("tokenizer.ggml.bos_token_id", u32(tokens.index("<|endoftext|>"))),
        ("tokenizer.ggml.add_bos_token", struct.pack("<IB", BOOL, 0)),
    ]
    head = struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(facts))
    head += b"".join(raw(name) + value for name, value in facts)
    data = b""
    for name, tensor in tensors.items():
        sides = tensor.shape[::-1]
        head += raw(name) + struct.pack(f"<I{len(sides)}QIQ", len(sides), *sides, 0, len(data))
        data += padded(tensor.tobytes())
    path.write_bytes(padded(head) + data)


def padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % ALIGNMENT)


def raw(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack("<Q", len(encoded)) + encoded


def text(value: str) -> bytes:
    return struct.pack("<I", STRING) + raw(value)


def u32(value: int) -> bytes:
    return struct.pack("<II", UINT32, value)


def array(kind: int, items: list[bytes]) -> bytes:
    return struct.pack("<IIQ", ARRAY, kind, len(items)) + b"".join(items)
