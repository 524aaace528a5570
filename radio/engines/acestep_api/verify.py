"""Does a repaint's result really continue the context that was sent? And how loud must it be to do so?

Pure. An API server can succeed without having used the source (a version that ignores it, a file it could not read),
and then returns unrelated music of the same style. Two measures tell:

- `correlation`: of the waveforms, at the best lag within ±20 ms. What a codec or noise at −3 dB leaves keeps 0.8 and
  more; unrelated music reaches 0.1, and 0.35 to 0.55 where two drum kits happen to beat together.
- `likeness`: of what happens when. Log power in 24 bands, smoothed over 0.3 s, less each band's own mean, so that style
  (which bands are loud) does not count and only events do. It does not depend on phase, which a model may re-draw: with
  every phase drawn anew the first measure is 0 and this one 0.75 to 0.88. Unrelated music stays under 0.35, but for
  beats on the very same grid (0.62).

Either of them being high proves a continuation; a result is refused only when both are low: wrongly refused, a good
segment is made again and again, while an unrelated one that slips through is merely crossfaded. In a steady context
(noise, a drone) nothing happens that could be compared; there only the colour has to be the same. The numbers are of
the synthesiser's genres; tests/engines/acestep_api/test_verify.py measures some of them again.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from radio.audio.align import align
from radio.contracts import SAMPLE_RATE, Samples

Floats = NDArray[np.float64]

LEAST_CORRELATION = 0.45
LEAST_LIKENESS = 0.55
SILENCE = 10 ** (-60 / 20)
"""RMS under which a context proves nothing."""
FULL_SCALE = 0.999
MOST_GAIN = 10 ** (18 / 20)
WINDOW = 4096
HOP = 2048
"""43 ms: coarse against the lag of up to 20 ms that is allowed."""
BANDS = 24
LOWEST_HZ, HIGHEST_HZ = 60.0, 8000.0
"""Above it codecs and autoencoders re-draw noise."""
SMOOTHING_FRAMES = 7
"""0.3 s: noise averages out, notes and beats in groups remain."""
STEADY = 0.3
"""RMS of events (natural logarithm of power; 1.3 dB) under which they are a noise's own: pink noise has 0.2."""
MOST_COLOUR = 2.0
"""RMS difference of mean band levels in the same unit (9 dB) that steady sounds may have."""
FLOOR = 1e-6
"""−60 dB under the loudest band: what lies deeper is not an event."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What the overlap of a result shows. `gain` brings the result to the context's level; `lag_samples` is only told,
    for the mixer aligns. `comparable` is False where the context is silent, `steady` True where nothing happens in it;
    then `colour` tells how far the mean spectra differ (natural logarithm of power, RMS over bands)."""

    correlation: float
    likeness: float
    lag_samples: int
    gain: float
    comparable: bool = True
    steady: bool = False
    colour: float = 0.0

    @property
    def continues(self) -> bool:
        """Whether anything proves a continuation, or nothing can disprove it."""
        proven = self.correlation >= LEAST_CORRELATION or self.likeness >= LEAST_LIKENESS
        return proven or not self.comparable or (self.steady and self.colour <= MOST_COLOUR)

    @property
    def trouble(self) -> str:
        """Why this is not a continuation, in words; nothing if it is one."""
        if self.continues:
            return ""
        return (
            "the result does not continue the context that was sent, as if the ACE-Step server had ignored its source"
            f" (correlation {self.correlation:.2f}, likeness {self.likeness:.2f})"
        )


def compare(context: Samples, result: Samples) -> Overlap:
    """Look at a result's first samples beside the context they should re-state; both `[n, 2]`, float32."""
    count = min(len(context), len(result))
    sent, back = np.ascontiguousarray(context[:count]), np.ascontiguousarray(result[:count])
    loud_sent, loud_back = _rms(sent), _rms(back)
    if loud_sent < SILENCE or count < WINDOW + SMOOTHING_FRAMES * HOP:
        return Overlap(0.0, 0.0, 0, 1.0, comparable=False)
    if loud_back < SILENCE * loud_sent:
        return Overlap(0.0, 0.0, 0, 1.0)
    found = align(sent, back)
    gain = float(np.clip(loud_sent / loud_back, 1 / MOST_GAIN, MOST_GAIN))
    levels_sent, levels_back = _levels(sent), _levels(back)
    events_sent, events_back = _events(levels_sent), _events(levels_back)
    steady = float(np.sqrt(np.mean(events_sent**2))) < STEADY
    return Overlap(
        found.correlation,
        _cosine(events_sent, events_back),
        found.moved_samples,
        gain,
        steady=steady,
        colour=_colour(levels_sent, levels_back),
    )


def levelled(samples: Samples, overlap: Overlap) -> Samples:
    """A whole result at its context's level, or as near to it as full scale allows: the mixer matches the rest."""
    peak = float(np.abs(samples).max(initial=0.0))
    gain = min(overlap.gain, FULL_SCALE / peak) if peak > 0 else overlap.gain
    return (samples * np.float32(gain)).astype(np.float32)


def _levels(samples: Samples) -> Floats:
    """Natural logarithm of power, `[frames, BANDS]`."""
    mono = samples.mean(axis=1)
    frames = np.lib.stride_tricks.sliding_window_view(mono, WINDOW)[::HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW).astype(np.float32), axis=1)) ** 2
    edges = np.round(np.geomspace(LOWEST_HZ, HIGHEST_HZ, BANDS + 1) * WINDOW / SAMPLE_RATE).astype(int)
    bands = np.stack([power[:, a : max(a + 1, b)].sum(axis=1) for a, b in pairwise(edges)], 1)
    return np.log(bands + FLOOR * max(float(bands.max()), 1e-12))


def _events(levels: Floats) -> Floats:
    """What happens when: smoothed levels less each band's mean over time."""
    window = np.ones(SMOOTHING_FRAMES) / SMOOTHING_FRAMES
    smooth = signal.fftconvolve(levels, window[:, None], mode="valid", axes=0)
    return np.asarray(smooth - smooth.mean(axis=0), np.float64)


def _colour(one: Floats, other: Floats) -> float:
    """How far the mean spectra differ, whatever the levels: RMS over bands."""
    difference = one.mean(axis=0) - other.mean(axis=0)
    return float(np.std(difference))


def _cosine(one: Floats, other: Floats) -> float:
    scale = float(np.sqrt((one * one).sum() * (other * other).sum()))
    return float((one * other).sum()) / scale if scale > 0 else 0.0


def _rms(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
