"""History: what was played lately, so that drifts start from it and nothing comes round too soon.

Pure values; the newest is last. A record stands for one turn, not for one segment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from radio.station.programme.turns import Date, Number, Text
from radio.station.programme.wishes import Why, Wish, shortened

MOST_RECORDS = 200
OLD_PROMPT = 200
"""Characters kept of a prompt that is no longer on air."""
MOST_NESTED = 240
"""Characters of a text made of two prompts that may become one side of the next drift."""
SILENT_S = 600.0
"""After so long without a segment nobody remembers what played: nothing drifts from it."""


@dataclass(frozen=True, slots=True)
class Played:
    """One turn: from `utc` on (its first segment's entry) up to `heard_utc` (its last one's). `prompt` is the text of
    its newest segment, which had come `share` of the way from `origin` to `goal`."""

    utc: Date
    heard_utc: Date
    prompt: Text
    goal: Text
    origin: Text
    why: Why
    id: Number | None = None
    name: Text = ""
    share: float = 0.0

    @property
    def key(self) -> tuple[str, int | None, str]:
        """Segments with the same key belong to the same turn."""
        return self.why, self.id, self.goal

    @property
    def leading(self) -> str:
        """What a drift that begins now comes from: the newest segment's text, or the greater part of a long one."""
        if self.prompt == self.goal or len(self.prompt) <= MOST_NESTED:
            return self.prompt
        return self.goal if self.share >= 0.5 else self.origin


History = tuple[Played, ...]


def extended(history: History, wish: Wish, utc: float) -> History:
    """The history with a segment that enters at `utc` and follows `wish`."""
    record = Played(utc, utc, wish.prompt, wish.goal, wish.origin, wish.why, wish.id, wish.name, wish.share)
    if history and history[-1].key == wish.key:
        last = history[-1]
        return *history[:-1], replace(last, heard_utc=max(utc, last.heard_utc), prompt=wish.prompt, share=wish.share)
    return (*history[:-1], *(_aged(last) for last in history[-1:]), record)[-MOST_RECORDS:]


def _aged(record: Played) -> Played:
    """Not on air any more: a long prompt is no longer needed whole."""
    return replace(
        record,
        prompt=shortened(record.prompt, OLD_PROMPT),
        goal=shortened(record.goal, OLD_PROMPT),
        origin=shortened(record.origin, OLD_PROMPT),
    )


def playing(history: History, utc: float) -> Played | None:
    """What plays up to `utc`; None when nothing did lately."""
    return history[-1] if history and utc - history[-1].heard_utc <= SILENT_S else None
