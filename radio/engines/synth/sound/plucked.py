"""Plucked strings: guitars, harp, koto, shamisen, sitar, and the two basses with strings. Pure, any thread.

A string plucked at a fraction p of its length sounds its partials with `sin(π·k·p)/k`; each loses energy by itself, the
high ones faster; a body colours them. Two planes of motion of slightly unequal pitch make the tone breathe.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from radio.engines.synth.sound.modal import Blow, Modes, centred, placed, struck
from radio.engines.synth.sound.shaping import Curve, Formant, band, formants, lowpass
from radio.engines.synth.sound.tone import F64, Key, Tone, Tremolo, Voice


@dataclass(frozen=True, slots=True)
class String:
    """One kind of string. `life_s` is the fundamental's at `home` (MIDI), shorter upwards by `shrink` per octave;
    `loss` makes partials die faster by frequency (per kHz squared); `open_hz` is the brightness of a middling pluck.
    `buzz` delays and feeds the upper partials (a flat bridge); `knock` are the body's own modes (Hz, level).
    """

    home: int
    life_s: float
    shrink: float
    loss: float
    pluck: float
    open_hz: float
    slope: float
    body: tuple[Formant, ...]
    knock: tuple[tuple[float, float], ...]
    blow: Blow
    pickup: float | None = None
    stiff: float = 3e-5
    buzz: float = 0.0
    beat_cents: float = 0.6
    width: float = 0.3
    attack_s: float = 0.0012
    partials: int = 60
    stereo: bool = True


def levels(string: String, key: Key, k: F64, hz: F64) -> F64:
    cutoff = string.open_hz * 2.0 ** (1.8 * (key.force - 0.5) + 0.8 * key.timbre.octaves) * (key.hz / 220.0) ** 0.3
    level = (np.abs(np.sin(np.pi * k * string.pluck)) + 0.03) / k**string.slope * lowpass(hz, cutoff, 1.5)
    if string.pickup is not None:
        level = level * (np.abs(np.sin(np.pi * k * string.pickup)) + 0.05)
    return np.asarray(level * formants(hz, string.body))


def modes_of(string: String, key: Key) -> Modes:
    k = np.arange(1, int(np.clip(14_000 / key.hz, 2, string.partials)) + 1, dtype=np.float64)
    hz = key.hz * k * np.sqrt((1 + string.stiff * k**2) / (1 + string.stiff))
    level = levels(string, key, k, hz)
    life = string.life_s * 2.0 ** (-string.shrink * (key.pitch - string.home) / 12)
    lives = np.maximum(0.04, life / (1 + 0.04 * (k - 1) + string.loss * (hz / 1000.0) ** 2))
    split = 2.0 ** (string.beat_cents / 1200)
    modes = Modes(hz / split**0.35, lives * 0.7, level * 0.65).plus(Modes(hz * split**0.65, lives * 1.15, level * 0.35))
    return modes if string.buzz == 0 else modes.plus(bloom(string, k, hz, life))


def bloom(string: String, k: F64, hz: F64, life: float) -> Modes:
    """A bridge that the string slaps against: upper partials that swell after the pluck and last."""
    level = string.buzz * np.exp(-0.5 * ((k - 9) / 7.0) ** 2) / np.sqrt(len(k)) * lowpass(hz, 6500.0, 2)
    lasting = np.full(len(k), life * 0.55)
    return Modes(hz * 1.0006, lasting, level).plus(Modes(hz * 1.0006, lasting * 0.16, -level))


def body_of(string: String, tone: Modes, force: float) -> Modes:
    """The knock of the body, against the strength of the tone."""
    hz, level = (np.array(column) for column in zip(*string.knock, strict=True))
    strength = float(np.sqrt(np.sum(tone.amplitude**2)))
    return Modes(hz, np.full(len(hz), 0.14), level * strength * (0.4 + 0.8 * force))


def play(string: String, key: Key) -> Tone:
    modes = modes_of(string, key)
    if string.knock:
        modes = modes.plus(body_of(string, modes, key.force))
    weights = placed(modes, key.pitch, 5, width=string.width) if string.stereo else centred(modes)
    blow = Blow(string.blow.level * (0.25 + key.force), string.blow.decay_s, string.blow.curve)
    return Tone(struck(modes, weights, key.samples, key.seed, 2, blow=blow, attack_s=string.attack_s))


def voice(string: String, release_s: float, *, ring: bool = False, tremolo: Tremolo | None = None) -> Voice:
    def life(pitch: int) -> float:
        return float(np.clip(1.2 * string.life_s * 2.0 ** (-string.shrink * (pitch - string.home) / 12), 0.3, 9.0))

    return Voice(lambda key: play(string, key), release_s, 7.0 if ring else None, life_s=life, tremolo=tremolo)


def nail(low: float, high: float, level: float, decay_s: float = 0.012) -> Blow:
    curve: Curve = band(low, high, 1.5)
    return Blow(level, decay_s, curve)


GUITAR_BODY: tuple[Formant, ...] = ((105, 5, 0.35), (210, 4, 0.4), (420, 2, 0.5), (2600, 3, 0.7), (900, -3, 0.5))
ACOUSTIC_GUITAR = String(
    52, 4.2, 0.55, 0.22, 0.17, 2400, 0.9, GUITAR_BODY, ((98, 0.10), (204, 0.08), (390, 0.03)), nail(1200, 6000, 0.35)
)
ELECTRIC_GUITAR = String(
    52, 5.0, 0.5, 0.16, 0.24, 1500, 0.75, ((700, 2, 0.8), (2200, 3, 0.6)), (), nail(900, 3500, 0.16), pickup=0.21,
    beat_cents=1.6, width=0.5, attack_s=0.002,
)  # fmt: skip
HARP = String(
    60, 4.6, 0.5, 0.22, 0.38, 1500, 1.05, ((180, 3, 0.6), (500, 1, 0.6)), ((140, 0.04), (250, 0.03)), nail(300, 1600,
    0.12),
    beat_cents=0.9, width=0.55, attack_s=0.003,
)  # fmt: skip
KOTO = String(
    60, 3.4, 0.45, 0.10, 0.085, 3200, 0.7, ((300, 4, 0.5), (1250, 4, 0.5), (3400, 4, 0.5)), ((165, 0.05), (320, 0.06)),
    nail(1800, 7000, 0.18), stiff=1e-4, beat_cents=1.4, width=0.4, attack_s=0.002,
)  # fmt: skip
SHAMISEN = String(
    60, 1.15, 0.4, 0.05, 0.06, 5200, 0.35, ((480, 5, 0.45), (1150, 6, 0.5), (3000, 3, 0.6), (180, -6, 0.8)),
    ((330, 0.22), (560, 0.16), (810, 0.1)), nail(700, 5200, 0.75, 0.03), buzz=0.7, width=0.2, attack_s=0.0006,
)  # fmt: skip
SITAR = String(
    55, 4.5, 0.4, 0.05, 0.07, 3200, 0.6, ((420, 3, 0.6), (1700, 4, 0.6)), ((210, 0.05),), nail(1500, 7000, 0.35),
    buzz=2.4, beat_cents=3.5, width=0.5,
)  # fmt: skip
UPRIGHT_BASS = String(
    36, 2.3, 0.35, 1.1, 0.3, 520, 0.8, ((75, 2, 0.5), (115, 3, 0.4), (240, 2, 0.5), (700, 3, 0.6)), ((62, 0.12), (105,
    0.12)),
    nail(180, 1300, 0.55, 0.03), stereo=False, attack_s=0.006, partials=40, beat_cents=0.4,
)  # fmt: skip
ELECTRIC_BASS = String(
    36, 4.2, 0.35, 0.5, 0.2, 800, 0.65, ((80, 1, 0.5), (900, 2, 0.7)), (), nail(500, 2600, 0.2), pickup=0.27,
    stereo=False, attack_s=0.003, partials=50, beat_cents=0.3,
)  # fmt: skip
