"""What a segment costs at least: floating-point operations and bytes to and from memory, counted from the shapes.

A multiplication and an addition are two operations. Counted are matrix products, convolutions and attention; norms,
activations and rotations are not, they ride along in a perfect kernel. Bytes are what must pass through memory however
clever the kernels are: every weight once per pass, and for the VAE, whose activations are far larger than any cache,
every convolution's input and output once (Snake and the residual addition fused into it). The DiT's activations fit
into the second-level cache of a data-centre GPU and are not counted. Pure: no torch.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from bench.gpu_sizes import Size, Stack, Vae

PARTS = ("text", "condition", "dit", "decode", "encode")
"""Of a segment, in the order in which they run, but for `encode`, which comes first."""
CHANNELS = 2
TIME_WIDTH = 256
"""The DiT's sinusoids of its time step, of which there are two."""
UNITS = 3
"""Residual units in a VAE block: a convolution of 7, one of 1, and what came in added."""


@dataclass(frozen=True, slots=True)
class Work:
    flops: float = 0.0
    bytes: float = 0.0

    def __add__(self, other: Work) -> Work:
        return Work(self.flops + other.flops, self.bytes + other.bytes)

    def times(self, count: int) -> Work:
        return Work(self.flops * count, self.bytes * count)


@dataclass(frozen=True, slots=True)
class Shapes:
    """Of one segment. `condition_tokens` are lyrics, one of timbre, and text; `batch` is 2 with guidance.

    `encoded_frames` is 0 where the context's latents are known.
    """

    frames: int
    steps: int
    batch: int
    text_tokens: int
    condition_tokens: int
    encoded_frames: int = 0
    timbre_frames: int = 750


def parts(size: Size, shapes: Shapes, weight_bytes: int, vae_bytes: int) -> dict[str, Work]:
    """The least work of each part of a segment. `weight_bytes` and `vae_bytes` are a number's, 2 in bf16."""
    step = dit_step(size, shapes.batch, shapes.frames, shapes.condition_tokens, weight_bytes)
    lyric_tokens = shapes.condition_tokens - shapes.text_tokens - 1
    return {
        "text": text_encoder(size, shapes.text_tokens, weight_bytes),
        "condition": condition(size, shapes.text_tokens, lyric_tokens, shapes.timbre_frames, weight_bytes),
        "dit": step.times(shapes.steps),
        "decode": decode(size.vae, shapes.frames, vae_bytes),
        "encode": encode(size.vae, shapes.encoded_frames, vae_bytes) if shapes.encoded_frames else Work(),
    }


def window_keys(tokens: int, window: int) -> float:
    """How many tokens one attends to on average, where each sees `window` to each side."""
    reach = min(window, tokens - 1)
    return 1 + 2 * reach - reach * (reach + 1) / tokens


def causal_keys(tokens: int) -> float:
    """How many tokens one attends to on average, where each sees those before it and itself."""
    return (tokens + 1) / 2


def layer_weights(stack: Stack, cross: bool = False) -> int:
    """Numbers in the matrices of one layer."""
    attention = 2 * stack.width * (stack.attention.query_width + stack.attention.kv_width)
    return attention * (1 + cross) + 3 * stack.width * stack.inner


def layer_flops(stack: Stack, batch: int, tokens: int, keys: float, seen: int = 0) -> float:
    """One layer over `tokens`, each attending to `keys` of them and, where there is cross-attention, to `seen` more.

    Matrices: 2·weights a token, but for the cross-attention's keys and values, which are made of what is seen.
    Attention: the scores and the weighted sum are 2·width·keys each.
    """
    query, kv = stack.attention.query_width, stack.attention.kv_width
    matrices = tokens * layer_weights(stack)
    attention = 2 * tokens * keys * query
    if seen:
        matrices += 2 * stack.width * (tokens * query + seen * kv)
        attention += 2 * tokens * seen * query
    return 2.0 * batch * (matrices + attention)


def stack_flops(stack: Stack, layers: int, batch: int, tokens: int, seen: int = 0, windowed: bool = True) -> float:
    """Layers that see a window and everything in turn, beginning with a window, as the DiT and the encoders have them.

    `windowed=False` counts what an attention with a mask really computes: everything, in every layer.
    """
    near = window_keys(tokens, stack.attention.window) if windowed else tokens
    sliding = (layers + 1) // 2
    return sliding * layer_flops(stack, batch, tokens, near, seen) + (layers - sliding) * layer_flops(
        stack, batch, tokens, tokens, seen
    )


