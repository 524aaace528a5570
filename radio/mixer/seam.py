"""Mixes one segment's sound: its seam, measured as it goes, and its body (pure, but for the sums of one seam).

It does not know why the seam lies where it does, and it limits nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from radio.audio.analysis import click, step_maxima
from radio.audio.crossfade import FRAME, GainLaw, fade_gains, frame_products, frames_to_samples
from radio.audio.loudness import HOP, short_term_lufs
from radio.contracts import SAMPLE_RATE, Samples, Seam
from radio.mixer.placement import Placement, to_db
from radio.mixer.tail import Tail
from radio.mixer.verdict import Verdict

FADE_IN_SAMPLES = SAMPLE_RATE // 50
"""The very first sound starts within 20 ms instead of with a click."""
DIP_FRAMES = 10
"""A dip is looked for in windows of 0.5 s: shorter ones of unrelated noise differ by chance."""

Floats = NDArray[np.float64]


class Fade:
    """Mixes `incoming` (the whole segment) onto `tail` as `placement` says. Use once."""

    def __init__(self, law: GainLaw, placement: Placement, tail: Tail, incoming: Samples) -> None:
        self._law = law
        self._place = placement
        self._tail = tail
        self._incoming = incoming

        self._powers: list[Floats] = []
        self._steps: list[Floats] = []

    def blocks(self) -> Iterator[Samples]:
        """The mixed sound from `fade_start` to `fade_end`, in blocks of at most 1 s."""
        place = self._place
        length = place.fade_end - place.fade_start
        likeness = place.alike.followed(place.correlation)
        for first in range(0, length, SAMPLE_RATE):
            count = min(SAMPLE_RATE, length - first)
            position = (np.arange(first, first + count, dtype=np.float32) + np.float32(0.5)) / np.float32(length)
            out_gain, in_gain = fade_gains(self._law, position, frames_to_samples(likeness, first, count))
            own = place.gain_in + (place.gain - place.gain_in) * position
            at = place.fade_start + first
            block = self._tail.raw(at, at + count) * (out_gain * np.float32(self._tail.gain))[:, None]
            block += self._incoming[at - place.start : at - place.start + count] * (in_gain * own)[:, None]
            self._powers.append(frame_products(block, block))
            self._steps.append(step_maxima(block))
            yield block

    def seam(self, index: int, loudness_step_lu: float) -> Seam:
        """The numbers, once the blocks are exhausted."""
        place = self._place
        return Seam(
            index=index,
            start_sample=max(place.start, self._tail.start),
            fade_start_sample=place.fade_start,
            fade_end_sample=place.fade_end,
            correlation=place.correlation,
            lag_samples=place.moved_samples,
            match_gain_db=to_db(place.gain_in),
            level_dip_db=self._level_dip_db(),
            loudness_step_lu=loudness_step_lu,
            click=click(np.concatenate(self._steps)) if self._steps else 0.0,
            shortened=place.shortened,
        )

    def _level_dip_db(self) -> float:
        """How far the mixed level falls under the straight line (dB over the fade) between the two sides' levels."""
        place = self._place
        if len(place.alike.playing) < 2 * DIP_FRAMES:
            return 0.0
        position = (np.arange(len(place.alike.playing)) + 0.5) / len(place.alike.playing)
        own = place.gain_in + (place.gain - place.gain_in) * position
        out_db = _windowed_db(place.alike.playing * self._tail.gain**2)
        in_db = _windowed_db(place.alike.incoming * own**2)
        mixed_db = _windowed_db(np.concatenate(self._powers))
        where = position[: len(out_db)] + (DIP_FRAMES - 1) / 2 / len(position)
        line = (1 - where) * out_db + where * in_db
        return float(np.max(np.where(line > -60, line - mixed_db, 0.0), initial=0.0))


def body(samples: Samples, gain: float, *, opens: bool) -> Iterator[Samples]:
    """A segment alone, in blocks of at most 1 s; where it opens a stream, its first 20 ms rise from nothing."""
    for first in range(0, len(samples), SAMPLE_RATE):
        block = samples[first : first + SAMPLE_RATE] * np.float32(gain)
        if opens and not first:
            rise = min(FADE_IN_SAMPLES, len(block))
            block[:rise] *= np.linspace(0, 1, rise, endpoint=False, dtype=np.float32)[:, None]
        yield block


def lufs_after(found: Verdict, place: Placement) -> float:
    """Loudness of the 3 s after the fade, as they will be heard."""
    first = (place.fade_end - place.start) // HOP
    return short_term_lufs(found.survey.hops[first : first + 30] * place.gain**2)


def _windowed_db(frames: Floats) -> Floats:
    """Mean power over `DIP_FRAMES` frames in dBFS."""
    mean = np.convolve(frames, np.full(DIP_FRAMES, 1 / DIP_FRAMES), mode="valid") / (2 * FRAME)
    return 10 * np.log10(mean + 1e-12)
