"""Where and how a segment meets what is withheld: pure decisions, one frozen answer.

Here stand DESIGN §3's rules for fades, alignment and level. Nothing is mixed here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from radio.audio.align import align, correlation
from radio.audio.crossfade import Likeness, likeness
from radio.audio.loudness import HOP, hops_of, lufs
from radio.contracts import SAMPLE_RATE, Segment
from radio.mixer.settings import MixSettings
from radio.mixer.tail import Junction, Tail
from radio.mixer.verdict import Verdict

ANTI_PHASE = -0.2
"""Sides less correlated than this cancel each other: the fade gets short."""
MOST_MATCH_DB = 12.0
"""A match gain beyond this would follow a fault of one side."""
SAME_DB = 0.1
"""A gain this near to the wanted one is left alone: nobody hears the rest, and like programme stays bit for bit."""
SILENT_LUFS = -60.0
"""Sides quieter than this have no level to match."""
NEARLY_RIGHT_S = 0.5
"""How far the middle of a chain's fade may move in a segment to meet its bar line (fades of 4–6 s)."""


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """One segment's place. Samples are timeline samples.

    `start` is where its first sample lies; both sides sound from `fade_start` to `fade_end`, while its gain (linear)
    goes from `gain_in` to `gain`. `alike` compares the sides in the fade, before any gain.
    """

    start: int
    entry: int
    fade_start: int
    fade_end: int
    gain_in: float
    gain: float
    correlation: float
    moved_samples: int
    shortened: bool
    alike: Likeness


def loudness_gain(verdict: Verdict, settings: MixSettings) -> float:
    """The linear gain that brings the segment to the station's loudness, within its limits."""
    wanted = settings.loudness_lufs - verdict.quality.loudness_lufs
    return from_db(float(np.clip(wanted, -settings.max_gain_db, settings.max_gain_db)))


def continuation(junction: Junction, segment: Segment, verdict: Verdict, settings: MixSettings) -> Placement:
    """A segment whose overlap re-states what ends at the joint."""
    tail, joint = junction.tail, junction.joint
    samples, overlap = segment.audio.samples, segment.plan.overlap_samples
    compared = min(overlap, joint - tail.start)
    playing, incoming = tail.raw(joint - compared, joint), samples[overlap - compared : overlap]
    found = align(playing, incoming)
    start = joint - overlap + found.moved_samples
    fade_end = min(joint, start + overlap)
    shortened = found.correlation < ANTI_PHASE
    longest = min(junction.longest, settings.anti_phase_fade_samples) if shortened else junction.longest
    fade_start = max(fade_end - longest, start, junction.earliest)
    wanted = loudness_gain(verdict, settings)
    matched = _match(tail, (max(tail.start, start), fade_end), start, segment, verdict) or wanted
    return Placement(
        start=start,
        entry=start + overlap,
        fade_start=fade_start,
        fade_end=fade_end,
        gain_in=matched,
        gain=matched if abs(to_db(wanted / matched)) < SAME_DB else wanted,
        correlation=found.correlation,
        moved_samples=found.moved_samples,
        shortened=shortened,
        alike=likeness(tail.raw(fade_start, fade_end), samples[fade_start - start : fade_end - start]),
    )


def chain_start(junction: Junction, segment: Segment, verdict: Verdict, settings: MixSettings) -> Placement:
    """A segment with nothing in common: a short fade whose middle is a bar line of both sides where they have one."""
    middle, half = _middle(junction, segment, verdict, settings)
    start, end = middle - half, middle + half
    sides = junction.tail.raw(start, end), segment.audio.samples[: end - start]
    gain = loudness_gain(verdict, settings)
    return Placement(start, middle, start, end, gain, gain, correlation(*sides), 0, False, likeness(*sides))


def _middle(junction: Junction, segment: Segment, verdict: Verdict, settings: MixSettings) -> tuple[int, int]:
    """The middle of a chain start's fade, and half its length."""
    if junction.entry is not None:
        around = junction.entry - junction.earliest, junction.joint - junction.entry
        return junction.entry, min(*around, verdict.usable_samples // 4)
    room = min(junction.room_samples, verdict.usable_samples // 2)
    half = _bar_near(segment.rendered.bars, min(settings.chain_fade_samples, room) // 2, room)
    last = junction.joint - half
    bars = (bar for bar in junction.tail.bars if junction.earliest + half <= bar <= last)
    return max(bars, default=last), half


def opening(at: int, segment: Segment, verdict: Verdict, settings: MixSettings) -> Placement:
    """A segment with nothing to meet: its first new sample plays at `at`."""
    gain, nothing = loudness_gain(verdict, settings), np.zeros(0)
    alike = Likeness(nothing, nothing, nothing)
    return Placement(at - segment.plan.overlap_samples, at, at, at, gain, gain, 0.0, 0, False, alike)


def to_db(gain: float) -> float:
    return 20 * float(np.log10(max(gain, 1e-6)))


def from_db(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def _bar_near(bars: tuple[int, ...], wanted: int, room: int) -> int:
    """The segment's bar line nearest to `wanted`, if it is near enough and the fade around it fits."""
    near = [bar for bar in bars if abs(bar - wanted) <= NEARLY_RIGHT_S * SAMPLE_RATE and 2 * bar <= room]
    return min(near, key=lambda bar: abs(bar - wanted), default=wanted)


def _match(tail: Tail, span: tuple[int, int], place: int, segment: Segment, verdict: Verdict) -> float | None:
    """Linear gain at which the segment, its first sample at `place`, is as loud as the tail over `span`.

    None where one of them is silent. Both are K-weighted from the same sample on: equal sounds match exactly.
    """
    start, end = span
    hops = (end - start) // HOP
    playing = hops_of(tail.raw(start, end)).sum()
    if start == place:
        incoming = verdict.survey.hops[:hops].sum()
    else:
        incoming = hops_of(segment.audio.samples[start - place : end - place]).sum()
    if not hops or lufs(playing * tail.gain**2 / hops) < SILENT_LUFS or lufs(incoming / hops) < SILENT_LUFS:
        return None
    return from_db(float(np.clip(to_db(tail.gain * float(np.sqrt(playing / incoming))), -MOST_MATCH_DB, MOST_MATCH_DB)))
