"""How far an incoming sound must be moved to lie on one that is playing (pure; any thread).

It does not move anything, and it does not know why the two should be alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from radio.contracts import SAMPLE_RATE, Samples

MAX_LAG = SAMPLE_RATE // 50
"""±20 ms: what a model's frames or a codec's delay can be off by. More would be another beat."""
MUST_BEAT_BY = 0.02
"""A lag has to be this much better correlated than none: periodic sounds have many nearly equal ones."""
NEARLY = 0.005
TRANSFORM = 32_768


@dataclass(frozen=True, slots=True)
class Alignment:
    """`moved_samples`: positive means that the incoming side has to start later. `correlation` (−1…1) holds there."""

    moved_samples: int
    correlation: float


def align(playing: Samples, incoming: Samples, max_lag: int = MAX_LAG) -> Alignment:
    """Find the lag at which `incoming` `[n, 2]` is most like `playing` `[n, 2]`.

    Both are float32, C-contiguous and equally long. Correlation is normalised and taken over both channels. Too short
    to search (under four times the greatest lag): no lag.
    """
    here = correlation(playing, incoming)
    if here > 1 - MUST_BEAT_BY or len(playing) < 4 * max_lag:
        return Alignment(0, here)
    lags = lag_correlations(playing, incoming, max_lag)
    if lags.max() <= lags[max_lag] + MUST_BEAT_BY:
        return Alignment(0, here)
    best = _nearest_peak(lags, max_lag)
    return Alignment(best - max_lag, float(lags[best]))


def correlation(one: Samples, other: Samples) -> float:
    """Normalised correlation of two equally long sounds, −1…1; 0 where one is silent."""
    product, a, b = (float(np.vdot(x, y)) for x, y in ((one, other), (one, one), (other, other)))
    return product / float(np.sqrt(a * b)) if a > 1e-12 and b > 1e-12 else 0.0


def lag_correlations(playing: Samples, incoming: Samples, max_lag: int) -> NDArray[np.float64]:
    """Normalised correlation of `playing[n]` with `incoming[n − d]` for d in −max_lag…max_lag, `[2·max_lag + 1]`.

    Only what stays inside for every lag is compared. Left and right travel as the parts of one complex number, so one
    transform does both; pieces of 0.6 s are added up in the frequency domain.
    """
    one, other = (np.ascontiguousarray(side).view(np.complex64)[:, 0] for side in (playing, incoming))
    piece = TRANSFORM - 2 * max_lag
    cross = np.zeros(TRANSFORM, np.complex64)
    for first in range(max_lag, len(one) - max_lag, piece):
        last = min(first + piece, len(one) - max_lag)
        spectrum = fft.fft(other[first - max_lag : last + max_lag], TRANSFORM)
        cross += np.conj(fft.fft(one[first:last], TRANSFORM)) * spectrum
    sums = fft.ifft(cross).real[: 2 * max_lag + 1][::-1].astype(np.float64)
    inside = one[max_lag : len(one) - max_lag]
    energy = float(np.vdot(inside, inside).real) * _moving_energy(other, max_lag)[::-1]
    return np.where(energy > 1e-12, sums / np.sqrt(np.maximum(energy, 1e-12)), 0.0)


def _nearest_peak(lags: NDArray[np.float64], zero: int) -> int:
    """Of the local maxima that are all but as high as the highest, the one next to `zero`: a tone has many."""
    padded = np.pad(lags, 1, constant_values=-np.inf)
    peaks = np.flatnonzero((lags >= padded[:-2]) & (lags >= padded[2:]) & (lags >= lags.max() - NEARLY))
    return int(peaks[np.argmin(np.abs(peaks - zero))])


def _moving_energy(side: NDArray[np.complex64], max_lag: int) -> NDArray[np.float64]:
    """Energy of `side[k : k + n − 2·max_lag]` for k in 0…2·max_lag."""
    inner = side[: len(side) - 2 * max_lag]
    lost, gained = (np.abs(part).astype(np.float64) ** 2 for part in (side[: 2 * max_lag], side[len(inner) :]))
    change = np.cumsum(gained - lost)
    return np.maximum(float(np.vdot(inner, inner).real) + np.append(0.0, change), 0.0)
