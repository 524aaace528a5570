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


def receipt(promise: Promise, epoch: Epoch | None, now_utc: float, chunk_s: float) -> Receipt:
    """How a promise is told now."""
    if promise.entry_sample is None or epoch is None:
        return Receipt(promise, None, None)
    date = epoch.date(promise.entry_sample)
    return Receipt(promise, date, max(0.0, date - now_utc + PLAYER_CHUNKS * chunk_s))
