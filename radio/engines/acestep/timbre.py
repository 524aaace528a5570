"""The timbre anchor: 30 s of latents that tell the model whose voice to keep.

A chain's own first segment is known as latents, so nothing is encoded for it; a recording is encoded once. Both are cut
as ACE-Step was trained: ten seconds from the front, the middle and the back, repeated where there is less. Generator
process.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray
from scipy.signal import resample_poly
from torch import Tensor

from radio.contracts import CHANNELS, SAMPLE_RATE, Samples
from radio.engines.acestep.encoding import encode
from radio.engines.acestep.frames import FRAMES_PER_S
from radio.errors import Unavailable

PIECE_S = 10
PIECES = 3
MOST_RECORDING_S = 600
"""Of a longer reference recording only so much is read."""


def anchor_of_latents(latents: Tensor) -> Tensor:
    """The anchor `[1, 750, D]` of a piece of music `[1, frames, D]`."""
    return latents[:, torch.from_numpy(_indexes(latents.shape[1], FRAMES_PER_S))]


def anchor_of_recording(vae: Any, samples: Samples) -> Tensor:
    """The anchor `[1, 750, D]` of a recording, float32 `[samples, 2]` at 48 kHz."""
    return encode(vae, samples[_indexes(len(samples), SAMPLE_RATE)])


def _indexes(length: int, rate: int) -> NDArray[np.int64]:
    """Front, middle and back of something long; something short again and again."""
    size = PIECE_S * rate
    if length < PIECES * size:
        return np.arange(PIECES * size) % length
    return np.concatenate([np.arange(start, start + size) for start in (0, length // PIECES, length - size)])


def read_recording(path: Path) -> Samples:
    """A sound file as float32 `[samples, 2]` at 48 kHz.

    Raises:
        Unavailable: it is not there, cannot be read, or holds no sound.
    """
    try:
        with soundfile.SoundFile(path) as file:
            found = file.read(MOST_RECORDING_S * file.samplerate, dtype="float32", always_2d=True)
            rate = int(file.samplerate)
    except (OSError, RuntimeError) as error:
        raise Unavailable(f"the reference recording {path} cannot be read: {error}") from None
    if not len(found) or not np.isfinite(found).all():
        raise Unavailable(f"the reference recording {path} holds no sound")
    return _at_our_rate(found, rate)


def _at_our_rate(samples: Samples, rate: int) -> Samples:
    two = samples[:, :CHANNELS] if samples.shape[1] >= CHANNELS else np.repeat(samples, CHANNELS, axis=1)
    if rate == SAMPLE_RATE:
        return np.ascontiguousarray(two)
    common = math.gcd(rate, SAMPLE_RATE)
    return np.ascontiguousarray(resample_poly(two, SAMPLE_RATE // common, rate // common, axis=0), dtype=np.float32)
