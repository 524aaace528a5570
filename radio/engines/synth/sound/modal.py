"""Bodies that are struck or plucked and ring: partials with a pitch, a strength and a life of their own.

Instruments give `Modes`; this sets them in stereo, levels them and adds the noise of the blow. Pure, any thread.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from radio.contracts import SAMPLE_RATE
from radio.engines.synth.sound.additive import LN_60_DB, decaying
from radio.engines.synth.sound.shaping import Curve, finish, generator, noise, weight
from radio.engines.synth.sound.tone import C128, F32, F64, samples

EARLY_S = 0.3
"""Loudness of a ringing tone is that of its first 0.3 s."""
TARGET = 0.1
"""Weighted RMS to which every tone is brought at full velocity."""


@dataclass(frozen=True, slots=True, eq=False)
class Modes:
    """Partials: frequency, time to fall 60 dB, amplitude (negative: starts downwards)."""

    hz: F64
    t60_s: F64
    amplitude: F64

    def plus(self, other: Modes) -> Modes:
        return Modes(
            np.concatenate([self.hz, other.hz]),
            np.concatenate([self.t60_s, other.t60_s]),
            np.concatenate([self.amplitude, other.amplitude]),
        )


@dataclass(frozen=True, slots=True)
class Blow:
    """The noise of hammer, nail or stick: level against the tone (linear), length, spectrum."""

    level: float
    decay_s: float
    curve: Curve


def early_gain(modes: Modes, target: float = TARGET) -> float:
    """The gain that brings the tone's first moments to the target loudness."""
    fall = 2 * LN_60_DB / modes.t60_s
    energy = (1 - np.exp(-fall * EARLY_S)) / (fall * EARLY_S)
    heard = modes.amplitude * weight(np.maximum(modes.hz, 1.0))
    return target / float(np.sqrt(np.sum(heard**2 * energy) / 2) + 1e-9)


def placed(modes: Modes, *seed: int, pan: float = 0.0, width: float = 0.3) -> C128:
    """`[2, partials]`: each partial leans a little to one side, as a soundboard radiates; all begin near zero."""
    random = generator(*seed)
    lean = np.clip(pan + width * random.uniform(-1, 1, len(modes.hz)), -0.9, 0.9)
    angle = (lean + 1) * np.pi / 4
    turn = -0.5j * np.pi + 1j * random.uniform(-0.35, 0.35, (2, len(modes.hz))) * width * 2
    return np.asarray(modes.amplitude * np.sqrt(2) * np.stack([np.cos(angle), np.sin(angle)]) * np.exp(turn))


def centred(modes: Modes) -> C128:
    """`[1, partials]` for a mono tone."""
    return np.asarray(-1j * modes.amplitude)[None, :]


def struck(
    modes: Modes, weights: C128, length: int, *seed: int, blow: Blow | None = None, attack_s: float = 0.001
) -> F32:
    """The finished sound, `[channels, length]`: partials, blow, a click-free start and end."""
    gain = early_gain(modes)
    out = decaying(modes.hz, modes.t60_s, weights * gain, length)
    out = finish(out, samples(attack_s), 0)
    if blow is not None and blow.level > 0:
        cut = min(length, samples(blow.decay_s * 1.5))
        burst = noise(samples(blow.decay_s * 1.5), blow.curve, *seed, channels=weights.shape[0])[:, :cut]
        fade = np.exp(-LN_60_DB / (blow.decay_s * SAMPLE_RATE) * np.arange(cut))
        out[:, :cut] += finish(np.asarray(burst * fade, np.float32), 24, 64) * np.float32(blow.level * TARGET)
    return finish(out, 0, min(length // 2, 2400))
