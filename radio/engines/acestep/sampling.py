"""How a DiT wants to be sampled: steps, guidance and the shift of its time steps.

Pure. Turbo models have their guidance distilled into the weights and were trained on the 8 time steps that a shift of 3
gives; sft and base models need classifier-free guidance and more steps (ACE-Step's inference guide: 32–64, guidance 7;
50 is what the sft model's guide says).
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Sampling:
    """`guidance` 1 is none. `shift` bends the time steps: t → s·t / (1 + (s−1)·t)."""

    steps: int
    guidance: float
    shift: float = 3.0


TURBO = Sampling(steps=8, guidance=1.0)
GUIDED = Sampling(steps=50, guidance=7.0)


def sampling_for(*, turbo: bool, steps: int | None = None) -> Sampling:
    """The usual sampling of a turbo model or of one that needs guidance; `steps` replaces the usual number."""
    usual = TURBO if turbo else GUIDED
    return usual if steps is None else replace(usual, steps=steps)
