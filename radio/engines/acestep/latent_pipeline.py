"""diffusers' ACE-Step pipeline, fed with latents where it wants audio, and remembering the texts it has encoded.

Audio that the engine has made itself is known as latents already: encoding it again would wear the chain out and cost
time. Generator process; one job at a time.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import torch
from diffusers import AceStepPipeline
from torch import Tensor

REMEMBERED_TEXTS = 8
"""Prompts whose embeddings are kept: about 5 MB each in bf16, with 2048 tokens of lyrics."""


class LatentPipeline(AceStepPipeline):  # type: ignore[misc]  # diffusers is Any to us
    """`src_audio` and `reference_audio` of a call are latents `[1, frames, D]` here; all else is as in diffusers."""

    def prepare_src_latents(
        self,
        device: torch.device,
        dtype: torch.dtype,
        batch_size: int = 1,
        src_audio: Tensor | None = None,
        audio_codes: str | list[str] | None = None,
        latent_length: int | None = None,
        task_type: str = "text2music",
    ) -> tuple[Tensor, int]:
        """The source latents and how many frames they are; `src_audio` is taken as it is."""
        if src_audio is not None and audio_codes is None:
            return src_audio.to(device=device, dtype=dtype), src_audio.shape[1]
        made: tuple[Tensor, int] = super().prepare_src_latents(
            device=device,
            dtype=dtype,
            batch_size=batch_size,
            audio_codes=audio_codes,
            latent_length=latent_length,
            task_type=task_type,
        )
        return made

    def prepare_reference_audio_latents(
        self, reference_audio: Tensor, batch_size: int, device: torch.device, dtype: torch.dtype
    ) -> tuple[Tensor, Tensor]:
        """The timbre encoder's input, `reference_audio` as it is, and whose it is."""
        return reference_audio.to(device=device, dtype=dtype), torch.arange(batch_size, device=device)

    def encode_prompt(self, *args: Any, **asked: Any) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """As in diffusers, once for each different text."""
        key = repr((args, sorted(asked.items())))
        texts = self._texts()
        if key in texts:
            texts.move_to_end(key)
        else:
            texts[key] = super().encode_prompt(*args, **asked)
        while len(texts) > REMEMBERED_TEXTS:
            texts.popitem(last=False)
        return texts[key]

    def forget_texts(self) -> None:
        """Give the embeddings' memory back."""
        self._texts().clear()

    def _texts(self) -> OrderedDict[str, tuple[Tensor, Tensor, Tensor, Tensor]]:
        # Not made in __init__: diffusers reads that signature to know what a pipeline consists of.
        found: OrderedDict[str, tuple[Tensor, Tensor, Tensor, Tensor]] = self.__dict__.setdefault(
            "_encoded_texts", OrderedDict()
        )
        return found
