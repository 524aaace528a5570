"""Receipts: what a listener who steers is told. The conductor makes them."""

from __future__ import annotations

from dataclasses import dataclass

PLAYER_CHUNKS = 3
"""A player stays three target durations behind the live edge (RFC 8216 §6.3.3)."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """`audible_at` is the date of the entry (Unix seconds), None while no epoch is open; `audible_in_s` is when a
    listener with the usual player hears it."""

    prompt: str
    segment_index: int
    audible_at: float | None
    audible_in_s: float | None
