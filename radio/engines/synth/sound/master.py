"""The last stage: warmth and a ceiling, both without memory. Pure, any thread."""

from __future__ import annotations

import numpy as np

from radio.engines.synth.sound.tone import F32

KNEE = np.float32(0.6)
CEILING = np.float32(0.93)
"""No sample is larger (−0.6 dBFS)."""


def warmed(sound: F32, warmth: float) -> F32:
    """Bent a little like tape, unity gain for small signals; `warmth` 0…1."""
    drive = np.float32(0.35 + 0.75 * warmth)
    return np.asarray(np.tanh(sound * drive) / drive, dtype=np.float32)


def under_ceiling(sound: F32) -> F32:
    """A smooth limit that touches only what is louder than `KNEE`."""
    out = sound.copy()
    loud = np.abs(sound) > KNEE
    peaks = sound[loud]
    room = CEILING - KNEE
    out[loud] = np.sign(peaks) * (KNEE + room * np.tanh((np.abs(peaks) - KNEE) / room))
    return out
