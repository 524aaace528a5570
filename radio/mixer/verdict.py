"""Is a segment fit for the air? (Pure; the mixing thread asks.)

It looks at the segment alone: how it meets what is playing is the seam's business, and what to do about a bad one
the conductor's.
"""

from __future__ import annotations

from dataclasses import dataclass

from radio.audio.analysis import Survey, survey, usable_end
from radio.contracts import CHANNELS, SAMPLE_RATE, Quality, Segment

SILENT_LUFS = -50.0
"""A whole segment under this is silent for a listener who has set the volume for −16 LUFS."""
LONGEST_SILENCE_S = 4.0
"""A rest may last a slow bar; more sounds like a broken stream."""
CLIPPED_SHARE = 0.01
"""Flat tops in more than this share of the samples sound rough (6 dB over gives about 5 %)."""
DC = 0.05
"""A mean this far from zero costs headroom and clicks at every start."""
LEAST_NEW_SAMPLES = SAMPLE_RATE
"""A segment with less new sound than this cannot be mixed at all."""


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What is wrong with one segment. No `reasons`: nothing. `playable`: it may be pushed if nothing better comes.

    `usable_samples` is where its music ends; `survey` what was measured, for the mixer.
    """

    reasons: tuple[str, ...]
    playable: bool
    usable_samples: int
    quality: Quality
    survey: Survey

    @property
    def good(self) -> bool:
        return not self.reasons


def judge(segment: Segment, overlap_samples: int) -> Verdict:
    """Measure `segment`, whose last `overlap_samples` of usable sound the next one will re-state."""
    samples, plan = segment.audio.samples, segment.plan
    if samples.shape[1] != CHANNELS or segment.audio.sample_rate != SAMPLE_RATE:
        return _refused("it is not 48 kHz stereo", survey(samples[:0]))
    found = survey(samples)
    if not found.finite:
        return _refused("it has samples that are not numbers", found)
    usable = usable_end(found.hops, len(samples))
    quality = found.quality(usable)
    reasons = []
    if len(samples) != plan.duration_samples:
        reasons.append(f"it has {len(samples)} samples instead of {plan.duration_samples}")
    if usable < 2 * overlap_samples:
        reasons.append(f"its music ends after {usable / SAMPLE_RATE:.1f} s, under twice the overlap")
    reasons += _defects(quality)
    return Verdict(tuple(reasons), usable >= plan.overlap_samples + LEAST_NEW_SAMPLES, usable, quality, found)


def _defects(quality: Quality) -> list[str]:
    found = []
    if quality.loudness_lufs < SILENT_LUFS:
        found.append(f"it is silent ({quality.loudness_lufs:.0f} LUFS)")
    elif quality.longest_silence_s > LONGEST_SILENCE_S:
        found.append(f"it is silent for {quality.longest_silence_s:.1f} s")
    if quality.clipped_share > CLIPPED_SHARE:
        found.append(f"{quality.clipped_share:.1%} of it is clipped")
    if quality.dc > DC:
        found.append(f"its mean is {quality.dc:.2f} instead of 0")
    return found


def _refused(reason: str, found: Survey) -> Verdict:
    nothing = Quality(-120.0, -120.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return Verdict((reason,), playable=False, usable_samples=0, quality=nothing, survey=found)