def dit_step(
    size: Size, batch: int, frames: int, condition_tokens: int, weight_bytes: int, windowed: bool = True
) -> Work:
    """One call of the DiT over `frames` latent frames."""
    stack, latent = size.dit, size.vae.latent
    tokens = math.ceil(frames / size.patch)
    into, out = 3 * latent * size.patch * stack.width, latent * size.patch * stack.width
    embed = size.condition.width * stack.width
    time = 2 * (TIME_WIDTH * stack.width + 7 * stack.width**2)
    flops = stack_flops(stack, stack.layers, batch, tokens, condition_tokens, windowed)
    flops += 2.0 * batch * (tokens * (into + out) + condition_tokens * embed + time)
    weights = stack.layers * layer_weights(stack, cross=True) + into + out + embed + time
    return Work(flops, weights * weight_bytes)


def text_encoder(size: Size, tokens: int, weight_bytes: int) -> Work:
    """Qwen3 over the caption. Looking words up costs nothing worth counting."""
    stack = size.text
    flops = stack.layers * layer_flops(stack, 1, tokens, causal_keys(tokens))
    return Work(flops, stack.layers * layer_weights(stack) * weight_bytes)


def condition(
    size: Size, text_tokens: int, lyric_tokens: int, timbre_frames: int, weight_bytes: int, windowed: bool = True
) -> Work:
    """The encoders of lyrics and timbre, and the projection of the text."""
    stack, heard = size.condition, size.text.width
    flops = stack_flops(stack, size.lyric_layers, 1, lyric_tokens, windowed=windowed)
    flops += stack_flops(stack, size.timbre_layers, 1, timbre_frames, windowed=windowed)
    flops += 2.0 * stack.width * ((text_tokens + lyric_tokens) * heard + timbre_frames * size.vae.latent)
    weights = (size.lyric_layers + size.timbre_layers) * layer_weights(stack)
    weights += stack.width * (2 * heard + size.vae.latent)
    return Work(flops, weights * weight_bytes)


@dataclass(frozen=True, slots=True)
class Convolution:
    """`taps` are what a sample of the longer side takes part in: for a transposed one, per sample that comes in."""

    before: int
    after: int
    taps: int
    length_in: int
    length_out: int
    transposed: bool = False
    adds: bool = False

    def work(self, number_bytes: int) -> Work:
        weights = self.before * self.after * self.taps
        moved = self.before * self.length_in + self.after * self.length_out * (1 + self.adds)
        times = self.length_in if self.transposed else self.length_out
        return Work(2.0 * weights * times, (weights + moved) * number_bytes)


def decode(vae: Vae, frames: int, number_bytes: int) -> Work:
    """Latents to sound."""
    return sum((step.work(number_bytes) for step in _decoder(vae, frames)), Work())


def encode(vae: Vae, frames: int, number_bytes: int) -> Work:
    """Sound to latents."""
    return sum((step.work(number_bytes) for step in _encoder(vae, frames)), Work())


def _units(width: int, length: int) -> Iterator[Convolution]:
    for _ in range(UNITS):
        yield Convolution(width, width, 7, length, length)
        yield Convolution(width, width, 1, length, length, adds=True)


def _decoder(vae: Vae, frames: int) -> Iterator[Convolution]:
    widths = [vae.decoder_channels * multiple for multiple in (1, *vae.multiples)]
    length = frames
    yield Convolution(vae.latent, widths[-1], 7, length, length)
    for stride, before, after in zip(reversed(vae.strides), reversed(widths), reversed(widths[:-1]), strict=False):
        longer = (length + 1) * stride - 2 * math.ceil(stride / 2)
        yield Convolution(before, after, 2 * stride, length, longer, transposed=True)
        yield from _units(after, longer)
        length = longer
    yield Convolution(widths[0], CHANNELS, 7, length, length)


def _encoder(vae: Vae, frames: int) -> Iterator[Convolution]:
    widths = [vae.channels * multiple for multiple in (1, *vae.multiples)]
    length = frames * math.prod(vae.strides)
    yield Convolution(CHANNELS, widths[0], 7, length, length)
    for stride, before, after in zip(vae.strides, widths, widths[1:], strict=False):
        yield from _units(before, length)
        shorter = (length + 2 * math.ceil(stride / 2) - 2 * stride) // stride + 1
        yield Convolution(before, after, 2 * stride, length, shorter)
        length = shorter
    yield Convolution(widths[-1], vae.channels, 3, length, length)
