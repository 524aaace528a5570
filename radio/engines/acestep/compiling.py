"""`torch.compile` where it pays, and a way back where it fails.

What is compiled is one DiT layer (all share its code, so it compiles once or twice and in seconds, not 24 times) and
the VAE's decoder, whose activations are six passes over memory without it. Lengths of text and music differ from
segment to segment, so every dimension is dynamic from the start: one graph for each variant, whatever was asked for
before, or the same plan would run other kernels depending on history. Generator process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import torch
from torch import nn

from radio.engines.acestep.latent_pipeline import LatentPipeline
from radio.engines.acestep.reasons import reason

T = TypeVar("T")
VARIANTS = 64
"""Compiled versions of a layer that torch may keep: masked or not, each length of text once, each set of adapters."""


def pays(wish: str, device: torch.device) -> bool:
    """Whether to compile: `auto` does on CUDA, where a layer is short next to its launch; `on` does everywhere."""
    return wish == "on" or (wish == "auto" and device.type == "cuda")


def compile_in_place(pipeline: LatentPipeline) -> None:
    """Let the hot modules compile themselves at their next call."""
    torch._dynamo.config.recompile_limit = VARIANTS
    torch._inductor.config.deterministic = True  # or timing may choose reductions, and sums differ after a restart
    for module in _hot(pipeline):
        module.compile(dynamic=True)


def back_to_eager(pipeline: LatentPipeline) -> None:
    """Undo `compile_in_place`. What torch had compiled is dropped."""
    for module in _hot(pipeline):
        module._compiled_call_impl = None  # torch has no other way to undo Module.compile
    torch._dynamo.reset()  # nor to forget what was compiled


def first_runs(pipeline: LatentPipeline, run: Callable[[], T]) -> tuple[T, str]:
    """`run` with the modules compiled; where compiling fails, in eager mode, with a sentence that says so.

    After this a shape that cannot be compiled falls back by itself, in torch.
    """
    compile_in_place(pipeline)
    try:
        result = run()
    except (torch.OutOfMemoryError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - compilers, drivers and caches fail in any way; eager says if it is them
        back_to_eager(pipeline)
        trouble = f"the model runs uncompiled, since torch.compile failed: {reason(error)}"
        return run(), trouble
    torch._dynamo.config.suppress_errors = True
    return result, ""


def _hot(pipeline: LatentPipeline) -> Iterator[nn.Module]:
    yield from pipeline.transformer.layers
    yield pipeline.vae.decoder
