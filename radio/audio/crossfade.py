"""Crossfades: how alike the two sides are, and the gains that follow from it (pure; any thread).

It does not know where on a timeline a fade lies, what made its sides, or what gains they already carry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from radio.contracts import SAMPLE_RATE, Samples

GainLaw = Literal["matched", "linear", "equal-power"]
"""`matched` follows the correlation of the two sides; the others are fixed."""

FRAME = SAMPLE_RATE // 20
"""Correlation is followed in frames of 50 ms."""
SMOOTHING_FRAMES = 13
"""Hann window over the frames: 0.65 s long, about half of it wide. Slow enough that gains never flutter."""
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """Energies of both sides and their product, per frame of 50 ms (the last may be shorter): float64 `[frames]`."""

    playing: NDArray[np.float64]
    incoming: NDArray[np.float64]
    product: NDArray[np.float64]

    @property
    def correlation(self) -> float:
        """Over all frames, −1…1; 0 where a side is silent."""
        return _ratio(float(self.product.sum()), float(self.playing.sum()), float(self.incoming.sum()))

    def followed(self, whole: float) -> Floats:
        """The correlation that gains follow, per frame, 0…1: half the smoothed frames', half the overlap's `whole`."""
        window = np.hanning(SMOOTHING_FRAMES + 2)[1:-1]
        product, playing, incoming = (_smooth(side, window) for side in (self.product, self.playing, self.incoming))
        local = product / np.sqrt(np.maximum(playing * incoming, 1e-20))
        return np.clip(0.5 * local + 0.5 * whole, 0.0, 1.0).astype(np.float32)


def likeness(playing: Samples, incoming: Samples) -> Likeness:
    """Compare two equally long sides, `[n, channels]`."""
    return Likeness(
        frame_products(playing, playing), frame_products(incoming, incoming), frame_products(playing, incoming)
    )


def frame_products(a: Samples, b: Samples) -> NDArray[np.float64]:
    """Sum of `a * b` in frames of 50 ms, float64 `[ceil(n / FRAME)]`."""
    whole = len(a) // FRAME
    shape = (whole, FRAME * a.shape[1])
    head = np.einsum("ij,ij->i", a[: whole * FRAME].reshape(shape), b[: whole * FRAME].reshape(shape))
    rest = np.einsum("ij,ij->", a[whole * FRAME :], b[whole * FRAME :])
    return np.append(head, rest).astype(np.float64) if len(a) % FRAME else head.astype(np.float64)


def fade_gains(law: GainLaw, position: Floats, correlation: Floats | float) -> tuple[Floats, Floats]:
    """Gains of the playing and of the incoming side at fade positions u in 0…1.

    `matched`: (1−u, u) / sqrt((1−u)² + u² + 2·r·u·(1−u)): for two sides of equal power whose correlation is r the sum
    has that power at every u. r = 1 gives the linear fade, r = 0 the equal-power one.
    """
    out_gain = 1 - position
    if law == "linear":
        return out_gain, position
    if law == "equal-power":
        correlation = 0.0
    cross = out_gain * position
    # (1−u)² + u² = 1 − 2u(1−u)
    norm = 1 / np.sqrt(1 - 2 * cross * (1 - np.asarray(correlation, np.float32)))
    return out_gain * norm, position * norm


def frames_to_samples(frames: Floats, start: int, count: int) -> Floats:
    """Values at frame centres as a line through samples `start` to `start + count`, held flat at both ends."""
    at = np.arange(start, start + count, dtype=np.float32) / FRAME - 0.5
    return np.interp(at, np.arange(len(frames)), frames).astype(np.float32)


def _smooth(values: NDArray[np.float64], window: NDArray[np.float64]) -> NDArray[np.float64]:
    half = len(window) // 2
    full: NDArray[np.float64] = np.convolve(values, window)
    return full[half : half + len(values)]


def _ratio(product: float, one: float, other: float) -> float:
    return product / float(np.sqrt(one * other)) if one > 1e-12 and other > 1e-12 else 0.0
