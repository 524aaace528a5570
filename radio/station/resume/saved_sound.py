"""The sound that a new server goes on with: the timeline from a little behind the air, what is withheld, and the
mixer's state beside them, as one file of bytes.

A line of JSON, then FLAC of 16 bits, normalised to its own peak. Pure but for reading the timeline, which may be done
from any thread; it knows no folder and no stage.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import soundfile

from radio.audio.limiter import HOP, LimiterState
from radio.contracts import CHANNELS, SAMPLE_RATE, Samples
from radio.errors import AudioError
from radio.mixer.bridge import MOST_SAMPLES as MOST_BRIDGE_SAMPLES
from radio.mixer.bridge import begin
from radio.mixer.state import Mixed, MixerState, Span
from radio.mixer.tail import Tail
from radio.mixer.timeline import Timeline
from radio.plain import plain, restored

BEHIND_SAMPLES = 20 * SAMPLE_RATE
"""Kept behind what was published: a bridge and a context are made of it."""
QUIET = 1e-6
"""Sound below this (−120 dBFS) is not raised to full scale."""


@dataclass(frozen=True, slots=True)
class Outline:
    """All of a `MixerState` that is not sound. `first_sample` is where the saved timeline begins; `scale` is what the
    file's samples are multiplied with; `tail_samples` 0 means that there is no tail."""

    first_sample: int
    final_end: int
    mixed_end: int
    joint: int
    scale: float
    tail_start: int = 0
    tail_samples: int = 0
    tail_gain: float = 1.0
    tail_bars: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()
    own_context: bool = False
    bridging: bool = False
    cut: bool = False
    last: Mixed | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SavedSound:
    """What `unpacked` gives back: `timeline` begins at `first_sample` and ends at the state's `final_end`."""

    first_sample: int
    timeline: Samples
    state: MixerState

    def covers(self, sample: int, chunk_samples: int) -> bool:
        """An encoder that takes over at `sample` finds the chunk before it, and there is sound after it."""
        return self.first_sample <= sample - chunk_samples and sample <= self.state.tail_end


def packed(state: MixerState, timeline: Timeline, published_to: int, chunk_samples: int) -> bytes | None:
    """The bytes, or None: there is nothing to go on with, or it was cut just now.

    Raises:
        IndexError: the timeline has been forgotten so far while it was read.
    """
    first = max(timeline.start, published_to - chunk_samples - BEHIND_SAMPLES)
    if state.last is None or first > state.final_end:
        return None
    parts = [timeline.read(at, min(SAMPLE_RATE, state.final_end - at))
             for at in range(first, state.final_end, SAMPLE_RATE)]  # fmt: skip
    if sum(map(len, parts)) != state.final_end - first:
        return None
    tail = state.tail
    parts += [state.limiter.pending, *(_pieces(tail.samples) if tail else ())]
    peak = max((float(np.abs(part).max(initial=0.0)) for part in parts), default=0.0)
    scale = max(peak, QUIET)
    outline = Outline(
        first, state.final_end, state.mixed_end, state.joint, scale,
        tail.start if tail else 0, len(tail.samples) if tail else 0, tail.gain if tail else 1.0,
        tail.bars if tail else (), state.spans, state.own_context, state.loop is not None, state.cut, state.last,
    )  # fmt: skip
    return json.dumps(plain(outline)).encode() + b"\n" + _flac(parts, scale)


def unpacked(data: bytes, ceiling_dbtp: float) -> SavedSound:
    """The sound and the mixer's state.

    Raises:
        ValueError: it is not what was packed.
    """
    header, _, flac = data.partition(b"\n")
    outline = restored(Outline, json.loads(header), "the outline")
    try:
        samples, rate = soundfile.read(io.BytesIO(flac), dtype="float32", always_2d=True)
    except soundfile.SoundFileError as error:
        raise ValueError(f"its sound cannot be read: {error}") from None
    pending = outline.mixed_end - outline.final_end
    expected = outline.mixed_end - outline.first_sample + outline.tail_samples
    if samples.shape != (expected, CHANNELS) or rate != SAMPLE_RATE or not _fits(outline):
        raise ValueError("its sound has another length than it says")
    samples *= np.float32(outline.scale)
    split = outline.final_end - outline.first_sample
    timeline, held, tail = samples[:split], samples[split : split + pending], samples[split + pending :]
    return SavedSound(outline.first_sample, timeline, _state(outline, timeline, held, tail, ceiling_dbtp))


def _state(outline: Outline, timeline: Samples, held: Samples, tail: Samples, ceiling_dbtp: float) -> MixerState:
    limiter = LimiterState.fresh(ceiling_dbtp)
    if len(timeline) >= HOP:
        limiter = replace(limiter, tape=np.concatenate((timeline[-HOP:], held)))
    state = MixerState(
        outline.mixed_end, outline.joint, limiter, spans=outline.spans, own_context=outline.own_context,
        last=outline.last, cut=outline.cut,
    )  # fmt: skip
    if outline.tail_samples:
        return replace(state, tail=Tail(outline.tail_start, tail.copy(), outline.tail_gain, outline.tail_bars))
    if not outline.bridging:
        return state
    heard = np.concatenate((timeline[-MOST_BRIDGE_SAMPLES:], held))
    try:
        return replace(state, loop=begin(heard, outline.mixed_end, 0))
    except AudioError as error:
        raise ValueError(str(error)) from None


def _fits(outline: Outline) -> bool:
    """The places make sense together."""
    tail_ok = not outline.tail_samples or (
        outline.tail_start <= outline.mixed_end <= outline.tail_start + outline.tail_samples
    )
    ordered = 0 <= outline.first_sample <= outline.final_end <= outline.mixed_end
    return ordered and tail_ok and outline.last is not None and 0 < outline.scale < 1000 and outline.tail_gain > 0


def _flac(parts: list[Samples], scale: float) -> bytes:
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", SAMPLE_RATE, CHANNELS, "PCM_16", format="FLAC") as flac:
        for part in parts:
            flac.write(part / np.float32(scale * 32768 / 32767))
    return file.getvalue()


def _pieces(samples: Samples) -> Iterator[Samples]:
    return (samples[at : at + SAMPLE_RATE] for at in range(0, len(samples), SAMPLE_RATE))
