"""Makes a plan's segment: thinks, paints, sounds, levels, and remembers what it made.

Where the context is our own sound, its latents are known and nothing is encoded: a chain can go on for ever without
wearing out. Generator process.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from radio.contracts import FRAME_SAMPLES, Audio, Progress, Provenance, Rendered, Samples, SegmentPlan
from radio.engines.acestep.encoding import stereo_of_length
from radio.engines.acestep.frames import frames_over, frames_within
from radio.engines.acestep.levels import matching_gain, opening_gain
from radio.engines.acestep.memory import Known, Made, Memory, Voice
from radio.engines.acestep.model import Model, Painting
from radio.engines.acestep.music import Music, words_of
from radio.engines.acestep.thinking import Conclusion, Thinker
from radio.engines.acestep.timbre import anchor_of_latents
from radio.engines.acestep.titles import title_of
from radio.errors import GenerationError

THOUGHT = 0.3
"""Fraction of the progress that thinking is, where a language model thinks."""
BEGUN = 0.02
PAINTED = 0.85
"""Fraction done when the latents are there and only the decoder is left."""


class Maker:
    """Segments of one model. `reference` is the anchor that chain starts take their voice from, if there is one."""

    def __init__(self, name: str, model: Model, thinker: Thinker, reference: Tensor | None = None) -> None:
        self._name = name
        self._model = model
        self._thinker = thinker
        self._reference = reference

        self._memory = Memory()

    def start(self, plan: SegmentPlan, progress: Progress) -> Rendered:
        """A chain's first segment."""
        found = self._thinker.start(plan, _part(progress, 0.0, THOUGHT))
        painting = self._painting(plan, found.music, None, self._reference)
        latents = self._model.paint(painting, _part(progress, _begun(plan), PAINTED))
        sound = self._model.sound(latents, 0, _part(progress, PAINTED, 1.0))
        gain = opening_gain(sound)
        music = replace(found.music, codes=())
        self._memory.remember_voice(plan.chain.number, Voice(anchor_of_latents(latents), music))
        return self._rendered(plan, found, latents, sound, gain, self._cut(painting))

    def onward(self, plan: SegmentPlan, context: Audio, progress: Progress) -> Rendered:
        """A continuation of `context`."""
        before = stereo_of_length(context.samples, plan.overlap_samples)
        known = self._memory.known(plan, before, frames_within(len(before)), self._model.lead_frames)
        kept = known or self._listen(before)
        voice = self._memory.voice(plan.chain.number)
        found = self._thinker.onward(plan, voice.music if voice else None, _part(progress, 0.0, THOUGHT))
        anchor = voice.anchor if voice else anchor_of_latents(kept.kept)
        self._memory.remember_voice(plan.chain.number, Voice(anchor, found.music))
        painting = self._painting(plan, found.music, kept.kept, anchor)
        latents = self._model.paint(painting, _part(progress, _begun(plan), PAINTED))
        with_lead = torch.cat((kept.lead, latents), dim=1)
        sound = self._model.sound(with_lead, kept.lead.shape[1], _part(progress, PAINTED, 1.0))
        heard = kept.kept.shape[1] * FRAME_SAMPLES
        gain = kept.gain if known else matching_gain(sound[:heard], before[:heard])
        return self._rendered(plan, found, latents, sound, gain, self._cut(painting))

    def forget(self) -> None:
        """Everything made so far: the next continuation encodes its context."""
        self._memory.forget()

    def _listen(self, context: Samples) -> Known:
        lead, own = self._model.listen(context)
        return Known(own, lead, 1.0)

    def _painting(self, plan: SegmentPlan, music: Music, kept: Tensor | None, anchor: Tensor | None) -> Painting:
        _, lyrics = words_of(plan)
        return Painting(music, lyrics, plan.seed, frames_over(plan.duration_samples), kept, anchor)

    def _cut(self, painting: Painting) -> tuple[str, ...]:
        short = self._model.caption(painting)
        if len(short) >= len(painting.music.caption):
            return ()
        return (f"the model reads only the first {len(short)} characters of so long a description",)

    def _rendered(
        self,
        plan: SegmentPlan,
        found: Conclusion,
        latents: Tensor,
        sound: Samples,
        gain: float,
        notes: tuple[str, ...],
    ) -> Rendered:
        samples = sound[: plan.duration_samples] * sound.dtype.type(gain)
        if not np.isfinite(samples).all():
            raise GenerationError("the model's sound holds samples that are not numbers")
        samples.flags.writeable = False
        self._memory.remember(Made(plan.chain.number, plan.position_samples, latents, samples, gain))
        music = found.music
        return Rendered(
            audio=Audio(samples),
            title=title_of(plan.prompt),
            bpm=float(music.bpm) if music.bpm else None,
            key=music.key,
            provenance=Provenance(
                self._name, music.lm, plan.seed, lm_failed=found.failed, notes=(*found.notes, *notes)
            ),
        )


def _begun(plan: SegmentPlan) -> float:
    return THOUGHT if plan.lm else BEGUN


def _part(progress: Progress, low: float, high: float) -> Progress:
    """The progress of one part of the work as progress of the whole."""
    return lambda fraction: progress(low + (high - low) * min(1.0, max(0.0, fraction)))
