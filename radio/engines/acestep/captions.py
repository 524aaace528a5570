"""Makes a caption fit the text encoder's 256 tokens.

The tempo, key and metre stand behind the caption in what the model reads, and diffusers cuts at the end: a long caption
would push them out. So the caption is cut instead. Generator process.
"""

from __future__ import annotations

from typing import Any

MOST_TOKENS = 256
"""The length that ACE-Step's text encoder was trained on."""
TRIES = 8
SPECIAL = "<|"
"""How the tokenizer's control words begin; a prompt that writes one must not end the text early."""


def fitting(pipeline: Any, caption: str, **facts: Any) -> str:
    """`caption`, or as much of its beginning as leaves room for the `facts` that `_format_prompt` writes after it."""
    caption = caption.replace(SPECIAL, "< |")
    for _ in range(TRIES):
        whole, _ = pipeline._format_prompt(prompt=caption, **facts)
        excess = _count(pipeline.tokenizer, whole) - MOST_TOKENS
        if excess <= 0 or not caption:
            break
        words = pipeline.tokenizer(caption, add_special_tokens=False)["input_ids"]
        caption = pipeline.tokenizer.decode(words[: max(0, len(words) - excess)]).rstrip("\ufffd ")
    return caption


def _count(tokenizer: Any, text: str) -> int:
    return len(tokenizer(text)["input_ids"])
