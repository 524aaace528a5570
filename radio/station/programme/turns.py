"""Turns: something that plays for a while because somebody asked for it: a listener's words, a queue's item, a mood.

Pure values. A turn's minutes count from its `begun_utc`, the date of the entry of its first segment, never from the
request.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from radio.errors import Invalid
from radio.settings import MAX_PROMPT
from radio.station.programme.wishes import Why, Wish, composed, share_at

MOST_MINUTES = 24 * 60.0
LEAST_MINUTES = 1.0
"""Shorter than a segment nothing can be."""
DEFAULT_ITEM_MINUTES = 20.0


MOST_QUEUED = 100
LOST_S = 3600.0
"""A turn that seems to begin so long after now began before the clock was set back: it is over."""

Text = Annotated[str, Field(max_length=MAX_PROMPT)]
Length = Annotated[float, Field(ge=0, le=7 * 24 * 3600, allow_inf_nan=False)]
Date = Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]
Number = Annotated[int, Field(ge=0, lt=2**63)]
"""What a saved file may hold in the fields of turns and history; only `saved_order` checks."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody wants in the queue. With `drift_minutes` the music drifts there from what played before it."""

    prompt: str
    minutes: float = DEFAULT_ITEM_MINUTES
    drift_minutes: float = 0.0
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """`left_s` is how long it (still) plays from `begun_utc` on; None: until something else is due. `origin` is what it
    drifts from in its first `drift_s`; empty: from whatever plays when it begins."""

    id: Number
    prompt: Text
    asked_utc: Date
    left_s: Length | None = None
    drift_s: Length = 0.0
    origin: Text = ""
    seed: Number | None = None
    begun_utc: Date | None = None
    name: Text = ""

    @property
    def end_utc(self) -> float | None:
        """When it is over; None while it has not begun or has no end of its own."""
        return None if self.begun_utc is None or self.left_s is None else self.begun_utc + self.left_s

    def over(self, utc: float) -> bool:
        return self.lost(utc) or (self.end_utc is not None and utc >= self.end_utc)

    def lost(self, utc: float) -> bool:
        """It began when the clock was wrong."""
        return self.begun_utc is not None and self.begun_utc - utc > LOST_S

    def begin(self, utc: float, origin: str) -> Turn:
        """Its first segment enters at `utc`, coming from `origin`."""
        return replace(self, begun_utc=utc, origin=origin) if self.begun_utc is None else self

    def interrupt(self, utc: float) -> Turn:
        """Somebody goes before it: it plays the rest afterwards, without another drift."""
        if self.begun_utc is None or self.left_s is None:
            return self
        left_s = max(0.0, self.left_s - max(0.0, utc - self.begun_utc))
        return replace(self, left_s=left_s, begun_utc=None, drift_s=0.0, origin="")

    def wish(self, why: Why, utc: float, before: str, until_utc: float | None) -> Wish:
        """What it wants at `utc`, when `before` is what plays up to then."""
        origin = self.origin or before
        elapsed_s = 0.0 if self.begun_utc is None else utc - self.begun_utc
        share = share_at(elapsed_s, self.drift_s) if self.drift_s and origin and origin != self.prompt else 1.0
        if share >= 1:
            return Wish(self.prompt, why, self.prompt, "", 0.0, self.seed, until_utc, self.id, self.name)
        text = composed(origin, self.prompt, share)
        return Wish(text, why, origin, self.prompt, share, self.seed, until_utc, self.id, self.name)


def checked(prompt: str, minutes: float | None, drift_minutes: float | None) -> str:
    """The prompt without the spaces around it.

    Raises:
        Invalid: empty, too long, or times that cannot be.
    """
    prompt = prompt.strip()
    if not prompt:
        raise Invalid("There is nothing in this prompt.")
    if len(prompt) > MAX_PROMPT:
        raise Invalid(f"A prompt has at most {MAX_PROMPT} characters; this one has {len(prompt)}.")
    if minutes is not None and not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise Invalid(f"Something plays for {LEAST_MINUTES:g} to {MOST_MINUTES:g} minutes, not {minutes:g}.")
    if drift_minutes is not None and not 0 <= drift_minutes <= (minutes or MOST_MINUTES):
        raise Invalid(f"A drift of {drift_minutes:g} minutes does not fit into what it leads to.")
    return prompt
