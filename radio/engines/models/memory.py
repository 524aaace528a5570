"""How much memory models need, and how one GPU is split between the DiT and a language model in vLLM beside it.

Weights and the key-value cache follow from published shapes and are exact. The largest tensors alive at once were
measured as torch's allocations at the published widths (docs/models.md); what CUDA's libraries take is a round figure.
Pure; needs no torch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from radio.engines.models.catalogue import (
    CONDITION_PARAMETERS,
    LMS,
    TEXT_PARAMETERS,
    TOKENS_PARAMETERS,
    VAE_PARAMETERS,
    DitShape,
    LmShape,
    Model,
    named,
)
from radio.engines.models.machine import Machine
from radio.errors import ModelError

GIB = 1 << 30
BF16_BYTES, F32_BYTES = 2, 4
LATENT_HZ = 25
PATCH_FRAMES = 2
WINDOW_FRAMES = 512
"""The engine decodes this many latent frames at a time."""
TILE_FRAMES = 750
"""It encodes at most so many at a time, the length of the VAE's tiles."""
REFERENCE_S = 30.0
"""What the engine takes of a reference recording."""
FRAME_SAMPLES = 1920
VAE_CHANNELS = 128
"""Channels of the VAE's last stage, at the full sample rate: its largest tensors. It always runs in float32."""
DECODE_TENSORS, ENCODE_TENSORS = 4.5, 5.0
"""So many of them are alive at the worst moment (measured)."""
STEP_INTERMEDIATE, STEP_HIDDEN = 3, 5
"""The same for a layer of the DiT, in its two widths, for each patch (measured: 28.8 and 41.9 thousand numbers)."""
CUDA_BYTES = GIB
"""CUDA's context, cuBLAS and cuDNN workspaces, and what the allocator cannot use, for one process."""
VLLM_BYTES = 1536 << 20
"""The same for vLLM, with its captured graphs and the activations of one prefill."""
RESERVE_BYTES = 512 << 20
"""Nobody's: a display, other processes, rounding."""
CONTEXT_TOKENS = 4096
"""A prompt with lyrics (under 2,000 tokens), the plan, and five codes for each second of up to four minutes."""


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """One GPU, split. `utilisation` is vLLM's share as its option wants it; 0 where there is no language model.

    `lm` is the language model that was asked for; `smaller_lm` the largest that does fit beside the DiT, if `lm` does
    not.
    """

    total_bytes: int
    dit: str
    dit_bytes: int
    lm: str
    lm_bytes: int
    reserve_bytes: int
    utilisation: float
    context_tokens: int
    smaller_lm: str = ""

    @property
    def left_bytes(self) -> int:
        """What stays free; negative: what is lacking."""
        return self.total_bytes - self.dit_bytes - self.lm_bytes - self.reserve_bytes

    @property
    def fits(self) -> bool:
        return self.left_bytes >= 0

    def sentence(self) -> str:
        parts = f"{gib(self.dit_bytes)} for {self.dit}"
        if self.lm:
            share = f" (--gpu-memory-utilization {self.utilisation:.2f})" if self.fits else ""
            parts += f", {gib(self.lm_bytes)} for {self.lm} in vLLM{share}"
        parts = f"of {gib(self.total_bytes)}: {parts}, {gib(self.reserve_bytes)} kept free"
        if self.fits:
            return f"{parts}; {gib(self.left_bytes)} left"
        return f"{parts}; {gib(-self.left_bytes)} too little{self._instead()}"

    def _instead(self) -> str:
        if not self.lm:
            return ""
        return f", but {self.smaller_lm} would fit" if self.smaller_lm else ", and no smaller language model fits"

    def vllm_command(self, path: str) -> tuple[str, ...]:
        """`vllm serve` for the language model in `path`; nothing where none was asked for.

        Without `--runner generate` the official checkpoints would be served as embedding models. Sleep mode lets the
        station take vLLM's memory back while nobody listens.
        """
        if not self.lm:
            return ()
        return (
            "env", "VLLM_SERVER_DEV_MODE=1", "vllm", "serve", path, "--served-model-name", self.lm,
            "--runner", "generate", "--generation-config", "vllm",
            "--host", "127.0.0.1", "--dtype", "bfloat16", "--gpu-memory-utilization", f"{self.utilisation:.2f}",
            "--max-model-len", str(self.context_tokens), "--max-num-seqs", "1", "--enable-sleep-mode",
        )  # fmt: skip


def plan_memory(
    total_bytes: int,
    dit: str,
    lm: str = "",
    *,
    segment_s: float = 60.0,
    encoded_s: float = 15.0,
    context_tokens: int = CONTEXT_TOKENS,
) -> MemoryPlan:
    """Split a GPU of `total_bytes` between `dit` and, if given, `lm` served by vLLM on the same GPU.

    `encoded_s` is the longest sound that the DiT's VAE has to listen to at once: the overlap, or 30 s where there is a
    reference recording.

    Raises:
        ModelError: there is no such DiT or language model.
    """
    return _plan(total_bytes, named(dit), lm, dit_bytes(dit, segment_s, encoded_s), context_tokens)


