"""The loaded model and what it can do: paint latents, sound them, listen to sound.

Knows no plan, no chain, no contract: that is `making`. Generator process, one call at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from radio.contracts import Samples
from radio.engines.acestep import continuation
from radio.engines.acestep.captions import fitting
from radio.engines.acestep.decoding import decode, reach_frames
from radio.engines.acestep.encoding import encode_within
from radio.engines.acestep.frames import FRAMES_PER_CODE, boundary_s, duration_s
from radio.engines.acestep.latent_pipeline import LatentPipeline
from radio.engines.acestep.music import Music
from radio.engines.acestep.sampling import Sampling
from radio.engines.acestep.timbre import anchor_of_recording

WINDOW_FRAMES = 512
"""Frames decoded at a time, 20 s: a third of the usual segment's memory. The VAE's own tiling begins above."""


@dataclass(frozen=True, slots=True, eq=False)
class Painting:
    """`frames` of music. `kept` `[1, k, D]` are its first frames, kept exactly; `anchor` `[1, 750, D]` its voice."""

    music: Music
    lyrics: str
    seed: int
    frames: int
    kept: Tensor | None = None
    anchor: Tensor | None = None


class Model:
    """A pipeline and how it wants to be sampled."""

    def __init__(self, pipeline: LatentPipeline, sampling: Sampling) -> None:
        self.pipeline = pipeline
        self.sampling = sampling

    @property
    def takes_codes(self) -> bool:
        """Whether the parts that understand the language model's audio codes are there."""
        return self.pipeline.audio_tokenizer is not None and self.pipeline.audio_token_detokenizer is not None

    @property
    def device(self) -> torch.device:
        return torch.device(self.pipeline.device)

    @property
    def lead_frames(self) -> int:
        """Latent frames to each side that a frame's sound depends on."""
        return reach_frames(tuple(self.pipeline.vae.config.downsampling_ratios))

    def caption(self, painting: Painting) -> str:
        """The caption as the text encoder can take it."""
        return fitting(
            self.pipeline,
            painting.music.caption,
            audio_duration=duration_s(painting.frames),
            instruction=self.pipeline._get_task_instruction("text2music" if painting.kept is None else "repaint"),
            bpm=painting.music.bpm,
            keyscale=painting.music.key,
            timesignature=painting.music.time_signature,
        )

    @torch.no_grad()
    def paint(self, painting: Painting, done: Callable[[float], None]) -> Tensor:
        """Latents `[1, frames, D]` of the music, in the DiT's dtype on its device. Equal paintings give equal bits.

        `done` hears the fraction after every step and may raise; the model stays usable.
        """
        pipeline, music = self.pipeline, painting.music
        dtype = pipeline.transformer.dtype
        codes = self._codes(painting)
        frames = len(codes) * FRAMES_PER_CODE if codes else painting.frames
        channels = int(pipeline.transformer.config.audio_acoustic_hidden_dim)
        noise = continuation.seeded_noise(painting.seed, frames, channels).to(self.device, dtype)
        kept = None if painting.kept is None else painting.kept.to(self.device, dtype)
        source = None if kept is None else continuation.source_with_room(kept, frames)
        latents: Tensor = pipeline(
            prompt=self.caption(painting),
            lyrics=painting.lyrics,
            audio_duration=duration_s(frames),
            vocal_language=music.language,
            num_inference_steps=self.sampling.steps,
            guidance_scale=self.sampling.guidance,
            shift=self.sampling.shift,
            latents=noise,
            output_type="latent",
            callback_on_step_end=continuation.keeping(kept, noise, self.sampling.steps, done),
            bpm=music.bpm,
            keyscale=music.key,
            timesignature=music.time_signature,
            task_type="text2music" if kept is None else "repaint",
            src_audio=source,
            reference_audio=painting.anchor,
            audio_codes="".join(f"<|audio_code_{code}|>" for code in codes) or None,
            repainting_start=None if kept is None else boundary_s(kept.shape[1]),
            repainting_end=-1.0,
        ).audios
        return latents[:, : painting.frames]

    def sound(self, latents: Tensor, lead: int, done: Callable[[float], None]) -> Samples:
        """The sound of `latents` `[1, frames, D]` behind its first `lead` frames, float32 `[samples, 2]`."""
        return decode(self.pipeline.vae, latents, lead, WINDOW_FRAMES, done)

    def listen(self, samples: Samples) -> tuple[Tensor, Tensor]:
        """Latents that lead to float32 `[samples, 2]`, and its own."""
        before, own = encode_within(self.pipeline.vae, samples, self.lead_frames)
        dtype = self.pipeline.transformer.dtype
        return before.to(dtype), own.to(dtype)

    def anchor(self, recording: Samples) -> Tensor:
        """The timbre anchor of a recording, float32 `[samples, 2]`."""
        return anchor_of_recording(self.pipeline.vae, recording)

    def _codes(self, painting: Painting) -> tuple[int, ...]:
        """As many codes as cover the painting; none where there are too few of them, or nothing that reads them."""
        needed = -(-painting.frames // FRAMES_PER_CODE)
        codes = painting.music.codes[:needed]
        return codes if self.takes_codes and painting.kept is None and len(codes) == needed else ()
