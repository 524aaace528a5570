"""The shape that a thought must have, as a regular expression for servers that can hold a model to one.

Pure. vLLM takes it as `structured_outputs`, and it replaces the official code's constrained decoder: the same fields in
the same order with the same ranges, and what is known already stands in it as it is, so that the model writes the rest
to fit. The caption is bounded in lines, because a grammar with counts in the thousands is refused.
"""

from __future__ import annotations

from radio.engines.planner.metadata import LANGUAGES, Metadata

BPM = "(3[0-9]|[4-9][0-9]|[12][0-9][0-9]|300)"
CAPTION = r"[^\n<]{1,100}(\n  [^\n<]{1,100}){0,11}"
"""At most twelve lines of YAML, 1,200 characters. No `<`: the model's audio codes and tags begin with it."""
KEY = "[A-G][#b♯♭]? (major|minor)"
TIME_SIGNATURE = "[2346]"


def thought_pattern(known: Metadata, duration_s: int) -> str:
    """What follows `prompt.opening(known.bpm)` in a well-formed thought; it ends before `</think>`."""
    fields = [] if known.bpm else [f"{BPM}\ncaption:"]
    fields += [
        f"{CAPTION}\nduration:",
        f"{duration_s}\nkeyscale:",
        f"{known.key or KEY}\nlanguage:",
        f"({'|'.join(sorted(LANGUAGES))})\ntimesignature:",
        f"{known.time_signature or TIME_SIGNATURE}\n",
    ]
    return f" {' '.join(fields)}".replace("\n", r"\n")
