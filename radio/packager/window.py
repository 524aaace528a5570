"""The window. Signatures first; the bodies follow."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SequenceState:
    """What must survive a restart so that nothing goes back. Save it as it is, give it to the next `Publisher`.

    Highest media sequence number and discontinuity number that a playlist may have shown, and the date (UTC ms)
    up to which chunks were certainly and possibly shown.
    """

    last_sequence: int
    last_discontinuity: int
    last_date_ms: int
    bound_date_ms: int
