"""The gains of this engine. Pure.

A model's sound has whatever level its latents decode to. A chain's first segment is brought to a fixed peak, and every
later segment of the chain that continues it by its latents gets the same gain, so that an overlap sounds as it was
played. Only where the context had to be encoded (after a cut, a bridge, a restart) is the
level measured: the VAE gives back nearly, but not exactly, what it was given, and the context may have been mixed.
"""

from __future__ import annotations

import numpy as np

from radio.contracts import Samples

PEAK = 10 ** (-3 / 20)
"""−3 dBFS. The official code takes −1, but its pieces stand alone: here louder ones may follow at the same gain."""
MOST_BOOST = 4.0
"""12 dB. A near-silent segment is a bad one, and should look like one."""
MOST_MATCH = 2.0
"""±6 dB: more than that is no difference of level but of sound."""
SILENCE = 1e-4
"""RMS (−80 dBFS) under which nothing is measured."""


def opening_gain(samples: Samples) -> float:
    """Brings the peak of a chain's first segment to `PEAK`."""
    peak = float(np.max(np.abs(samples), initial=0.0))
    return min(PEAK / peak, MOST_BOOST) if peak > 0 else 1.0


def matching_gain(ours: Samples, theirs: Samples) -> float:
    """Brings `ours` to the level of `theirs`; both `[samples, 2]`, the same stretch of music."""
    own, wanted = _rms(ours), _rms(theirs)
    if own < SILENCE or wanted < SILENCE:
        return 1.0
    return min(max(wanted / own, 1 / MOST_MATCH), MOST_MATCH)


def _rms(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if len(samples) else 0.0
