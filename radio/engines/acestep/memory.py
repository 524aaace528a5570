"""What the engine remembers of its chains, so that a continuation need not encode what it made itself.

Bounded: a few segments (a re-roll goes back one, a cut perhaps two) and two chains (a re-anchor's start may be thrown
away again). Lives and dies with the generator process; knows no model.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from radio.contracts import FRAME_SAMPLES, Samples, SegmentPlan
from radio.engines.acestep.music import Music

SEGMENTS = 4
"""23 MB of sound and 0.4 MB of latents each, at 60 s."""
CHAINS = 2
SAME_SOUND = 1e-4
"""Largest difference between a context and our own sound: what 16-bit samples would change, and far below any edit."""


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A segment as we made it: `latents` `[1, frames, D]`, and `samples` `[n, 2]`, their sound times `gain`."""

    chain: int
    position_samples: int
    latents: Tensor
    samples: Samples
    gain: float


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """What stays with a chain: the anchor `[1, 750, D]` of its first segment, and what its music was thought to be."""

    anchor: Tensor
    music: Music


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Latents of a context: `kept` `[1, k, D]`, up to `lead` frames before them, and the gain of their sound."""

    kept: Tensor
    lead: Tensor
    gain: float


class Memory:
    """The newest segments and chains."""

    def __init__(self) -> None:
        self._segments: deque[Made] = deque(maxlen=SEGMENTS)
        self._voices: dict[int, Voice] = {}

    def voice(self, chain: int) -> Voice | None:
        return self._voices.get(chain)

    def remember_voice(self, chain: int, voice: Voice) -> None:
        self._voices.pop(chain, None)
        self._voices[chain] = voice
        while len(self._voices) > CHAINS:
            del self._voices[next(iter(self._voices))]

    def remember(self, made: Made) -> None:
        self._segments.append(made)

    def known(self, plan: SegmentPlan, context: Samples, kept_frames: int, lead_frames: int) -> Known | None:
        """The latents of `context` `[overlap, 2]`, where it is our own sound on our own frames; else None."""
        for made in reversed(self._segments):
            offset = plan.position_samples - made.position_samples
            if made.chain != plan.chain.number or offset % FRAME_SAMPLES or not _is_in(made.samples, context, offset):
                continue
            start = offset // FRAME_SAMPLES
            return Known(
                made.latents[:, start : start + kept_frames],
                made.latents[:, max(0, start - lead_frames) : start],
                made.gain,
            )
        return None

    def forget(self) -> None:
        """Everything."""
        self._segments.clear()
        self._voices.clear()


def _is_in(whole: Samples, part: Samples, offset: int) -> bool:
    """Whether `part` stands in `whole` at `offset`."""
    if offset < 0 or offset + len(part) > len(whole):
        return False
    there = whole[offset : offset + len(part)]
    return bool(np.max(np.abs(there - part), initial=0.0) <= SAME_SOUND)
