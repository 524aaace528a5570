"""How long will a segment take at worst? Learned from few observations of different lengths. Pure; knows no clock.

A generation costs a fixed part and a part per second of audio. While too few lengths were seen to tell the two apart,
each observation counts as all fixed towards shorter audio and all proportional towards longer: neither can be too low.

The quantile is the upper prediction bound of a Student's t over the logarithms of the seconds, with a prior that
counts as `PRIOR_COUNT` observations of a spread of `PRIOR_SPREAD`: an empirical quantile of three numbers is only their
greatest, and a plain t of two numbers is infinitely wide. With one observation the bound is 2.1 times it, with sixteen
alike 1.2 times; jitter widens it as it is seen. It is never under the worst of the newest few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

CONFIDENCE = 0.95
"""One segment in twenty may take longer: the withheld overlap and then the bridge are there for it."""
PRIOR_COUNT = 4.0
PRIOR_SPREAD = 0.25
"""Of the logarithm: an engine whose speed is not known well is off by a quarter, up or down."""
NEWEST = 8
"""The worst of so many is never undercut."""
LEAST_PAIRS = 3
"""Pairs of clearly different lengths from which the two parts are told apart."""
DIFFERENT = 1.25


@dataclass(frozen=True, slots=True)
class Observation:
    """A segment of `audio_s` took `seconds`."""

    seconds: float
    audio_s: float


def upper_s(seen: Sequence[Observation], audio_s: float) -> float:
    """What a segment of `audio_s` takes at worst, by what was `seen` (at least one), oldest first."""
    seconds = _transferred(seen, audio_s)
    return max(float(seconds[-NEWEST:].max()), _prediction_bound_s(seconds))


def usual_s(seen: Sequence[Observation], audio_s: float) -> float:
    """What it usually takes: the median."""
    return float(np.median(_transferred(seen, audio_s)))


def _prediction_bound_s(seconds: NDArray[np.float64]) -> float:
    logs = np.log(seconds)
    freedom = PRIOR_COUNT + len(logs) - 1
    variance = (PRIOR_COUNT * PRIOR_SPREAD**2 + float(((logs - logs.mean()) ** 2).sum())) / freedom
    width = float(stdtrit(freedom, CONFIDENCE)) * float(np.sqrt(variance * (1 + 1 / len(logs))))
    return float(np.exp(logs.mean() + width))


def _transferred(seen: Sequence[Observation], audio_s: float) -> NDArray[np.float64]:
    """The seconds that each would have taken for `audio_s`."""
    seconds = np.array([max(each.seconds, 1e-3) for each in seen])
    lengths = np.array([max(each.audio_s, 1e-3) for each in seen])
    parts = _parts(seen)
    if parts is None:
        return seconds * np.maximum(1.0, audio_s / lengths)
    fixed_s, per_s = parts
    return seconds * (fixed_s + per_s * audio_s) / (fixed_s + per_s * lengths)


def _parts(seen: Sequence[Observation]) -> tuple[float, float] | None:
    """The fixed seconds and those per second of audio, by the median slope of all pairs (Theil–Sen: one stray
    observation does not tilt it); None while too few lengths were seen."""
    slopes = [
        (b.seconds - a.seconds) / (b.audio_s - a.audio_s)
        for a, b in combinations(seen, 2)
        if max(a.audio_s, b.audio_s) > DIFFERENT * min(a.audio_s, b.audio_s)
    ]
    if len(slopes) < LEAST_PAIRS:
        return None
    most = float(np.median([each.seconds / max(each.audio_s, 1e-3) for each in seen]))
    per_s = min(max(float(np.median(slopes)), 0.0), most)
    fixed_s = float(np.median([each.seconds - per_s * each.audio_s for each in seen]))
    return max(fixed_s, 1e-3), per_s
