"""What is wrong with a piece of sound, in numbers (pure; any thread).

A segment is worked through in 1 s pieces: levels and loudness per hop, spectra per second, from which its defects and
the end of its music are read. It judges nothing: what is still good enough is the mixer's decision.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radio.audio import defects, loudness, repetition, voice
from radio.audio.spectrum import CARRY, Spectra, frames_of, in_bands, joined
from radio.contracts import FRAME_SAMPLES, SAMPLE_RATE, Quality, Samples

SILENT_DBFS = -60.0
"""A hop with less RMS than this counts as silence."""
FLAT_STEP = 2e-5
"""Neighbours this equal, near the highest peak, are flat tops: under one step of 16-bit PCM."""
STEP_FRAME = SAMPLE_RATE // 1000
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """Per hop of 100 ms: K-weighted mean square, plain mean square, peak, share of flat tops. `[hops]` each. Per whole
    second: the means of the channels, `[seconds, channels]`, the spectra, the likeness to what came just before, and
    whether something glides like a voice, `[seconds]`."""

    hops: loudness.Hops
    power: Floats
    peak: Floats
    flat_share: Floats
    means: Floats
    spectra: Spectra
    likeness: Floats
    gliding: NDArray[np.bool_]
    finite: bool = True

    def quality(self, usable_samples: int) -> Quality:
        """The numbers of the first `usable_samples`."""
        count = max(1, usable_samples // loudness.HOP)
        power, peaks = self.power[:count], self.peak[:count]
        peak = float(peaks.max(initial=0.0))
        rms = float(np.sqrt(power.mean())) if len(power) else 0.0
        heard = self.spectra.first(max(1, usable_samples // SAMPLE_RATE))
        return Quality(
            loudness_lufs=loudness.integrated_lufs(self.hops[:count]),
            peak_db=_decibels(peak),
            crest_db=_decibels(peak) - _decibels(rms),
            clipped_share=float(self.flat_share[:count].sum()) / count,
            longest_silence_s=defects.longest_run(power < 10 ** (SILENT_DBFS / 10)) * loudness.HOP / SAMPLE_RATE,
            tilt_db_per_octave=defects.tilt_db_per_octave(heard),
            dc=float(np.abs(self.means.mean(axis=0)).max(initial=0.0)) if len(self.means) else 0.0,
            punch_db=_punch_db(power, peaks),
            noise_s=defects.noise_s(heard),
            unchanged_s=defects.unchanged_s(heard),
            repeated_s=defects.repeated_s(heard, self.likeness),
            lines=defects.lines(heard),
            comb_db=defects.comb_db(heard),
            highs_db=defects.highs_db(heard),
            tonality_db=defects.tonality_db(heard),
            chroma_entropy_bits=defects.chroma_entropy_bits(heard),
            voice_share=voice.share(self.gliding[: len(heard)]),
        )


def survey(samples: Samples) -> Survey:
    """Measure `[n, 2]` at 48 kHz in one pass, up to the first second with samples that are no numbers (or too large to
    be squared): then the survey is not `finite`."""
    state, none = loudness.MeterState.fresh(), np.zeros(0)
    hops, power, peaks = [], [], []
    for first in range(0, len(samples), SAMPLE_RATE):
        piece = np.ascontiguousarray(samples[first : first + SAMPLE_RATE])
        if not np.isfinite(np.vdot(piece, piece)):
            return Survey(none, none, none, none, *_seconds(samples[:0]), finite=False)
        state, some = loudness.measure(state, piece)
        framed = piece[: len(some) * loudness.HOP].reshape(len(some), loudness.HOP * piece.shape[1])
        hops.append(some)
        power.append(np.einsum("ij,ij->i", framed, framed) / max(1, framed.shape[1]))
        peaks.append(np.abs(framed).max(axis=1, initial=0.0))
    peak = _joined(peaks)
    flat_share = _flat_shares(samples, peak)
    return Survey(_joined(hops), _joined(power), peak, flat_share, *_seconds(samples))


def _seconds(samples: Samples) -> tuple[Floats, Spectra, Floats, NDArray[np.bool_]]:
    """Per whole second: the channels' means, the spectra, the likeness to the sound just before, whether it glides."""
    carry, before = CARRY, np.zeros(repetition.RATE, np.float32)
    means, fine, bands, likeness, gliding = [], [], [], [], []
    for first in range(0, len(samples) - SAMPLE_RATE + 1, SAMPLE_RATE):
        second = samples[first : first + SAMPLE_RATE]
        carry, powers = frames_of(carry, second)
        now = repetition.thinned(second)
        means.append(np.ones(SAMPLE_RATE, np.float32) @ second / SAMPLE_RATE)
        fine.append(powers.mean(axis=0))
        bands.append(in_bands(powers))
        likeness.append(repetition.likeness(before, now))
        gliding.append(voice.glides(powers))
        before = now
    return np.array(means), joined(fine, bands), np.array(likeness), np.array(gliding, np.bool_)


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


def _punch_db(power: Floats, peak: Floats) -> float:
    """Median crest of the hops that are not much quieter than most; 0 without any."""
    loud = power > max(float(np.median(power)) / 100, 1e-9) if len(power) else np.zeros(0, np.bool_)
    return float(np.median(20 * np.log10(peak[loud]) - 10 * np.log10(power[loud]))) if loud.any() else 0.0


def _decibels(value: float) -> float:
    return 20 * float(np.log10(max(value, 1e-6)))
