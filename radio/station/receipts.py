"""Receipts: what a listener who steers is told, and how its times are worked out. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from radio.mixer.playout import Epoch
from radio.station.promises import Promise

PLAYER_CHUNKS = 3
"""A player stays three target durations behind the live edge (RFC 8216 §6.3.3)."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """`audible_at` is the date of the entry (Unix seconds), None while no epoch is open; `audible_in_s` is when a
    listener with the usual player hears it."""

    promise: Promise
    audible_at: float | None
    audible_in_s: float | None


def receipt(promise: Promise, epoch: Epoch | None, now_s: float, chunk_s: float) -> Receipt:
    """How a promise is told at monotonic `now_s`. The stream's dates may be ahead of a wall clock that was set back."""
    if promise.entry_sample is None or epoch is None:
        return Receipt(promise, None, None)
    left_s = epoch.due_s(promise.entry_sample) - now_s
    return Receipt(promise, epoch.date(promise.entry_sample), max(0.0, left_s + PLAYER_CHUNKS * chunk_s))
