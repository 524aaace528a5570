"""Does a continuation begin by re-stating its context? (Pure; any thread.)

A model is given the last seconds of the music and must begin with them. Some forget, and begin another piece: no seam
hides that. Waveforms need not agree, since a model that encodes and decodes keeps no phase; what must agree is when and
where in the spectrum things happen. It does not know what is done about an unrelated one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from radio.audio.align import align
from radio.audio.spectrum import Powers, Spectra, decibels, spectra
from radio.contracts import SAMPLE_RATE, Samples

SAME_WAVE = 0.25
"""Correlation after alignment. Between pieces at most 0.05; re-stated with another sound of its loudness on top 0.7."""
SAME_PATTERN = 0.3
"""Spectral likeness. Between pieces 0.24 at most, 99 times in 100; with every phase lost, or under noise as loud, 0.46
at least; 60 ms late 0.31."""
SAME_HARMONY = 0.92
"""Likeness of chroma. Between pieces 0.82 at most, 99 times in 100."""
SAME_COLOUR_DB = 1.0
"""Rain and drones have no pattern to agree in: there the same sound, band by band, is enough. Between pieces 2.4 and
more."""
FLOOR = 1e-6
"""60 dB under the loudest band: what is quieter does not count."""


@dataclass(frozen=True, slots=True)
class Restatement:
    """How alike two sounds are. `correlation` (−1…1) is that of the waveforms, aligned within ±20 ms;
    `spectral_similarity` (−1…1) that of the ups and downs of the bands, 25 times a second; `chroma_similarity` (0…1)
    the mean cosine of the seconds' pitch classes; `colour_distance_db` the mean difference of the bands' levels. None
    depends on how loud either side is."""

    correlation: float
    chroma_similarity: float
    spectral_similarity: float
    colour_distance_db: float

    @property
    def related(self) -> bool:
        """False only when nothing agrees: a wrong refusal is worse than a miss."""
        return (
            self.correlation >= SAME_WAVE
            or self.spectral_similarity >= SAME_PATTERN
            or self.chroma_similarity >= SAME_HARMONY
            or self.colour_distance_db <= SAME_COLOUR_DB
        )


def restates(context: Samples, overlap: Samples) -> Restatement | None:
    """Compare `overlap` with the `context` that it should re-state: `[n, 2]` at 48 kHz. Where one is longer, the ends
    are compared. None where under two seconds are left, or one of them is silent: there is nothing to compare."""
    count = min(len(context), len(overlap)) // SAMPLE_RATE * SAMPLE_RATE
    if count < 2 * SAMPLE_RATE:
        return None
    one, other = (np.ascontiguousarray(sound[len(sound) - count :]) for sound in (context, overlap))
    if min(float(np.vdot(one, one)), float(np.vdot(other, other))) < 1e-6 * count:
        return None
    a, b = spectra(one), spectra(other)
    return Restatement(align(one, other).correlation, _harmony(a, b), *_pattern(a, b))


def _harmony(a: Spectra, b: Spectra) -> float:
    one, other = a.chroma(), b.chroma()
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return float(((one * other).sum(axis=1) / np.maximum(lengths, 1e-9)).mean())


def _pattern(a: Spectra, b: Spectra) -> tuple[float, float]:
    """Correlation of the bands' levels about their means, and how far those means are apart in dB."""
    one, other = _levels(a), _levels(b)
    mean, other_mean = one.mean(axis=0), other.mean(axis=0)
    apart = (mean - mean.mean()) - (other_mean - other_mean.mean())
    one, other = one - mean, other - other_mean
    energy = float(np.sqrt((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / max(energy, 1e-6), float(np.abs(apart).mean())


def _levels(found: Spectra) -> Powers:
    bands = found.bands.reshape(-1, found.bands.shape[-1])
    return decibels(bands + FLOOR * float(bands.max()))
