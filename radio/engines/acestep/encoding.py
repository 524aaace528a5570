"""Sound to latents, for sound whose latents nobody knows: after a cut, a bridge, another engine, a restart; references.

Deterministic: the mean of the VAE's distribution, not a sample of it. Generator process.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from radio.contracts import CHANNELS, FRAME_SAMPLES, Samples


@torch.no_grad()
def encode(vae: Any, samples: Samples) -> Tensor:
    """Latents `[1, frames, D]`, float32, of float32 `[samples, 2]`, as many frames as lie whole in it."""
    whole = len(samples) // FRAME_SAMPLES * FRAME_SAMPLES
    sound = torch.from_numpy(np.ascontiguousarray(samples[:whole].T)).unsqueeze(0)
    mean: Tensor = vae.encode(sound.to(device=vae.device, dtype=vae.dtype)).latent_dist.mode()
    return mean.transpose(1, 2).float()


def encode_within(vae: Any, samples: Samples, margin: int) -> tuple[Tensor, Tensor]:
    """Latents of `samples`, and of the `margin` frames that lead to them.

    The encoder looks around too. Silence around the sound would be heard in its outermost latents as a beginning and,
    worse, as an ending right where the music must go on; so the sound is mirrored at both ends, and the mirrored
    frames behind it are dropped.

    Returns:
        `[1, margin, D]` before, and `[1, frames, D]` of the sound itself.
    """
    margin_samples = margin * FRAME_SAMPLES
    around = np.pad(samples, ((margin_samples, margin_samples), (0, 0)), mode="symmetric")
    latents = encode(vae, around)
    count = len(samples) // FRAME_SAMPLES
    return latents[:, :margin], latents[:, margin : margin + count]


def stereo_of_length(samples: Samples, wanted: int) -> Samples:
    """`samples` as `[wanted, 2]`: the end of a longer one, a shorter one mirrored backwards, mono on both sides.

    A context ends where the new music begins, so its end is what must stay in place.
    """
    two = samples[:, :CHANNELS] if samples.shape[1] >= CHANNELS else np.repeat(samples, CHANNELS, axis=1)
    if len(two) < wanted:
        two = np.pad(two, ((wanted - len(two), 0), (0, 0)), mode="symmetric")
    return np.ascontiguousarray(two[len(two) - wanted :], dtype=np.float32)
