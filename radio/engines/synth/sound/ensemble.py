"""Many players on one key: string sections, choirs, pads, organs, accordions, as seamless loops. Pure, any thread.

After Nasca's PADsynth: every harmonic is a narrow band of a long spectrum with random phases; one inverse transform
gives a perfectly looping sound that never beats in a fixed pattern and cannot alias. The part above `open_hz` is kept
apart,
so that the light of a tone can change while it plays.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import fft

from radio.contracts import SAMPLE_RATE
from radio.engines.synth.sound.shaping import Formant, formants, loudness_gain, lowpass, unit_phases
from radio.engines.synth.sound.tone import C64, F32, F64, Key, Tone, Tremolo, Voice

MONO_BELOW_HZ = 160.0


@dataclass(frozen=True, slots=True)
class Ensemble:
    """`slope`: harmonics fall as k^-slope; `even`: level of the even ones. `cents`: how far the players differ, growing
    with k^`spread`; `lines`: (cents, level) of single reeds instead of a crowd. `levels`: drawbars, (ratio, level),
    instead of a slope. `body` colours the dark part, `bright_body` the bright one. `air`: noise between the
    harmonics, against the tone.
    """

    slope: float = 1.0
    even: float = 1.0
    cents: float = 14.0
    spread: float = 1.0
    lines: tuple[tuple[float, float], ...] = ()
    levels: tuple[tuple[float, float], ...] = ()
    body: tuple[Formant, ...] = ()
    bright_body: tuple[Formant, ...] | None = None
    open_hz: float = 1200.0
    bright_hz: float = 5000.0
    track: float = 0.4
    air: float = 0.0
    width: float = 0.65
    sub: float = 0.0


def harmonics(kind: Ensemble, key: Key) -> tuple[F64, F64, F64]:
    """Frequencies, and amplitudes of the dark and the bright part."""
    if kind.levels:
        ratio, level = (np.array(column) for column in zip(*kind.levels, strict=True))
    else:
        ratio = np.arange(1, int(np.clip(13_000 / key.hz, 1, 110)) + 1, dtype=np.float64)
        level = ratio**-kind.slope * np.where(ratio % 2 == 0, kind.even, 1.0)
    if kind.sub:
        ratio, level = np.append(ratio, 0.5), np.append(level, kind.sub)
    hz = key.hz * ratio
    middle = (key.hz / 261.6) ** kind.track * 2.0**key.timbre.octaves
    dark = level * lowpass(hz, kind.open_hz * middle, 2)
    bright = level * np.maximum(0.0, lowpass(hz, kind.bright_hz * middle, 2) - lowpass(hz, kind.open_hz * middle, 2))
    return hz, dark * formants(hz, kind.body), bright * formants(hz, kind.bright_body or kind.body)


def bands(kind: Ensemble, size: int, hz: F64, level: F64) -> F32:
    """`[size/2 + 1]`: harmonics as narrow bells of players who differ a little in pitch."""
    step = SAMPLE_RATE / size
    out = np.zeros(size // 2 + 1, np.float32)
    for number, (centre, amount) in enumerate(zip(hz / step, level, strict=True), start=1):
        if amount < 1e-6 or centre > 0.9 * len(out):
            continue
        sigma = max(0.45, centre * (2.0 ** (kind.cents / 1200) - 1) * number ** (kind.spread - 1) / 2)
        first = max(1, int(centre - 3 * sigma) - 1)
        bell = np.exp(-0.5 * ((np.arange(first, int(centre + 3 * sigma) + 3) - centre) / sigma) ** 2)
        out[first : first + len(bell)] += bell * (amount / np.sqrt(np.dot(bell, bell)))
    return out


def reeds(kind: Ensemble, size: int, hz: F64, level: F64) -> F32:
    """`[size/2 + 1]`: harmonics as single lines that beat against each other."""
    out = np.zeros(size // 2 + 1, np.float32)
    for cents, amount in kind.lines:
        bins = np.round(hz * 2.0 ** (cents / 1200) * size / SAMPLE_RATE).astype(int)
        keep = bins < len(out) * 0.9
        np.add.at(out, bins[keep], level[keep] * amount)
    return out


def breath(kind: Ensemble, size: int, level: F64) -> F32:
    """`[size/2 + 1]`: noise of bows and breath."""
    hz = np.maximum(np.arange(size // 2 + 1), 1) * (SAMPLE_RATE / size)
    shape = lowpass(hz, 5200.0, 2) / (1 + (1500.0 / hz) ** 4)
    return np.asarray(kind.air * shape * np.sqrt(np.sum(level**2) / len(hz)), dtype=np.float32)


@lru_cache(maxsize=2)
def turns(size: int) -> C64:
    """`[2, size]`: random phases for a middle and a side; every key reads them from another place."""
    return unit_phases(2 * size, 51).astype(np.complex64).reshape(2, size)


def play(kind: Ensemble, key: Key) -> Tone:
    """A loop of `key.samples` samples."""
    size = key.samples
    hz, dark, bright = harmonics(kind, key)
    gain = loudness_gain(hz, dark + 0.5 * bright) * size / 2
    paint = reeds if kind.lines else bands
    parts = np.stack([paint(kind, size, hz, dark * gain), paint(kind, size, hz, bright * gain)])
    if kind.air:
        parts[1] += breath(kind, size, bright * gain)
    at = key.pitch * 397
    middle, side = (parts * turn[at : at + parts.shape[1]] for turn in turns(size))
    side *= np.float32(kind.width)
    side[:, : int(MONO_BELOW_HZ * size / SAMPLE_RATE)] = 0
    sound = fft.irfft(np.stack([middle, side]), size)
    sides = np.stack([sound[0] + sound[1], sound[0] - sound[1]], axis=1).astype(np.float32)
    return Tone(np.ascontiguousarray(sides[0]), np.ascontiguousarray(sides[1]))


def voice(kind: Ensemble, attack_s: float, release_s: float, drift_hz: float, tremolo: Tremolo | None = None) -> Voice:
    return Voice(
        lambda key: play(kind, key), release_s, looped=True, attack_s=attack_s, drift_hz=drift_hz, tremolo=tremolo
    )


STRINGS = Ensemble(
    slope=0.95, cents=16, spread=0.9, body=((300, 2, 0.5), (520, 2, 0.4), (1100, -2, 0.5), (2600, 3, 0.6)),
    open_hz=1500, bright_hz=6500, air=0.35, width=0.7,
)  # fmt: skip
BRASS = Ensemble(
    slope=0.75, cents=9, spread=0.85, body=((500, 4, 0.6), (1200, 4, 0.6)), open_hz=900, bright_hz=4200, track=0.6,
    air=0.1, width=0.5,
)  # fmt: skip
CHOIR = Ensemble(
    slope=0.8, cents=22, spread=0.85, open_hz=1800, bright_hz=7000, track=0.0, air=0.8, width=0.75,
    body=((380, 12, 0.3), (800, 9, 0.25), (2500, -4, 0.5)),
    bright_body=((750, 12, 0.25), (1150, 9, 0.22), (2900, 8, 0.2), (3600, 5, 0.2)),
)  # fmt: skip
SYNTH_PAD = Ensemble(slope=1.0, cents=24, spread=1.0, open_hz=800, bright_hz=5500, sub=0.25, width=0.7)
WARM_PAD = Ensemble(slope=1.25, even=0.55, cents=12, open_hz=520, bright_hz=1700, sub=0.4, width=0.5)
GLASS_PAD = Ensemble(
    cents=9, open_hz=2600, bright_hz=9000, width=0.85, track=0.2, air=0.15,
    levels=((1, 1), (2, 0.22), (3, 0.34), (4.01, 0.1), (5, 0.17), (6.02, 0.1), (8, 0.1), (10.03, 0.06), (12, 0.05)),
)  # fmt: skip
ORGAN = Ensemble(
    lines=((0.0, 1.0),), open_hz=2200, bright_hz=8000, track=0.15, width=0.35,
    levels=((0.5, 0.5), (1, 1), (1.5, 0.45), (2, 0.6), (3, 0.3), (4, 0.26), (6, 0.1), (8, 0.12)),
)  # fmt: skip
ACCORDION = Ensemble(
    slope=0.6, even=0.8, lines=((0.0, 0.8), (13.0, 0.55), (-11.0, 0.5)),
    body=((450, 3, 0.5), (1300, 5, 0.5), (3000, 2, 0.5)),
    open_hz=1600, bright_hz=5200, air=0.1, width=0.5,
)  # fmt: skip
