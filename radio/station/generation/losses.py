"""Losses: why processes went, in a few words that can be counted. Pure."""

from __future__ import annotations

from radio.events import GeneratorExited

SIGNS = {
    "no sign of life": "silent",
    "no progress": "stalled",
    "deadline": "deadline",
    "cancelled": "cancel",
    "nonsense": "nonsense",
}
"""What the generator's host says, and its name."""


def why_lost(fact: GeneratorExited) -> str:
    """`exited` is a process that ended or was killed by somebody else."""
    return next((name for sign, name in SIGNS.items() if sign in fact.reason), "exited")
