"""Latents to sound, in windows of equal size: little memory, one shape to compile for, a breath for cancelling.

The decoder is a stack of convolutions, so a sample depends on a few latent frames around it and on no other. A window
that has that many frames on both sides gives the very samples that decoding everything at once would give, up to the
rounding of floats. The same frames of the segment before make a continuation's overlap sound as it was played. Peaks
are not touched here: diffusers' normalisation, which would change every segment's level, is not on this path.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from radio.contracts import FRAME_SAMPLES, Samples

REACH_OF_UNITS = 3 * (1 + 3 + 9)
"""Samples that three residual units of kernel 7 and dilation 1, 3, 9 look to each side."""
REACH_OF_ENDS = 3
"""Samples that the first and the last convolution, of kernel 7, look to each side."""


@dataclass(frozen=True, slots=True)
class Window:
    """Decode frames `start` to `stop`; of them `keep_start` to `keep_stop` are this window's part of the whole."""

    start: int
    stop: int
    keep_start: int
    keep_stop: int


def reach_frames(downsampling_ratios: tuple[int, ...]) -> int:
    """Latent frames to each side that a decoded sample depends on (9 for the published VAE).

    Each block, going up, multiplies the rate by its stride, looks one input frame to the side while doing so, and then
    `REACH_OF_UNITS` at its new rate.
    """
    reach, rate = float(REACH_OF_ENDS), 1
    for stride in reversed(downsampling_ratios):
        reach += 1 / rate
        rate *= stride
        reach += REACH_OF_UNITS / rate
    return math.ceil(reach + REACH_OF_ENDS / rate)


def windows(frames: int, edge: int, most: int) -> Iterator[Window]:
    """Cut `frames` into windows of one size, at most `most`, whose kept parts have `edge` frames around them.

    Raises:
        ValueError: `most` leaves nothing between two edges.
    """
    if frames <= most:
        yield Window(0, frames, 0, frames)
        return
    if most <= 2 * edge:
        raise ValueError(f"a window of {most} frames has no room between edges of {edge}")
    inner = frames - 2 * edge
    count = -(-inner // (most - 2 * edge))
    step = -(-inner // count)
    size = step + 2 * edge
    done = 0
    for number in range(count):
        start = min(number * step, frames - size)
        stop = start + size
        keep_stop = frames if number == count - 1 else stop - edge
        yield Window(start, stop, done, keep_stop)
        done = keep_stop


@torch.no_grad()
def decode(vae: Any, latents: Tensor, lead: int, most: int, done: Callable[[float], None]) -> Samples:
    """The sound of `latents` `[1, frames, D]` without its first `lead` frames, float32 `[samples, 2]`.

    `done` hears the fraction decoded, and may raise. `most` is the longest window in frames.
    """
    frames = latents.shape[1]
    across = latents.to(dtype=vae.dtype).transpose(1, 2)
    parts: list[Tensor] = []
    for window in windows(frames, reach_frames(tuple(vae.config.downsampling_ratios)), most):
        sound = vae.decode(across[:, :, window.start : window.stop].contiguous()).sample[0]
        first = max(window.keep_start, lead) - window.start
        parts.append(sound[:, first * FRAME_SAMPLES : (window.keep_stop - window.start) * FRAME_SAMPLES].float())
        done(window.keep_stop / frames)
    samples: Samples = torch.cat(parts, dim=1).T.contiguous().cpu().numpy()  # one copy: a GPU would wait at each
    return samples
