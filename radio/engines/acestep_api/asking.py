"""What is asked of an ACE-Step API server, by the official names of its parameters.

Pure: a plan in, form fields and uploads out. It knows no HTTP and no version; what a version does not know it ignores.
"""

from __future__ import annotations

from dataclasses import dataclass

from radio.contracts import INSTRUMENTAL, SAMPLE_RATE, Samples, SegmentPlan, Task
from radio.engines.acestep_api import sound

SEEDS = 2**32
"""The server's own seeds are below it."""
TURBO_STEPS, FULL_STEPS = 8, 50
"""Turbo is distilled to 8 steps; sft and base are published for 50."""
GUIDANCE = 7.0

Fields = dict[str, str]


@dataclass(frozen=True, slots=True)
class Thinking:
    """Whether the language model plans the music, and whether it may rewrite prompt and language ("chain of thought").

    Versions differ in what works without a language model: some then fail whatever has `thinking`, and others whatever
    forbids the rest, for they load a model for it. So there is a second way to ask in both cases; `note` tells that it
    was taken.
    """

    plans: bool
    rewrites: bool
    note: str = ""


WITH_LM = (
    Thinking(plans=True, rewrites=True),
    Thinking(plans=False, rewrites=False, note="the language model failed on the server; it was made without"),
)
WITHOUT_LM = (
    Thinking(plans=False, rewrites=False),
    Thinking(plans=False, rewrites=True, note="this server makes nothing without its language model"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """One job: `length_samples` of music, the first `len(context)` of them re-stating `context`.

    `reference` is a sound file whose timbre is to be taken.
    """

    plan: SegmentPlan
    length_samples: int
    seed: int
    context: Samples | None = None
    reference: bytes = b""
    thinking: Thinking = WITHOUT_LM[0]

    @property
    def task(self) -> Task:
        return "text2music" if self.context is None else "repaint"

    def uploads(self, audio_format: str) -> dict[str, bytes]:
        """The source, and the reference if there is one: always uploaded, never a path (see docs/acestep-api.md)."""
        files = {"reference_audio": self.reference} if self.reference else {}
        if self.context is not None:
            files["src_audio"] = sound.encoded(sound.source(self.context, self.length_samples), audio_format)
        return files

    def fields(self, model: str, lm_backend: str, audio_format: str) -> Fields:
        """Every other parameter. `model` is a full name such as acestep-v15-turbo; sound travels as `audio_format`."""
        turbo = "turbo" in model
        fields = {
            "task_type": self.task,
            "prompt": self.plan.prompt,
            "lyrics": self.plan.lyrics or INSTRUMENTAL,
            "vocal_language": "unknown",
            "model": model,
            "audio_duration": _seconds(self.length_samples),
            "batch_size": "1",
            "audio_format": audio_format,
            "seed": str(self.seed % SEEDS),
            "use_random_seed": "false",
            "inference_steps": str(TURBO_STEPS if turbo else FULL_STEPS),
            "guidance_scale": str(GUIDANCE),
            "lm_backend": lm_backend,
        }
        return fields | self._thinking() | self._music() | self._repaint()

    def _thinking(self) -> Fields:
        rewrites = _flag(on=self.thinking.rewrites)
        fields = {
            "thinking": _flag(on=self.thinking.plans),
            "use_cot_caption": rewrites,
            "use_cot_language": rewrites,
        }
        return fields | ({"lm_model_path": self.plan.lm} if self.plan.lm else {})

    def _music(self) -> Fields:
        fields = {"bpm": str(round(self.plan.bpm))} if self.plan.bpm else {}
        return fields | ({"key_scale": self.plan.key} if self.plan.key else {})

    def _repaint(self) -> Fields:
        """Everything after the context is new. Newer versions hold the kept part hardest when told `conservative`."""
        if self.context is None:
            return {}
        return {
            "repainting_start": _seconds(len(self.context)),
            "repainting_end": "-1",
            "repaint_mode": "conservative",
        }


def _seconds(samples: int) -> str:
    return f"{samples / SAMPLE_RATE:.6f}".rstrip("0").rstrip(".")


def _flag(*, on: bool) -> str:
    return "true" if on else "false"
