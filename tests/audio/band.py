"""A small band that plays made-up music, and the ways in which a model spoils it.

Pure and seeded: the same seed is the same piece. It has what real music has and test tones have not: notes that begin
and die away, harmonics, a bass, a beat, width and a little hiss.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import signal

from radio.contracts import SAMPLE_RATE, Samples

CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14), (2, 5, 9), (4, 7, 11))
VOWELS = ((800, 1150), (300, 2200), (325, 700), (450, 1900))
"""First and second formant, Hz."""
SCALE = (0, 2, 4, 5, 7, 9, 11, 12, 14)


def piece(seconds: float, seed: int = 1) -> Samples:
    """Music in a key, tempo, sound and order of chords of its own: `[n, 2]`, peak about 0.7."""
    rng = np.random.default_rng(seed)
    total = int(seconds * SAMPLE_RATE)
    out = np.zeros((total + 4 * SAMPLE_RATE, 2))
    beat = int(SAMPLE_RATE * 60 / rng.uniform(80, 130))
    key, bright = rng.uniform(180, 300), rng.uniform(0.3, 0.5)
    for bar, first in enumerate(range(0, total, 4 * beat)):
        chord = CHORDS[rng.integers(len(CHORDS))]
        for step in chord:
            _add(out, first, note(key * 2 ** (step / 12), 4 * beat, bright, 1.2), 0.08, rng.uniform(0.2, 0.8))
        for k in range(4):
            low = key / 4 * 2 ** (chord[0] / 12)
            _add(out, first + k * beat, note(low, beat, 0.3, 0.4), 0.35, 0.5)
            _add(out, first + k * beat + beat // 2, hat(rng), 0.03 * rng.uniform(0.5, 1), 0.6)
            if rng.random() < 0.7:
                high = key * 2 ** (1 + SCALE[rng.integers(len(SCALE))] / 12)
                _add(out, first + k * beat, note(high, 2 * beat, bright, 0.6), 0.14, 0.4 + 0.05 * (bar % 4))
    out += rng.standard_normal(out.shape) * 0.0005
    return np.ascontiguousarray(out[:total] * (0.7 / np.abs(out[:total]).max()), np.float32)


@lru_cache(maxsize=256)
def note(hertz: float, frames: int, bright: float, decay_s: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Harmonics that fall by `bright` each and die away, the high ones first."""
    t = np.arange(frames) / SAMPLE_RATE
    out = np.zeros(frames)
    for k in range(1, min(14, int(16_000 / hertz))):
        out += bright**k * np.exp(-t * (0.7 + 0.3 * k) / decay_s) * np.sin(2 * np.pi * k * hertz * t + k)
    out[:200] *= np.linspace(0, 1, 200)
    out[-400:] *= np.linspace(1, 0, 400)
    return out


def hat(rng: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    burst = rng.standard_normal(4800) * np.exp(-np.arange(4800) / 900)
    return np.asarray(signal.lfilter([1, -0.95], [1], burst))


def looped(sound: Samples, start: int, frames: int) -> Samples:
    """From `start` on, `frames` samples are played again and again."""
    rest = len(sound) - start
    again = np.tile(sound[start - frames : start], (rest // frames + 1, 1))[:rest]
    return np.concatenate((sound[:start], again))


def comb(sound: Samples, gain: float, delay_s: float) -> Samples:
    """The sound with a copy of itself: hollow, as through a pipe."""
    delay = int(delay_s * SAMPLE_RATE)
    out = sound.copy()
    out[delay:] += np.float32(gain) * sound[:-delay]
    return out


def whistling(sound: Samples, tones: int, level: float) -> Samples:
    """Steady tones over 4 kHz on top."""
    t = np.arange(len(sound)) / SAMPLE_RATE
    lines = sum(np.sin(2 * np.pi * hertz * t + hertz) for hertz in np.linspace(4700, 16_300, tones)) * level
    return np.asarray(sound + np.asarray(lines)[:, None], np.float32)


def without_phase(sound: Samples, seed: int) -> Samples:
    """What a model that keeps only magnitudes makes of it: each phase is drawn anew, alike in both channels."""
    rng, out = np.random.default_rng(seed), []
    turn = None
    for channel in sound.T:
        _, _, spectrum = signal.stft(channel, SAMPLE_RATE, nperseg=2048)
        turn = np.exp(2j * np.pi * rng.random(spectrum.shape)) if turn is None else turn
        out.append(signal.istft(np.abs(spectrum) * turn, SAMPLE_RATE, nperseg=2048)[1][: len(sound)])
    return np.ascontiguousarray(np.stack(out, axis=1), np.float32)


def voice(seconds: float, seed: int = 1) -> Samples:
    """Somebody sings vowels: harmonics under formants that move, a scoop into each note, vibrato in the long ones."""
    rng, out, at = np.random.default_rng(seed), np.zeros(int(seconds * SAMPLE_RATE)), 0
    while at < len(out):
        frames = int(rng.uniform(0.25, 0.9) * SAMPLE_RATE)
        t, u = np.arange(frames) / SAMPLE_RATE, np.linspace(0, 1, frames)
        bend = 1 + 0.014 * np.sin(2 * np.pi * 5.5 * t) * np.minimum(t / 0.25, 1) - 0.05 * np.exp(-t / 0.06)
        hertz = 180 * 2 ** (SCALE[rng.integers(len(SCALE))] / 12)
        phase = 2 * np.pi * np.cumsum(hertz * bend) / SAMPLE_RATE
        first, second = (VOWELS[k] for k in rng.integers(len(VOWELS), size=2))
        sound = np.zeros(frames)
        for k in range(1, int(4000 / hertz)):
            formants = [a * (1 - u) + b * u for a, b in zip(first, second, strict=True)]
            shape = sum(level / (1 + ((k * hertz - f) / 100) ** 2) for f, level in zip(formants, (1, 0.6), strict=True))
            sound += shape / np.sqrt(k) * np.sin(k * phase)
        sound *= np.minimum(1, np.minimum(np.arange(frames), np.arange(frames)[::-1]) / 1500)
        part = out[at : at + frames]
        part += sound[: len(part)]
        at += frames
    mono = out * (0.5 / np.abs(out).max())
    return np.repeat(mono[:, None], 2, axis=1).astype(np.float32)


def _add(
    out: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    start: int,
    sound: np.ndarray[tuple[int], np.dtype[np.float64]],
    level: float,
    right: float,
) -> None:
    part = out[start : start + len(sound)]
    part += sound[: len(part), None] * (level * np.array([1 - right, right]) * 2)
