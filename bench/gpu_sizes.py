"""The published sizes of ACE-Step 1.5 as numbers, and the tiny one that tests and CPUs can afford.

Read off the published model cards and configurations. Knows no torch: `gpu_build` makes modules of these, `gpu_work`
counts their arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attention:
    """How all attention of a model is cut; `window` is how far a sliding layer sees to each side, in tokens."""

    heads: int
    kv_heads: int
    head_dim: int
    window: int
    rope_theta: float = 1e6

    @property
    def query_width(self) -> int:
        return self.heads * self.head_dim

    @property
    def kv_width(self) -> int:
        return self.kv_heads * self.head_dim


@dataclass(frozen=True, slots=True)
class Stack:
    """Transformer layers of one width: `inner` is the width of the gated feed-forward."""

    layers: int
    width: int
    inner: int
    attention: Attention


@dataclass(frozen=True, slots=True)
class Vae:
    """The Oobleck autoencoder. `strides` go down from samples to latents; `multiples` are of `channels`, likewise.

    `channels` are the encoder's, and twice the latent ones: it ends with a mean and a scale of each.
    """

    channels: int
    multiples: tuple[int, ...]
    strides: tuple[int, ...]
    decoder_channels: int
    latent: int


@dataclass(frozen=True, slots=True)
class Size:
    """One whole pipeline. `vocabulary` 0 is as many words as the byte tokenizer has."""

    name: str
    dit: Stack
    condition: Stack
    lyric_layers: int
    timbre_layers: int
    text: Stack
    vae: Vae
    patch: int = 2
    vocabulary: int = 0


_ENCODER = Attention(heads=16, kv_heads=8, head_dim=128, window=128)
_CONDITION = Stack(layers=0, width=2048, inner=6144, attention=_ENCODER)
_TEXT = Stack(layers=28, width=1024, inner=3072, attention=_ENCODER)
_VAE = Vae(channels=128, multiples=(1, 2, 4, 8, 16), strides=(2, 4, 4, 6, 10), decoder_channels=128, latent=64)


def _published(name: str, dit: Stack) -> Size:
    """The text encoder (Qwen3-Embedding-0.6B), the condition encoder and the VAE are the same beside every DiT."""
    return Size(name, dit, _CONDITION, 8, 4, _TEXT, _VAE, vocabulary=151_669)


TWO_B = _published("2B", Stack(layers=24, width=2048, inner=6144, attention=_ENCODER))
XL = _published(
    "XL", Stack(layers=32, width=2560, inner=9728, attention=Attention(heads=32, kv_heads=8, head_dim=128, window=128))
)

_TINY = Stack(layers=2, width=32, inner=64, attention=Attention(heads=4, kv_heads=2, head_dim=8, window=16))
TINY = Size(
    "tiny",
    _TINY,
    _TINY,
    lyric_layers=2,
    timbre_layers=2,
    text=_TINY,
    vae=Vae(channels=4, multiples=(1, 2), strides=(960, 2), decoder_channels=1, latent=2),
)
"""The VAE has two blocks, so that everything the published one does is done here, in a few per cent of the time."""
