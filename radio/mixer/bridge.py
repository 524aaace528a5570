"""The bridge: recent music going on by itself for as long as needed.

Pure: a `Loop` is a frozen value, and `advance` gives the next one with some sound. It plays the material and leaps,
again and again, from one place to another where the music was alike: alike in spectrum and level over more than a
second, then aligned to the sample and crossfaded. It never leaps twice running to the same place, so it wanders
rather than repeats. It knows nothing of timelines, segments or beats.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from radio.audio.align import align
from radio.audio.crossfade import fade_gains, frames_to_samples, likeness
from radio.contracts import CHANNELS, SAMPLE_RATE, Samples
from radio.errors import AudioError

MOST_SAMPLES = 30 * SAMPLE_RATE
"""More material than this is not looked at."""
LEAST_SAMPLES = SAMPLE_RATE // 2
FADE_SAMPLES = SAMPLE_RATE
"""Every leap fades for a second, less in short material: soft enough where the sides are only roughly alike."""
LEAST_FADE_SAMPLES = SAMPLE_RATE // 50
HOP = SAMPLE_RATE // 20
WINDOW = 4096
BANDS = 32
ALIKE_HOPS = 24
"""Two places are compared over 1.2 s: long enough to hold a beat or two."""
SHORTEST_PLAY_S = 4.0
FINE_SAMPLES = SAMPLE_RATE // 20
LOOKED_AT = 200
CHOICES = 6
"""So many places that look alike are compared to the sample; the leap is drawn from those that are best."""
NEARLY_AS_WELL = 0.1
APART_S = 5.0
"""A leap goes at least this far: nearby is always alike, and would be heard as a stutter."""
REMEMBERED = 4
TOO_NEAR_DB = 1000.0
STALE_DB = 12.0
"""What landing near a recent landing costs, in the decibels that likeness is measured in."""


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
class Material:
    """The sound a bridge is made of. `unlike` is how much any two hops of it differ in dB, `[hops, hops]`."""

    samples: Samples
    unlike: NDArray[np.float32]

    @property
    def play_samples(self) -> int:
        """How long to play on at least between two leaps."""
        return min(int(SHORTEST_PLAY_S * SAMPLE_RATE), len(self.samples) // 4)


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """`at` is the next sample of `material` to play, `leap` the next leap, `landed` where the last ones landed."""

    material: Material
    seed: int
    at: int
    leap: Leap
    landed: tuple[int, ...]
    leaps: int


def begin(material: Samples, seed: int, reserve: int) -> Loop:
    """Start the bridge `reserve` samples before the end of `material` (float32 `[n, 2]`): it fades out of those.

    Where less than 20 ms are left to fade out of, the end is mirrored.

    Raises:
        AudioError: there is less material than `LEAST_SAMPLES`.
    """
    if len(material) < LEAST_SAMPLES:
        raise AudioError("a bridge needs half a second of sound to be made from")
    missing = max(0, LEAST_FADE_SAMPLES - reserve)
    at = len(material) - reserve
    samples = np.concatenate((material, material[len(material) - 1 - missing : -1][::-1]))
    fade = min(reserve + missing, FADE_SAMPLES, len(samples) // 4)
    whole = Material(samples, _unlikeness(samples))
    leap = _choose(whole, np.random.default_rng((seed, 0)), (), (len(samples) - fade, len(samples) - fade), fade)
    return Loop(whole, seed, at, leap, (leap.lands,), 1)


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
    last = len(loop.material.samples) - leap.samples
    leaves = min(at + loop.material.play_samples, last), last
    draw = np.random.default_rng((loop.seed, loop.leaps))
    following = _choose(loop.material, draw, loop.landed, leaves, leap.samples)
    landed = (*loop.landed, following.lands)[-REMEMBERED:]
    return replace(loop, at=at, leap=following, landed=landed, leaps=loop.leaps + 1)


def _choose(
    material: Material, draw: np.random.Generator, landed: tuple[int, ...], leaves: tuple[int, int], fade: int
) -> Leap:
    """A leap that leaves within `leaves` (both inclusive) and lands where the music is alike and goes on for long."""
    length, play = len(material.samples), material.play_samples
    rows = np.unique(np.arange(leaves[0], leaves[1] + 1, HOP) // HOP).clip(max=len(material.unlike) - 1)
    columns = np.arange(max(1, (length - 2 * fade - play) // HOP))
    cost = material.unlike[np.ix_(rows, columns)].copy()
    apart = np.abs(rows[:, None] - columns[None, :]) * HOP
    cost[apart < min(int(APART_S * SAMPLE_RATE), length // 4)] += TOO_NEAR_DB
    for landing in landed:
        cost[:, np.abs(columns * HOP - landing) < play // 2] += STALE_DB
    leaps = [
        _aligned(material.samples, int(np.clip(rows[row] * HOP, *leaves)), int(columns[column]) * HOP, fade)
        for row, column in _best(cost, rows[:, None] - columns[None, :])
    ]
    well = max(leap.likeness for leap in leaps) - NEARLY_AS_WELL
    good = [leap for leap in leaps if leap.likeness >= well]
    return good[int(draw.integers(len(good)))]


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


def _unlikeness(material: Samples) -> NDArray[np.float32]:
    """Root mean square difference in dB of the band levels of any two hops and the `ALIKE_HOPS` around them."""
    bands = _band_levels(material)
    square = (bands**2).sum(axis=1)
    raw = np.maximum(square[:, None] + square[None, :] - 2 * bands @ bands.T, 0) / bands.shape[1]
    total, weight = np.zeros_like(raw), np.zeros_like(raw)
    for step in range(-ALIKE_HOPS // 2, ALIKE_HOPS // 2):
        low, high = max(0, -step), len(raw) - max(0, step)
        if low < high:
            total[low:high, low:high] += raw[low + step : high + step, low + step : high + step]
            weight[low:high, low:high] += 1
    unlike: NDArray[np.float32] = np.sqrt(total / np.maximum(weight, 1)).astype(np.float32)
    return unlike


def _band_levels(material: Samples) -> NDArray[np.float32]:
    """Levels in dB of about 30 bands from 60 Hz to 10 kHz around the start of every hop, `[hops, bands]`."""
    mono = np.pad(material.mean(axis=1), (WINDOW // 2, WINDOW))
    frames = np.lib.stride_tricks.sliding_window_view(mono, WINDOW)[: len(material) : HOP]
    edges = np.geomspace(60, 10_000, BANDS + 1) * WINDOW / SAMPLE_RATE
    starts = np.unique(np.round(edges).astype(int))
    window, levels = np.hanning(WINDOW).astype(np.float32), []
    for first in range(0, len(frames), 64):
        power = np.abs(fft.rfft(frames[first : first + 64] * window, axis=1)) ** 2
        levels.append(10 * np.log10(np.add.reduceat(power, starts, axis=1)[:, :-1] + 1e-6))
    return np.concatenate(levels).astype(np.float32, copy=False)
