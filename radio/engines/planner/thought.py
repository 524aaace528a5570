"""What the planner hands to an engine: one segment, thought through.

A frozen value. Knows neither the language model's text nor the server that wrote it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thought:
    """A plan in the model's own words.

    `lm` is the full name of the language model that thought; `caption` the description to generate from (the plan's
    own prompt where the model's was not usable); `key` is like `F# minor`; `time_signature` one of `2`, `3`, `4`, `6`
    (quarters, six for 6/8); `language` an ISO code or `unknown`. `codes` are 5 Hz audio codes of 0.2 s each, 0…63999,
    exactly `codes.needed` of them, empty where none were asked for. `seconds` is how long thinking took; `notes` are
    sentences about what the model wrote that could not be used.
    """

    lm: str
    caption: str
    bpm: int | None
    key: str | None
    time_signature: str | None
    language: str | None
    codes: tuple[int, ...]
    seconds: float
    notes: tuple[str, ...] = ()
