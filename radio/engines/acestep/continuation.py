"""How a continuation keeps what it continues: the mathematics of the kept latents.

The model is only *conditioned* on the kept region: left alone, it paints its own version of it. So after every step the
kept frames are put back where they belong on the straight line from noise to source that flow matching follows,
x(σ) = (1 − σ)·source + σ·noise. After the last step σ is 0 and they are the source, exactly. Nothing is softened at the
boundary: the model sees the true context at every step and continues it. Generator process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

StepEnd = Callable[[Any, int, float, dict[str, Any]], dict[str, Any]]
"""diffusers' `callback_on_step_end`: pipeline, step, time, tensors → tensors."""


def seeded_noise(seed: int, frames: int, channels: int) -> Tensor:
    """Where the denoising starts: normal noise `[1, frames, channels]`, float32.

    Drawn on the CPU, so that a seed means the same music on every device.
    """
    generator = torch.Generator().manual_seed(seed)
    return torch.randn((1, frames, channels), generator=generator)


def on_the_way(source: Tensor, noise: Tensor, sigma: float) -> Tensor:
    """Where `source` lies at noise level `sigma` (0: at the source, 1: at the noise). Both `[1, frames, D]`."""
    if sigma == 0.0:
        return source
    return ((1.0 - sigma) * source.float() + sigma * noise.float()).to(source.dtype)


def source_with_room(kept: Tensor, frames: int) -> Tensor:
    """`kept` `[1, k, D]`, and after it room up to `frames`, which the pipeline fills with its latent of silence."""
    room = kept.new_zeros((1, frames - kept.shape[1], kept.shape[2]))
    return torch.cat((kept, room), dim=1)


def keeping(kept: Tensor | None, noise: Tensor, steps: int, done: Callable[[float], None]) -> StepEnd:
    """The callback that holds `kept` in place and says how far the steps are, 0…1. `done` may raise to stop it all."""
    levels: list[float] = []

    def step_end(pipeline: Any, step: int, time: float, tensors: dict[str, Any]) -> dict[str, Any]:
        del time
        done((step + 1) / steps)
        latents: Tensor = tensors["latents"]
        if kept is None:
            return {"latents": latents}
        if not levels:
            levels.extend(pipeline.scheduler.sigmas.tolist())  # read once: a GPU would wait at every step
        count = kept.shape[1]
        held = on_the_way(kept, noise[:, :count], levels[step + 1])
        return {"latents": torch.cat((held.to(latents.dtype), latents[:, count:]), dim=1)}

    return step_end
