"""The bridge: recent music going on by itself for as long as needed.

Pure: a `Loop` is a frozen value, and `advance` gives the next one with some sound. It plays the material and leaps,
again and again, from one place to another where the music was alike: alike in spectrum and level over more than a
second, then aligned to the sample and crossfaded. It leaps to what was not heard lately, so it wanders rather than
repeats; it keeps away from silence, and rather leaves out what was a bridge itself. It knows nothing of timelines,
segments or beats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from radio.audio.align import align
from radio.audio.crossfade import fade_gains, frames_to_samples, likeness
from radio.contracts import CHANNELS, SAMPLE_RATE, Samples
from radio.errors import AudioError
from radio.mixer.material import HOP, SHORTEST_PLAY_S, Material, looked_at

MOST_SAMPLES = 75 * SAMPLE_RATE
"""More material than this is not looked at: comparing takes time, and the air does not wait."""
LEAST_SAMPLES = SAMPLE_RATE // 2
FADE_SAMPLES = SAMPLE_RATE
"""Every leap fades for a second, less in short material: soft enough where the sides are only roughly alike."""
LEAST_FADE_SAMPLES = SAMPLE_RATE // 50
LONGEST_PLAY_S = 16.0
"""Between two leaps: long enough to be music, short enough that the search for the next leap is quick."""
FINE_SAMPLES = SAMPLE_RATE // 20
LOOKED_AT = 200
CHOICES = 6
"""So many places that look alike are compared to the sample; the leap is drawn from those that are best."""
NEARLY_AS_WELL = 0.1
APART_S = 5.0
"""A leap goes at least this far: nearby is always alike, and would be heard as a stutter."""
JUST_HEARD_S = 16.0
"""A leap back by less is noticed as a repetition."""
REMEMBERED = 10
TOO_NEAR_DB = 1000.0
QUIET_DB = 300.0
STALE_DB = 24.0
"""What it costs to land on what was just heard, in the decibels that likeness is measured in; less for what was heard
longer ago, nothing after `REMEMBERED` leaps."""


@dataclass(frozen=True, slots=True, eq=False)
class Leap:
    """From `leaves` the sound fades over into what is found at `lands`, for `samples`. `likeness` is the correlation
    of the two sides, `correlation` that of their frames, for the gains."""

    leaves: int
    lands: int
    samples: int
    likeness: float
    correlation: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """`at` is the next sample of `material` to play, `leap` the next leap, `heard` the last stretches played."""

    material: Material
    seed: int
    at: int
    leap: Leap
    heard: tuple[tuple[int, int], ...]
    leaps: int


def begin(material: Samples, seed: int, reserve: int, worn: Sequence[tuple[int, int]] = ()) -> Loop:
    """Start the bridge `reserve` samples before the end of `material` (float32 `[n, 2]`): it fades out of those.

    Where less than 20 ms are left to fade out of, the end is mirrored. `worn` are stretches that were a bridge before.

    Raises:
        AudioError: there is less material than `LEAST_SAMPLES`.
    """
    if len(material) < LEAST_SAMPLES:
        raise AudioError("a bridge needs half a second of sound to be made from")
    missing = max(0, LEAST_FADE_SAMPLES - reserve)
    at = len(material) - reserve
    samples = np.concatenate((material, material[len(material) - 1 - missing : -1][::-1]))
    fade = min(reserve + missing, FADE_SAMPLES, len(samples) // 4)
    whole = looked_at(samples, worn)
    last = len(samples) - fade
    leaves = whole.music_until(at, last, fade)
    heard = ((max(0, leaves - whole.play_samples), leaves),)
    leap = _choose(whole, np.random.default_rng((seed, 0)), heard, (leaves, leaves), fade)
    return Loop(whole, seed, at, leap, heard, 1)


def advance(loop: Loop, frames: int) -> tuple[Loop, Samples]:
    """The next `frames` samples, and the loop after them."""
    out = np.empty((frames, CHANNELS), np.float32)
    done = 0
    while done < frames:
        leap = loop.leap
        if loop.at < leap.leaves:
            count = min(frames - done, leap.leaves - loop.at)
            out[done : done + count] = loop.material.samples[loop.at : loop.at + count]
        else:
            count = min(frames - done, leap.leaves + leap.samples - loop.at)
            out[done : done + count] = _faded(loop.material.samples, leap, loop.at - leap.leaves, count)
        done += count
        loop = _moved(loop, loop.at + count)
    return loop, out


def _faded(material: Samples, leap: Leap, first: int, count: int) -> Samples:
    position = (np.arange(first, first + count, dtype=np.float32) + np.float32(0.5)) / np.float32(leap.samples)
    out_gain, in_gain = fade_gains("matched", position, frames_to_samples(leap.correlation, first, count))
    leaving, landing = (material[at + first : at + first + count] for at in (leap.leaves, leap.lands))
    return leaving * out_gain[:, None] + landing * in_gain[:, None]


def _moved(loop: Loop, at: int) -> Loop:
    """At the end of a leap go on behind its landing, and choose the next one."""
    leap = loop.leap
    if at < leap.leaves + leap.samples:
        return replace(loop, at=at)
    at = leap.lands + leap.samples
    material = loop.material
    last = material.music_until(at, len(material.samples) - leap.samples, leap.samples)
    first = min(at + material.play_samples, last)
    draw = np.random.default_rng((loop.seed, loop.leaps))
    longest = first, min(last, first + int((LONGEST_PLAY_S - SHORTEST_PLAY_S) * SAMPLE_RATE))
    following = _choose(material, draw, (*loop.heard, (leap.lands, first)), longest, leap.samples)
    heard = (*loop.heard, (leap.lands, following.leaves))[1 - REMEMBERED :]
    return replace(loop, at=at, leap=following, heard=heard, leaps=loop.leaps + 1)


def _choose(
    material: Material,
    draw: np.random.Generator,
    heard: tuple[tuple[int, int], ...],
    leaves: tuple[int, int],
    fade: int,
) -> Leap:
    """A leap that leaves within `leaves` (both inclusive) and lands where the music is alike and goes on for long."""
    length, play = len(material.samples), material.play_samples
    rows = np.unique(np.arange(leaves[0], leaves[1] + 1, HOP) // HOP).clip(max=len(material.unlike) - 1)
    columns = np.arange(max(1, (length - 2 * fade - play) // HOP))
    cost = material.unlike[np.ix_(rows, columns)] + _dear(material, heard, columns, fade)
    back = (rows[:, None] - columns[None, :]) * HOP
    cost[np.abs(back) < min(int(APART_S * SAMPLE_RATE), length // 4)] += TOO_NEAR_DB
    cost[(back > 0) & (back < int(JUST_HEARD_S * SAMPLE_RATE))] += STALE_DB
    leaps = [
        _aligned(material.samples, int(np.clip(rows[row] * HOP, *leaves)), int(columns[column]) * HOP, fade)
        for row, column in _best(cost, back // HOP)
    ]
    well = max(leap.likeness for leap in leaps) - NEARLY_AS_WELL
    good = [leap for leap in leaps if leap.likeness >= well]
    return good[int(draw.integers(len(good)))]


def _dear(
    material: Material, heard: tuple[tuple[int, int], ...], columns: NDArray[np.intp], fade: int
) -> NDArray[np.float32]:
    """What landing on each of `columns` costs, however alike it is: for what is played from there on."""
    dear = material.dear.copy()
    for age, (first, last) in enumerate(reversed(heard)):
        stale = STALE_DB * (1 - age / REMEMBERED) ** 2
        dear[first // HOP : last // HOP] = np.maximum(dear[first // HOP : last // HOP], stale)
    span = max(1, (fade + material.play_samples) // HOP)
    sums = np.concatenate(([0.0], np.cumsum(np.pad(dear, (0, span)), dtype=np.float64)))
    quiet = np.concatenate(([0], np.cumsum(np.pad(material.quiet, (0, span)))))
    mean = (sums[columns + span] - sums[columns]) / span
    return (mean + QUIET_DB * ((quiet[columns + span] - quiet[columns]) / span)).astype(np.float32)


def _best(cost: NDArray[np.float32], distance: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Up to `CHOICES` cheap cells, cheapest first, no two of them leaps by the same distance to half a second."""
    count = min(LOOKED_AT, cost.size)
    cheap = np.argpartition(cost, count - 1, axis=None)[:count]
    chosen: dict[int, tuple[int, int]] = {}
    for cell in cheap[np.argsort(cost.ravel()[cheap], kind="stable")]:
        row, column = divmod(int(cell), cost.shape[1])
        chosen.setdefault(round(int(distance[row, column]) * HOP / (SAMPLE_RATE / 2)), (row, column))
    return list(chosen.values())[:CHOICES]


def _aligned(material: Samples, leaving: int, landing: int, fade: int) -> Leap:
    """The leap with its landing moved, by at most 50 ms, to where the two sounds lie on each other."""
    sides = material[leaving : leaving + fade], material[landing : landing + fade]
    landing = max(0, landing - align(*sides, max_lag=min(FINE_SAMPLES, landing, fade // 5)).moved_samples)
    alike = likeness(sides[0], material[landing : landing + fade])
    return Leap(leaving, landing, fade, alike.correlation, alike.followed(alike.correlation))
