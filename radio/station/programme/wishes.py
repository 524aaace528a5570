"""Wishes: what the next segment should follow, and how two prompts are said in one text while the music drifts.

Pure: no time but what it is given. Knows no engine: one that can blend gets `origin`, `toward` and `share`, one that
only reads text gets `prompt`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from radio.settings import MAX_PROMPT

Why = Literal["listener", "queue", "schedule", "auto_dj", "default"]
"""Who asked for it, in the order of who goes first."""
SHARE_STEPS = 20
"""A drift moves in twentieths: a long one does not change the prompt with every segment."""
TOUCH, HALF = 0.35, 0.65
"""Up to the first share the goal is a touch, up to the second it is one of two equals."""
LONGEST_PART = MAX_PROMPT // 2 - 16


@dataclass(frozen=True, slots=True)
class Wish:
    """What to play from a date on.

    `prompt` is the whole wish as text. In a drift it lies `share` (0…1) of the way from `origin` to `toward`; otherwise
    `origin` equals `prompt` and `toward` is empty. `seed` fixes the music where somebody cared. `until_utc` is when
    something else is planned, None if nothing is. `id` tells turns of the same kind apart; `name` is a show's or a
    mood's.
    """

    prompt: str
    why: Why
    origin: str
    toward: str = ""
    share: float = 0.0
    seed: int | None = None
    until_utc: float | None = None
    id: int | None = None
    name: str = ""

    @property
    def key(self) -> tuple[str, int | None, str]:
        """Wishes with the same key belong to the same turn."""
        return self.why, self.id, self.goal

    @property
    def goal(self) -> str:
        """Where the drift leads, or what plays where there is none."""
        return self.toward or self.prompt


def share_at(elapsed_s: float, drift_s: float) -> float:
    """How far a drift has come, in steps. Its first segment is on the way already: who asked should hear it."""
    if elapsed_s >= drift_s:
        return 1.0
    return max(1, round(max(0.0, elapsed_s) / drift_s * SHARE_STEPS)) / SHARE_STEPS


def composed(origin: str, toward: str, share: float) -> str:
    """Both prompts as one text of at most `MAX_PROMPT` characters."""
    if not toward or share <= 0 or origin == toward:
        return origin
    if share >= 1 or not origin:
        return toward
    a, b = shortened(origin), shortened(toward)
    if share < TOUCH:
        return f"{a}, with a touch of {b}"
    if share <= HALF:
        return f"{a} and {b} in equal parts"
    return f"{b}, with a touch of {a}"


def shortened(prompt: str, most: int = LONGEST_PART) -> str:
    """At most `most` characters, cut between words where there are any."""
    if len(prompt) <= most:
        return prompt
    cut = prompt[:most]
    return (cut.rsplit(None, 1)[0] if " " in cut else cut).rstrip(" ,;")
