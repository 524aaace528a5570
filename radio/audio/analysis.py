"""What is wrong with a piece of sound, in numbers (pure; any thread).

One pass over a segment in 1 s pieces gives per-hop levels and loudness, from which its defects and the end of its
music are read. It judges nothing: what is still good enough is the mixer's decision.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from radio.audio import loudness
from radio.contracts import FRAME_SAMPLES, SAMPLE_RATE, Samples

SILENT_DBFS = -60.0
"""A hop with less RMS than this counts as silence."""
FLAT_STEP = 2e-5
"""Neighbours this equal, near the highest peak, are flat tops: under one step of 16-bit PCM."""
SPECTRUM = 8192
STEP_FRAME = SAMPLE_RATE // 1000
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured on one segment, over its usable part where that is known.

    `clipped_share` is the share of samples in flat tops at the highest peak; `tilt_db_per_octave` the slope of the
    spectrum from 63 Hz to 8 kHz; `crest_db` peak over RMS; `dc` the greater channel's mean, full scale ±1.
    """

    loudness_lufs: float
    peak_db: float
    crest_db: float
    clipped_share: float
    longest_silence_s: float
    tilt_db_per_octave: float
    dc: float


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """Per hop of 100 ms: K-weighted mean square, plain mean square, peak, share of flat tops. `[hops]` each. `means`
    are those of the seconds, per channel, `[seconds, channels]`."""

    hops: loudness.Hops
    power: Floats
    peak: Floats
    flat_share: Floats
    means: Floats
    spectrum: Floats
    finite: bool = True

    def quality(self, usable_samples: int) -> Quality:
        """The numbers of the first `usable_samples` (the spectrum is that of the whole)."""
        count = max(1, usable_samples // loudness.HOP)
        power, peak = self.power[:count], float(self.peak[:count].max(initial=0.0))
        rms = float(np.sqrt(power.mean())) if len(power) else 0.0
        return Quality(
            loudness_lufs=loudness.integrated_lufs(self.hops[:count]),
            peak_db=_decibels(peak),
            crest_db=_decibels(peak) - _decibels(rms),
            clipped_share=float(self.flat_share[:count].sum()) / count,
            longest_silence_s=_longest_run(power < 10 ** (SILENT_DBFS / 10)) * loudness.HOP / SAMPLE_RATE,
            tilt_db_per_octave=_tilt(self.spectrum),
            dc=float(np.abs(self.means.mean(axis=0)).max(initial=0.0)) if len(self.means) else 0.0,
        )


def survey(samples: Samples) -> Survey:
    """Measure `[n, 2]` at 48 kHz in one pass, up to the first second with samples that are no numbers (or too large to
    be squared): then the survey is not `finite`."""
    state, none = loudness.MeterState.fresh(), np.zeros(0)
    hops, power, peaks, means, spectrum = [], [], [], [], np.zeros(SPECTRUM // 2 + 1)
    for first in range(0, len(samples), SAMPLE_RATE):
        piece = np.ascontiguousarray(samples[first : first + SAMPLE_RATE])
        if not np.isfinite(np.vdot(piece, piece)):
            return Survey(none, none, none, none, none, none, finite=False)
        state, some = loudness.measure(state, piece)
        framed = piece[: len(some) * loudness.HOP].reshape(len(some), loudness.HOP * piece.shape[1])
        hops.append(some)
        power.append(np.einsum("ij,ij->i", framed, framed) / max(1, framed.shape[1]))
        peaks.append(np.abs(framed).max(axis=1, initial=0.0))
        if len(piece) == SAMPLE_RATE:
            means.append(np.ones(SAMPLE_RATE, np.float32) @ piece / SAMPLE_RATE)
            spectrum += np.abs(fft.rfft((piece[:SPECTRUM, 0] + piece[:SPECTRUM, 1]) * _WINDOW)) ** 2
    peak = _joined(peaks)
    return Survey(_joined(hops), _joined(power), peak, _flat_shares(samples, peak), np.array(means), spectrum)


def usable_end(hops: loudness.Hops, length_samples: int) -> int:
    """Where the music of a segment ends, in samples: a multiple of `FRAME_SAMPLES`, at most `length_samples`.

    Trailing silence is cut. If the last second is then more than 12 dB under the music's usual level (the median of
    its 2 s levels), it is a fade-out or an ending and is cut where the level was last within 3 dB of the usual. A quiet
    passage that does not end the segment stays.
    """
    if len(hops) < 30:
        return length_samples // FRAME_SAMPLES * FRAME_SAMPLES
    levels = 10 * np.log10(np.convolve(hops, np.full(20, 0.05), mode="valid") + 1e-12)
    usual = float(np.median(levels[levels > levels.max() - 20]))
    end = _sounding_end(hops, usual - 30)
    last_second = 10 * float(np.log10(hops[max(0, end - 10) : end].mean() + 1e-12))
    if last_second < usual - 12:
        music = np.flatnonzero(levels[: max(1, end - 19)] >= usual - 3)
        end = int(music[-1]) + 20 if len(music) else end
    if end >= len(hops):
        return length_samples // FRAME_SAMPLES * FRAME_SAMPLES
    return end * loudness.HOP // FRAME_SAMPLES * FRAME_SAMPLES


def _sounding_end(hops: loudness.Hops, floor_db: float) -> int:
    """One past the last hop over `floor_db`, if at least 400 ms of nothing follow it; else the number of hops."""
    sounding = np.flatnonzero(10 * np.log10(hops + 1e-12) > floor_db)
    end = int(sounding[-1]) + 1 if len(sounding) else len(hops)
    return end if end + 4 <= len(hops) else len(hops)


def step_maxima(samples: Samples) -> Floats:
    """The largest step between neighbouring samples in each whole millisecond, `[(n − 1) // 48]`."""
    steps = np.abs(np.diff(samples, axis=0)).max(axis=1)
    whole = len(steps) // STEP_FRAME
    maxima: Floats = steps[: whole * STEP_FRAME].reshape(whole, STEP_FRAME).max(axis=1).astype(np.float64)
    return maxima


def click(steps: Floats) -> float:
    """How much the worst step stands out: largest ratio of a millisecond's step to those 2 to 8 ms around it.

    About 1–2 for music and noise; a jump in the signal gives 5 and more. `steps` is what `step_maxima` gives.
    """
    if len(steps) < 24:
        return 0.0
    around = np.lib.stride_tricks.sliding_window_view(steps, 17)
    beside = np.maximum(around[:, :7].max(axis=1), around[:, 10:].max(axis=1))
    return float((around[:, 8] / (beside + 1e-4)).max())


def _flat_shares(samples: Samples, peak: Floats) -> Floats:
    """Per hop: the share of samples that equal their neighbour at the highest peak; 0 where that is not reached."""
    highest, share = float(peak.max(initial=0.0)), np.zeros(len(peak))
    if not 0.25 < highest < np.inf:
        return share
    for k in np.flatnonzero(peak > 0.98 * highest):
        hop = samples[k * loudness.HOP : (k + 1) * loudness.HOP]
        top = np.abs(hop[1:]) > 0.98 * highest
        share[k] = float((np.abs(np.diff(hop, axis=0))[top] < FLAT_STEP).sum()) / hop.size
    return share


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate(parts).astype(np.float64) if parts else np.zeros(0)


def _longest_run(mask: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def _tilt(spectrum: Floats) -> float:
    """Slope of a straight line through the octave bands from 63 Hz to 8 kHz, dB per octave of density."""
    frequency = np.arange(len(spectrum)) * SAMPLE_RATE / SPECTRUM
    centres = 62.5 * 2.0 ** np.arange(8)
    bands = [spectrum[(frequency >= c / 2**0.5) & (frequency < c * 2**0.5)].mean() for c in centres]
    return float(np.polyfit(np.arange(len(bands)), 10 * np.log10(np.array(bands) + 1e-12), 1)[0])


def _decibels(value: float) -> float:
    return 20 * float(np.log10(max(value, 1e-6)))


_WINDOW = np.hanning(SPECTRUM).astype(np.float32)
