"""Latent frames: counting them, and telling diffusers of them in seconds without losing one to rounding. Pure."""

from __future__ import annotations

import math

from radio.contracts import FRAME_SAMPLES, SAMPLE_RATE

FRAMES_PER_S = SAMPLE_RATE // FRAME_SAMPLES
"""25 latent frames make a second."""
FRAMES_PER_CODE = 5
"""An audio code of the 5 Hz language model stands for five latent frames."""


def frames_over(samples: int) -> int:
    """The frames that cover `samples`."""
    return -(-samples // FRAME_SAMPLES)


def frames_within(samples: int) -> int:
    """The whole frames that lie in `samples`."""
    return samples // FRAME_SAMPLES


def duration_s(frames: int) -> float:
    """Seconds of which the pipeline makes exactly `frames`: it takes the ceiling of their product with 25."""
    seconds = frames / FRAMES_PER_S
    while math.ceil(seconds * FRAMES_PER_S) > frames:
        seconds = math.nextafter(seconds, 0.0)
    return seconds


def boundary_s(frame: int) -> float:
    """Seconds that the pipeline, which cuts the product with 25 off, turns into exactly `frame`."""
    return (frame + 0.5) / FRAMES_PER_S
