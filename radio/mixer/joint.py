"""The joint: where the next continuation enters, and how long it may fade (pure decisions on the mixer's state).

A joint that a cut has set is a promise. It is kept as long as a moment is left to fade in; when it is missed, it moves
along the old music by whole beats, so that the segment, which re-states what led to the old joint, still lies beat on
beat. Where no music is left to move along, the segment is late like any other.
"""

from __future__ import annotations

from itertools import pairwise

from radio.contracts import SAMPLE_RATE
from radio.mixer.settings import MixSettings
from radio.mixer.state import MixerState, Span

SHORTEST_FADE_SAMPLES = SAMPLE_RATE
"""Less withheld sound than this is not enough to fade out of: the bridge makes it longer."""
SHORTEST_PROMISED_SAMPLES = SAMPLE_RATE // 20
"""A promise is kept with a fade as short as this: both sides play the same music there, or nearly so."""
SHORTEST_MOVED_SAMPLES = SAMPLE_RATE // 2
"""After a missed joint the sides differ, and a shorter fade would be a jump."""
BEAT_SAMPLES = SAMPLE_RATE // 2
"""Where nobody knows the beat: two in a second, as in most music."""
BEAT_S = (0.2, 2.0)
"""What a beat may last. A tempo outside is an error, or nothing to move by."""
BEATS_A_BAR = 4


def joint_of(state: MixerState, settings: MixSettings) -> int:
    """Where a continuation that is pushed now enters, before its alignment (at most ±20 ms)."""
    if state.joint - state.mixed_end >= _least(state, settings):
        return state.joint
    if state.cut and state.tail is not None:
        beat = beat_at(state.span_at(state.joint), state.joint)
        missing = state.mixed_end + SHORTEST_MOVED_SAMPLES - state.joint
        moved = state.joint + -(-missing // beat) * beat
        if moved <= state.tail_end:
            return moved
    return state.mixed_end + settings.late_fade_samples


def longest_fade(state: MixerState, joint: int, settings: MixSettings) -> int:
    """How long a continuation may fade in: briefly where a cut brings other music, unless a bridge is in between."""
    short = state.cut and state.tail is not None and joint <= state.tail_end
    return min(settings.cut_fade_samples, settings.crossfade_samples) if short else settings.crossfade_samples


def beat_at(span: Span | None, sample: int) -> int:
    """Samples from one beat to the next around `sample`, from the bar lines there, else the tempo, else a guess."""
    tempo = span.beat_samples if span else None
    bar = _bar_at(span.bars if span else (), sample)
    if bar is not None:
        beat = bar / max(1, round(bar / tempo)) if tempo else bar / BEATS_A_BAR
    else:
        beat = tempo or BEAT_SAMPLES
    usual = BEAT_S[0] * SAMPLE_RATE <= beat <= BEAT_S[1] * SAMPLE_RATE
    return round(beat) if usual else BEAT_SAMPLES


def _least(state: MixerState, settings: MixSettings) -> int:
    """How much must be left before the joint for it to be met."""
    if not state.cut:
        return min(SHORTEST_FADE_SAMPLES, settings.overlap_samples)
    known = state.tail is not None and state.joint <= state.tail_end
    return SHORTEST_PROMISED_SAMPLES if known else SHORTEST_MOVED_SAMPLES


def _bar_at(bars: tuple[int, ...], sample: int) -> int | None:
    """The length of the bar that `sample` lies in, or of the nearest one; None with fewer than two bar lines."""
    pairs = list(pairwise(bars))
    if not pairs:
        return None
    first, second = min(pairs, key=lambda pair: abs((pair[0] + pair[1]) // 2 - sample))
    return second - first
