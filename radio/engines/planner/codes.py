"""Audio codes: the model's sketch of the sound, five whole numbers a second.

Pure. They come as text, `<|audio_code_N|>`, or as token ids, where a server tells them; what an engine gets is checked:
the right number of them, in range, and not a model that has stuck on one sound.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from radio.contracts import SAMPLE_RATE
from radio.errors import PlannerError

CODES_PER_S = 5
CODE_SAMPLES = SAMPLE_RATE // CODES_PER_S
CODE_COUNT = 64_000
"""Codes of the quantiser: levels 8·8·8·5·5·5. The vocabulary has more such tokens; they mean nothing."""
FIRST_TOKEN_ID = 151_669
"""Token id of `<|audio_code_0|>` in the 5 Hz models; the rest follow in order."""
TOKEN_IDS = range(FIRST_TOKEN_ID, FIRST_TOKEN_ID + CODE_COUNT)
SHORTAGE = CODES_PER_S
"""So few missing codes (1 s, at the end) are made good by holding the last one."""
STUCK_CODES = 5 * CODES_PER_S
"""A pattern of up to `STUCK_PERIOD` codes that repeats for this long (5 s) is no music but a model that has stuck."""
STUCK_PERIOD = 4
_CODE = re.compile(r"<\|audio_code_([0-9]{1,6})\|>")


@dataclass(frozen=True, slots=True)
class Codes:
    """Exactly as many codes as were needed, and what had to be done for it."""

    values: tuple[int, ...]
    notes: tuple[str, ...] = ()


def needed(duration_samples: int) -> int:
    """How many codes cover that many samples (0.2 s each, rounded up)."""
    return -(-duration_samples // CODE_SAMPLES)


def read(text: str, token_ids: Sequence[int], count: int) -> Codes:
    """The codes in an answer: from its text, or from its token ids where the text holds none.

    Raises:
        PlannerError: over a second of them is missing, or the model has stuck.
    """
    written = [int(number) for number in _CODE.findall(text)]
    written = written or [token - FIRST_TOKEN_ID for token in token_ids if token >= FIRST_TOKEN_ID]
    values = [value for value in written if value < CODE_COUNT][:count]
    missing = count - len(values)
    if missing > SHORTAGE or not values:
        raise PlannerError(f"the planner wrote {len(values)} audio codes where {count} were needed")
    if period := stuck_period(values):
        raise PlannerError(f"the planner has stuck: it repeated the same {period * 0.2:.1f} s for seconds")
    held = f"the planner left out {missing} of {count} audio codes; the last one is held instead"
    return Codes((*values, *[values[-1]] * missing), (held,) if missing else ())


def stuck_period(values: Sequence[int]) -> int:
    """The length of a short pattern, in codes, that repeats for `STUCK_CODES`; 0 where there is none."""
    for period in range(1, STUCK_PERIOD + 1):
        run = 0
        for earlier, later in zip(values, values[period:], strict=False):
            run = run + 1 if earlier == later else 0
            if run >= STUCK_CODES - period:
                return period
    return 0
