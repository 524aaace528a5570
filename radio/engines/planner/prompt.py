"""The text that the 5 Hz language model continues: a chat as it saw it in training.

Pure. The layout is that of the official code (`llm_inference.py`: `build_formatted_prompt`,
`build_formatted_prompt_with_cot`, `_format_metadata_as_cot`) after its chat template, which is Qwen3's: that template
closes a last assistant message that holds only a thought with `</think>`, an empty line and `<|im_end|>`, and the audio
codes come after it. ComfyUI's and acestep.cpp's own texts end the same way.
"""

from __future__ import annotations

import math

import yaml

from radio.contracts import INSTRUMENTAL, SAMPLE_RATE, SegmentPlan
from radio.engines.planner.metadata import Metadata, harmless

START, END = "<|im_start|>", "<|im_end|>"
THINK, THINK_END = "<think>", "</think>"
INSTRUCTION = "# Instruction\nGenerate audio semantic tokens based on the given conditions:\n\n"


def opening(bpm: int | None) -> str:
    """How the thought begins, written for the model as the official constrained decoder forces it, up to its first
    free choice: the tempo, or the caption where the tempo is known. It ends at a colon, as the tokens do."""
    return f"{THINK}\nbpm:" if bpm is None else f"{THINK}\nbpm: {bpm}\ncaption:"


def for_thought(plan: SegmentPlan, bpm: int | None) -> str:
    """Phase 1: the model writes YAML from `opening` to `</think>`."""
    return f"{_question(plan)}{opening(bpm)}"


def for_codes(plan: SegmentPlan, known: Metadata) -> str:
    """Phase 2: the thought is finished, and audio codes follow."""
    return f"{_question(plan)}{THINK}\n{thought_text(known, plan.duration_samples)}\n{THINK_END}\n\n{END}\n"


def thought_text(known: Metadata, duration_samples: int) -> str:
    """The YAML between the tags: known facts in alphabetical order, wrapped at 80 columns, as in training."""
    facts: dict[str, str | int | None] = {
        "bpm": known.bpm,
        "caption": known.caption,
        "duration": seconds_of(duration_samples),
        "keyscale": known.key,
        "language": known.language,
        "timesignature": int(known.time_signature) if known.time_signature else None,
    }
    present = {name: value for name, value in facts.items() if value is not None}
    return str(yaml.safe_dump(present, allow_unicode=True, sort_keys=True)).strip()


def seconds_of(duration_samples: int) -> int:
    """A length as the model knows lengths: whole seconds, rounded up."""
    return math.ceil(duration_samples / SAMPLE_RATE)


def _question(plan: SegmentPlan) -> str:
    """The chat up to the model's turn."""
    lyrics = harmless(plan.lyrics).strip() or INSTRUMENTAL
    user = f"# Caption\n{harmless(plan.prompt).strip()}\n\n# Lyric\n{lyrics}\n"
    return f"{START}system\n{INSTRUCTION}{END}\n{START}user\n{user}{END}\n{START}assistant\n"
