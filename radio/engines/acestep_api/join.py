"""Putting a segment together from pieces, where a server could only make shorter ones (pure; any thread).

Each later piece begins with what it should re-state of the one before; the fade lies at the end of that overlap.
"""

from __future__ import annotations

import numpy as np

from radio.audio.crossfade import fade_gains, likeness
from radio.contracts import SAMPLE_RATE, Samples

FADE_SAMPLES = 2 * SAMPLE_RATE
END_FADE_SAMPLES = SAMPLE_RATE // 100


def joined(before: Samples, piece: Samples, overlap_samples: int) -> Samples:
    """`before` and then `piece`, whose first `overlap_samples` re-state the end of `before`. Both `[n, 2]`."""
    fade = min(FADE_SAMPLES, overlap_samples)
    old, new = before[len(before) - fade :], piece[overlap_samples - fade : overlap_samples]
    alike = min(1.0, max(0.0, likeness(old, new).correlation))
    position = ((np.arange(fade)[:, None] + 0.5) / fade).astype(np.float32)
    out_gain, in_gain = fade_gains("matched", position, alike)
    mixed = (old * out_gain + new * in_gain).astype(np.float32)
    return np.concatenate([before[: len(before) - fade], mixed, piece[overlap_samples:]])


def finished(samples: Samples, length_samples: int) -> Samples:
    """Exactly so long, and nowhere over full scale. What is missing is silence, after a fade too short to be heard."""
    missing = length_samples - len(samples)
    whole = samples[:length_samples].copy()
    if missing > 0:
        fade = min(END_FADE_SAMPLES, len(whole))
        whole[len(whole) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None]
        whole = np.concatenate([whole, np.zeros((missing, samples.shape[1]), np.float32)])
    peak = float(np.abs(whole).max(initial=0.0))
    return whole if peak <= 1 else (whole / np.float32(peak)).astype(np.float32)
