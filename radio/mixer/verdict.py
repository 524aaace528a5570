"""Is a segment fit for the air? (Pure; the mixing thread asks.)

It looks at the segment and at the context that its overlap should re-state: how it meets what is playing is the seam's
business, and what to do about a bad one the conductor's. `docs/quality.md` explains every threshold here: real music
must keep well away from all of them, because a wrong refusal costs a whole generation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from radio.audio.analysis import Survey, survey, usable_end
from radio.audio.restatement import Restatement, restates
from radio.contracts import CHANNELS, INSTRUMENTAL, SAMPLE_RATE, Quality, Samples, Segment

SILENT_LUFS = -50.0
"""A whole segment under this is silent for a listener who has set the volume for −16 LUFS."""
MOST_PEAK = 10.0
"""20 dB over full scale: no music, but a fault, and the limiter would be busy with it for seconds afterwards."""
LONGEST_SILENCE_S = 4.0
"""A rest may last a slow bar; more sounds like a broken stream."""
CLIPPED_SHARE = 0.01
"""Flat tops in more than this share of the samples sound rough (6 dB over gives about 5 %)."""
DC = 0.05
"""A mean this far from zero costs headroom and clicks at every start."""
LEAST_NEW_SAMPLES = SAMPLE_RATE
"""A segment with less new sound than this cannot be mixed at all."""
NOISE_S = 12.0
"""Surf at the beginning of a piece was 7 s of noise; a model that collapses stays there."""
UNCHANGED_S = 20.0
"""Held chords last 5 s; a drone may hold for longer, but something in it moves."""
REPEATED_S = 10.0
"""The most exact repetition in real music lasted 3 s."""
LINES = 10
"""Real music had up to 4 tones that never stop over 4 kHz."""
COMB_DB = 6.5
"""A ripple this deep is a sound added to itself at three quarters of its level; real music reached 4.8."""
SQUASHED_DB = 6.0
"""Peak over RMS: a square wave has 0, a sine 3, the most compressed real music 8.6."""
HARSH_DB_PER_OCTAVE = -1.0
"""White noise has 0, the brightest real music −2.4."""
VOICE_SHARE = 0.8
"""Of the seconds. Instrumental recordings reached 0.72 (one dark ambient piece), else 0.35; a voice alone 0.8 to 1."""
NOISE_WORDS = re.compile(
    r"\b(?:noises?|rain\w*|oceans?|waves?|winds?|water\w*|storms?|static|sea|surf|fire|regen|rauschen|meer|lluvia|ruido"
    r"|pluie|bruit)\b|шум|дожд|ветер|море|雨|海|波|风|風|噪|ノイズ"
)
"""Whoever asks for one of these may get noise. A word too many here costs a missed fault, no more."""


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What is wrong with one segment. No `reasons`: nothing. `playable`: it may be pushed if nothing better comes; what
    is silent all through never, the bridge is better.

    `usable_samples` is where its music ends; `survey` what was measured, for the mixer; `restatement` how its overlap
    compares with the context, None where that is not known.
    """

    reasons: tuple[str, ...]
    playable: bool
    usable_samples: int
    quality: Quality
    survey: Survey
    restatement: Restatement | None = None

    @property
    def good(self) -> bool:
        return not self.reasons


def judge(segment: Segment, overlap_samples: int, context: Samples | None = None) -> Verdict:
    """Measure `segment`, whose last `overlap_samples` of usable sound the next one will re-state.

    `context` is what its own overlap should re-state, None where that is not known. The faults that only models have
    are looked for only where a model is named as the maker: a test tone or a noise machine is meant as it is.
    """
    samples, plan = segment.audio.samples, segment.plan
    if samples.shape[1] != CHANNELS or segment.audio.sample_rate != SAMPLE_RATE:
        return _refused("it is not 48 kHz stereo", survey(samples[:0]))
    peak = float(np.abs(samples).max(initial=0.0))
    if not peak <= MOST_PEAK:  # nor is it where some are not numbers
        reason = (
            f"its peak is {peak:.3g} where 1 is full scale"
            if np.isfinite(peak)
            else "it has samples that are not numbers"
        )
        return _refused(reason, survey(samples[:0]))
    found = survey(samples)
    usable = usable_end(found.hops, len(samples))
    restated = None if context is None else restates(context, samples[: plan.overlap_samples])
    quality = replace(found.quality(usable), restated=restated.spectral_similarity if restated else None)
    reasons = []
    if len(samples) != plan.duration_samples:
        reasons.append(f"it has {len(samples)} samples instead of {plan.duration_samples}")
    if usable < 2 * overlap_samples:
        reasons.append(f"its music ends after {usable / SAMPLE_RATE:.1f} s, under twice the overlap")
    reasons += _defects(quality)
    if segment.rendered.provenance.model:
        reasons += [*_monotony(quality, plan.prompt), *_artefacts(quality), *_forgotten(restated)]
        reasons += _singing(quality) if plan.lyrics == INSTRUMENTAL else []
    playable = usable >= plan.overlap_samples + LEAST_NEW_SAMPLES and quality.loudness_lufs >= SILENT_LUFS
    return Verdict(tuple(reasons), playable, usable, quality, found, restated)


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


def _monotony(quality: Quality, prompt: str) -> list[str]:
    """Sounds in which nothing happens."""
    found = []
    if quality.repeated_s >= REPEATED_S:
        found.append(f"it repeats less than a second for {quality.repeated_s:.0f} s")
    if NOISE_WORDS.search(prompt.lower()):
        return found
    if quality.noise_s >= NOISE_S:
        found.append(f"it is nothing but noise for {quality.noise_s:.0f} s")
    elif quality.unchanged_s >= UNCHANGED_S:
        found.append(f"it does not change at all for {quality.unchanged_s:.0f} s")
    elif quality.tilt_db_per_octave > HARSH_DB_PER_OCTAVE:
        found.append(f"it is harsh: {quality.tilt_db_per_octave:.1f} dB per octave")
    return found


def _artefacts(quality: Quality) -> list[str]:
    """Metallic and crushed sounds."""
    found = []
    if quality.lines >= LINES:
        found.append(f"{quality.lines} tones whistle all through it")
    if quality.comb_db >= COMB_DB:
        found.append(f"it sounds as through a pipe (a ripple of {quality.comb_db:.1f} dB)")
    if quality.crest_db < SQUASHED_DB and quality.loudness_lufs >= SILENT_LUFS:
        found.append(f"it is squashed flat (peaks only {quality.crest_db:.1f} dB over the mean)")
    return found


def _singing(quality: Quality) -> list[str]:
    if quality.voice_share < VOICE_SHARE:
        return []
    return [f"something sings in {quality.voice_share:.0%} of it, and no singing was asked for"]


def _forgotten(restated: Restatement | None) -> list[str]:
    if restated is None or restated.related:
        return []
    return [f"it does not go on with what came before it (likeness {restated.spectral_similarity:.2f})"]


def _refused(reason: str, found: Survey) -> Verdict:
    nothing = Quality(-120.0, -120.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return Verdict((reason,), playable=False, usable_samples=0, quality=nothing, survey=found)
