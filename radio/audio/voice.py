"""Does something glide like a voice? (Pure; any thread.)

A singing or speaking voice hardly ever holds a pitch: all its harmonics slide together, by a fraction of a semitone
from one twenty-fifth of a second to the next. Most instruments jump from note to note. So two spectra 40 ms apart, on a
logarithmic scale of frequency, are compared at small shifts: a voice is better matched by a shift, a piano by none. It
hears any gliding instrument too (a theremin, a slide guitar, a wobbling synthesiser), and is a hint, no more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from radio.audio.spectrum import BIN_HZ, FRAMES, Powers

STEPS_PER_OCTAVE = 48
"""Quarter-semitones: a glide of a semitone in 160 ms moves one of them a frame."""
LOWEST_HZ, HIGHEST_HZ = 200.0, 3200.0
MOST_STEPS = 4
ALIKE = 0.75
"""Correlation of the two spectra at the best shift: less is a new note, or noise."""
BETTER_BY = 0.03
"""By how much a shift must beat none."""
GLIDING_FRAMES = 4
"""A second with at least so many gliding frames counts: a sixth of it."""
_GRID = (
    LOWEST_HZ * 2 ** (np.arange(int(STEPS_PER_OCTAVE * np.log2(HIGHEST_HZ / LOWEST_HZ))) / STEPS_PER_OCTAVE) / BIN_HZ
)
_LOWER = _GRID.astype(int)
_SHARE = (_GRID - _LOWER).astype(np.float32)
_AROUND = 25


def glides(powers: Powers) -> bool:
    """Is this a second, `[25, 2049]` (`spectrum.frames_of`), in which something glides?"""
    tones = _tones(powers)
    before, after = tones[:-1], tones[1:]
    alike = np.array([_alike(before, after, shift) for shift in range(-MOST_STEPS, MOST_STEPS + 1)])
    best, still = alike.max(axis=0), alike[MOST_STEPS]
    return int(((best > ALIKE) & (best - still > BETTER_BY)).sum()) >= GLIDING_FRAMES


def share(gliding: NDArray[np.bool_]) -> float:
    """Of the seconds, 0…1."""
    return float(gliding.mean()) if len(gliding) else 0.0


def _tones(powers: Powers) -> NDArray[np.float32]:
    """`[25, 192]`: the fourth root of power on the logarithmic grid (quiet harmonics count), less its surroundings."""
    roots = np.sqrt(np.sqrt(powers[:FRAMES, : int(_LOWER[-1]) + 2]))
    level = roots[:, _LOWER] * (1 - _SHARE) + roots[:, _LOWER + 1] * _SHARE
    sums = np.cumsum(np.pad(level, ((0, 0), (_AROUND // 2 + 1, _AROUND // 2)), mode="edge"), axis=1)
    return np.asarray(np.maximum(level - (sums[:, _AROUND:] - sums[:, :-_AROUND])[:, : level.shape[1]] / _AROUND, 0))


def _alike(before: NDArray[np.float32], after: NDArray[np.float32], shift: int) -> NDArray[np.float32]:
    """Correlation, per pair of frames, of `before` with `after` moved down by `shift` steps."""
    low, high = max(0, -shift), before.shape[1] - max(0, shift)
    one, other = before[:, low:high], after[:, low + shift : high + shift]
    product, a, b = (np.einsum("ij,ij->i", x, y) for x, y in ((one, other), (one, one), (other, other)))
    return np.asarray(product / np.sqrt(a * b + 1e-9), np.float32)
