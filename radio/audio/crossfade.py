"""Gain laws of a crossfade (pure; any thread). It does not know where a fade lies or what made its sides."""

from __future__ import annotations

from typing import Literal

GainLaw = Literal["matched", "linear", "equal-power"]
"""`matched` follows the correlation of the two sides; the others are fixed."""