def _plan(total: int, dit: Model, lm: str, needed: int, context_tokens: int) -> MemoryPlan:
    name = named(lm).name if lm else ""
    share, utilisation = vllm_share(lm_bytes(lm, context_tokens), total) if lm else (0, 0.0)
    plan = MemoryPlan(total, dit.name, needed, name, share, RESERVE_BYTES, utilisation, context_tokens)
    if plan.fits or not lm:
        return plan
    for smaller in LMS[LMS.index(name) + 1 :]:
        if _plan(total, dit, smaller, needed, context_tokens).fits:
            return replace(plan, smaller_lm=smaller)
    return plan


def vllm_share(needed_bytes: int, total_bytes: int) -> tuple[int, float]:
    """vLLM's part of a GPU in whole hundredths, as bytes and as its option; rounded up, since less would not start."""
    hundredths = math.ceil(100 * needed_bytes / total_bytes)
    return math.ceil(total_bytes * hundredths / 100), hundredths / 100


def dit_bytes(
    dit: str,
    segment_s: float = 60.0,
    encoded_s: float = 15.0,
    *,
    number_bytes: int = BF16_BYTES,
    libraries_bytes: int = CUDA_BYTES,
) -> int:
    """What a DiT needs with all its company (text and condition encoder, VAE, audio codes) to make one segment.

    Raises:
        ModelError: there is no such DiT.
    """
    model = named(dit)
    if model.dit is None:
        raise ModelError(f"{model.name} is not a DiT")
    company = CONDITION_PARAMETERS + TOKENS_PARAMETERS + TEXT_PARAMETERS
    weights = number_bytes * (model.dit.parameters + company) + F32_BYTES * VAE_PARAMETERS
    return (
        weights
        + max(_step_bytes(model.dit, segment_s, number_bytes), _vae_bytes(segment_s, encoded_s))
        + libraries_bytes
    )


def _step_bytes(shape: DitShape, segment_s: float, number_bytes: int) -> int:
    """One denoising step: a layer's tensors for every patch, twice with guidance, and the sliding layers' mask."""
    patches = math.ceil(segment_s * LATENT_HZ / PATCH_FRAMES)
    per_patch = STEP_INTERMEDIATE * shape.intermediate + STEP_HIDDEN * shape.hidden
    return number_bytes * (patches * per_patch * (2 if shape.guided else 1) + patches * patches)


def _vae_bytes(segment_s: float, encoded_s: float) -> int:
    """Decoding a window, or encoding a sound that nobody has latents of: whichever takes more."""
    frame = F32_BYTES * FRAME_SAMPLES * VAE_CHANNELS
    decoded = min(math.ceil(segment_s * LATENT_HZ), WINDOW_FRAMES)
    encoded = min(math.ceil(encoded_s * LATENT_HZ), TILE_FRAMES)
    return math.ceil(frame * max(DECODE_TENSORS * decoded, ENCODE_TENSORS * encoded))


def lm_bytes(lm: str, context_tokens: int = CONTEXT_TOKENS, sequences: int = 1) -> int:
    """What vLLM needs for a language model: weights, the cache for its context, and itself.

    Raises:
        ModelError: there is no such language model.
    """
    model = named(lm)
    if model.lm is None:
        raise ModelError(f"{model.name} is not a language model")
    return BF16_BYTES * model.lm.parameters + cache_bytes(model.lm, context_tokens * sequences) + VLLM_BYTES


def cache_bytes(shape: LmShape, tokens: int) -> int:
    """Keys and values of every layer for so many tokens."""
    return 2 * BF16_BYTES * shape.layers * shape.kv_heads * shape.head_dim * tokens


def needed_bytes(model: Model) -> int:
    """What `model` needs on a GPU with the usual settings."""
    return lm_bytes(model.name) if model.kind == "lm" else dit_bytes(model.name)


def room(model: Model, machine: Machine) -> str:
    """Whether `model` alone fits this machine, in a few words."""
    needed = needed_bytes(model) + RESERVE_BYTES
    if machine.gpu is not None:
        return "yes" if machine.gpu.total_bytes >= needed else f"no, GPU {gib(machine.gpu.total_bytes)}"
    if model.kind == "lm":
        return "no GPU"
    on_cpu = dit_bytes(model.name, number_bytes=F32_BYTES, libraries_bytes=0)
    if machine.unified:
        return "yes" if machine.ram_bytes >= needed else f"no, has {gib(machine.ram_bytes)}"
    return "slow, on the CPU" if machine.ram_bytes >= on_cpu else f"no, has {gib(machine.ram_bytes)}"


def gib(size_bytes: int) -> str:
    return f"{size_bytes / GIB:.1f} GiB"
