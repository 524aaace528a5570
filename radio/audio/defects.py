"""What goes wrong inside a sound that a model made, read from its spectra (pure; any thread).

Noise, sounds without change, stuck loops, whistles, hollow ripples, and how tonal it all is. Numbers only: which
of them are too much is the mixer's decision, and `docs/quality.md` shows where real music lies.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.ndimage import uniform_filter1d

from radio.audio.spectrum import BIN_HZ, EDGES, FRAME, Powers, Spectra, decibels

NOISE_DB = -0.5
"""Flatness of the five least flat bands in a second of noise is −0.1 dB; of 300 minutes of music never over −1 in the
middle (flatness: mean of the logarithms less the logarithm of the mean, over the bins of a band)."""
UNCHANGED_DB = 0.6
"""Noise moves by 0.45 dB from one second to the next, band by band, a held tone by 0, music by some dB."""
REPEATED = 0.97
STEADY_DB = 2.0
"""A sound whose bands move less than this within a second is a held tone, which repeats itself without being stuck."""
LINE_DB = 12.0
"""A tone this far over what is around it whistles."""
ALWAYS = 0.8
WIDE = np.diff(EDGES) >= 4
"""Bands of fewer bins say nothing about flatness."""
Seconds = NDArray[np.bool_]
Floats = NDArray[np.floating]


def longest_run(mask: Seconds) -> int:
    """Length of the longest stretch of true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def noise_s(found: Spectra) -> int:
    """Longest stretch in which every part of the spectrum is noise: seconds."""
    if not len(found):
        return 0
    tonal = np.sort(_flatness_db(found)[:, WIDE], axis=1)[:, :5].mean(axis=1)
    return longest_run((tonal > NOISE_DB) & _sounding(found))


def unchanged_s(found: Spectra) -> int:
    """Longest stretch in which no second differs from the one before: seconds."""
    if len(found) < 2:
        return 0
    steps = np.abs(np.diff(found.levels_db()[:, found.heard()], axis=0)).mean(axis=1)
    run = longest_run((steps < UNCHANGED_DB) & _sounding(found)[1:])
    return run + 1 if run else 0


def repeated_s(found: Spectra, likeness: Floats) -> int:
    """Longest stretch in which something shorter than a second is played again and again: seconds.

    `likeness` is what `repetition.likeness` gives, per second."""
    if not len(found):
        return 0
    moving = decibels(found.bands[:, :, found.heard()]).std(axis=1).mean(axis=1) > STEADY_DB
    return longest_run((likeness[: len(found)] > REPEATED) & moving)


def lines(found: Spectra) -> int:
    """Number of tones between 4 and 18 kHz that sound nearly all the time."""
    if len(found) < 8:
        return 0
    level = decibels(found.fine[:, int(3750 / BIN_HZ) : int(18250 / BIN_HZ)])
    out = level - uniform_filter1d(level, 41, axis=1, mode="nearest") > LINE_DB
    lasting = out.mean(axis=0) > ALWAYS
    return int((np.diff(lasting.astype(np.int8)) > 0).sum())


def comb_db(found: Spectra) -> float:
    """Depth of the strongest even ripple in the mean spectrum up to 16 kHz, for delays of 0.8 to 20 ms.

    A copy of the sound added to itself with the gain a makes a ripple of about 8.7·a dB (the cepstrum of a comb);
    over 5 ms the bins are too wide to see all of it.
    """
    if not len(found):
        return 0.0
    level = decibels(found.fine[:, 1 : int(16_000 / BIN_HZ)]).mean(axis=0)
    window = np.hanning(len(level))
    ripples = np.abs(fft.rfft((level - uniform_filter1d(level, 201, mode="nearest")) * window, FRAME))
    delays_s = np.arange(len(ripples)) / (FRAME * BIN_HZ)
    return float(ripples[(delays_s > 0.0008) & (delays_s < 0.02)].max() * 2 / window.sum())


def tonality_db(found: Spectra) -> float:
    """How far tones stand out of noise, the median over the seconds: 0.1 for noise, 0.6 to 9 for music."""
    return -float(np.median(_flatness_db(found)[:, WIDE].mean(axis=1))) if len(found) else 0.0


def chroma_entropy_bits(found: Spectra) -> float:
    """Entropy of the mean chroma: 0 for one pitch class alone, 3.58 for all twelve alike."""
    share = found.chroma().sum(axis=0, dtype=np.float64)
    share = share / max(float(share.sum()), 1e-12) + 1e-12
    return -float((share * np.log2(share)).sum()) if len(found) else 0.0


def tilt_db_per_octave(found: Spectra) -> float:
    """Slope of a straight line through the octave bands from 63 Hz to 8 kHz, of density."""
    centres = 62.5 * 2.0 ** np.arange(8)
    levels = [found.density_db(centre / 2**0.5, centre * 2**0.5) for centre in centres]
    return float(np.polyfit(np.arange(len(levels)), levels, 1)[0])


def highs_db(found: Spectra) -> float:
    return found.density_db(8000, 16_000) - found.density_db(500, 2000)


def _flatness_db(found: Spectra) -> Powers:
    """Per second and band: 0 where all its bins are alike, less where a few stand out."""
    fine, wide = found.fine[:, : EDGES[-1]], np.diff(EDGES)
    logs = np.add.reduceat(decibels(fine), EDGES[:-1], axis=1) / wide
    return np.asarray(logs - decibels(np.add.reduceat(fine, EDGES[:-1], axis=1) / wide), np.float32)


def _sounding(found: Spectra) -> Seconds:
    """Seconds within 60 dB of the loudest."""
    level = decibels(found.bands.sum(axis=(1, 2)))
    return np.asarray(level > max(float(level.max(initial=-200.0)) - 60, -60.0))
